// Where a transcript opens, and the page that shows it.

import type { TranscriptQuery } from '../../../api/index.ts'
import { unreachable } from '../../../base/index.ts'

const firstCount = 120

/** Where to open: at a position, at what was not read, or at the end. */
export type Opening =
  | { readonly at: 'position'; readonly position: number }
  | { readonly at: 'unread'; readonly readTo: number }
  | { readonly at: 'end' }

/** The first page to ask for. */
export function openingQuery(opening: Opening): Omit<TranscriptQuery, 'key'> {
  switch (opening.at) {
    case 'position':
      return { around: opening.position, count: firstCount }
    case 'unread':
      return { around: opening.readTo, count: firstCount }
    case 'end':
      return { count: firstCount }
    default:
      return unreachable(opening)
  }
}

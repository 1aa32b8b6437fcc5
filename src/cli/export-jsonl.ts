// Transcripts as JSON, one object per line: `export` first, then for each conversation `conversation` and its entries. The
// form that `parley import` reads; docs/json.md describes the objects.

import { isoTime, safeJson } from '../terminal/index.ts'
import { entryObject } from './entry.ts'
import type { ExportForm } from './export.ts'

/** Grows when a reader of this version could not read it. */
export const exportSchema = 1

export function jsonlForm(): ExportForm {
  return {
    begin: ({ name, fingerprint, at }) =>
      `${safeJson({ type: 'export', schema: exportSchema, name, fingerprint, at: isoTime(at) })}\n`,
    conversation: ({ key, title }) => `${safeJson({ type: 'conversation', key, title })}\n`,
    entry: (saying) => `${safeJson(entryObject(saying))}\n`,
    conversationEnd: () => '',
    end: () => '',
  }
}

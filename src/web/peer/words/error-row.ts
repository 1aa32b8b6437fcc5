// What the tables of errors are made of.

import { plainText } from './plain-text.ts'

export type Details = Readonly<Record<string, unknown>>

export interface ErrorWords {
  /** One sentence: what is wrong. */
  readonly text: string
  /** What to do about it. */
  readonly hint?: string | undefined
}

export type ErrorRow = (details: Details) => ErrorWords

/** A detail as text that is safe to show. */
export function word(details: Details, key: string, fallback: string): string {
  const value = details[key]
  if (typeof value === 'string' && value !== '') return plainText(value)
  return typeof value === 'number' ? String(value) : fallback
}

export function number(details: Details, key: string, fallback?: number): string {
  const value = details[key]
  if (typeof value === 'number') return String(value)
  return fallback === undefined ? 'this' : String(fallback)
}

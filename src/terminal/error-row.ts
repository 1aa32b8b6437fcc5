// What the rows of the table of errors are made of.

import { visibleLine } from './visible-text.ts'

export type Details = Readonly<Record<string, unknown>>

/** A code's sentence, and what to do about it. */
export type Row = (details: Details) => { readonly text: string; readonly hints?: readonly (string | false)[] }

/** A detail as text that is safe to show. */
export function word(details: Details, key: string, fallback = '?'): string {
  const value = details[key]
  if (typeof value === 'string') return visibleLine(value).slice(0, 500)
  return typeof value === 'number' ? String(value) : fallback
}

export function names(details: Details, key: string): string[] {
  const value = details[key]
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string').map((name) => visibleLine(name)) : []
}

export function has(details: Details, key: string): boolean {
  return details[key] !== undefined
}

export function listOf(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}

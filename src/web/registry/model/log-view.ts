// The live log as it is looked at: which lines a filter leaves, and the parts of a line. Text of others stays text: parts
// are cut out of it, nothing in it is ever read as markup.

import type { RegistryLogLevel, RegistryLogLine } from '../../../api/index.ts'

/** Least first. */
const levels: readonly RegistryLogLevel[] = ['debug', 'info', 'warn', 'error', 'fatal']

export interface LogFilter {
  /** The least level that is shown. */
  readonly level: RegistryLogLevel
  /** All of these words are in a line, in any case. */
  readonly words: string
}

export const everyLine: LogFilter = { level: 'debug', words: '' }

/** The lines to show; the same array where the filter leaves all. */
export function shownLines(lines: readonly RegistryLogLine[], filter: LogFilter): readonly RegistryLogLine[] {
  const least = levels.indexOf(filter.level)
  const words = filter.words
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  if (least === 0 && words.length === 0) return lines
  return lines.filter(({ level, text }) => {
    if (levels.indexOf(level) < least) return false
    const lower = text.toLowerCase()
    return words.every((word) => lower.includes(word))
  })
}

/** `words` is what happened; `field` a detail of it. */
export type LinePart =
  | { readonly kind: 'words'; readonly text: string }
  | { readonly kind: 'field'; readonly key: string; readonly value: string }

/** The parts of a line's text: joined by blanks they are the text again. */
export function lineParts(text: string): readonly LinePart[] {
  const first = /(?:^| )[A-Za-z][A-Za-z0-9]*=/.exec(text)?.index
  if (first === undefined) return [{ kind: 'words', text }]
  const parts: LinePart[] = first === 0 ? [] : [{ kind: 'words', text: text.slice(0, first) }]
  const field = /([A-Za-z][A-Za-z0-9]*)=("(?:[^"\\]|\\.)*"|\S*)|(\S+)/g
  for (const [all, key, value = ''] of text.slice(first).matchAll(field)) {
    parts.push(key === undefined ? { kind: 'words', text: all } : { kind: 'field', key, value })
  }
  return parts
}

// How many cells of a terminal a text takes, and cutting it at cells. Letters are kept whole: a mark never leaves its
// base, an emoji never its joiners.

import stringWidth from 'string-width'

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
const plain = /^[\x20-\x7e]*$/
// What styles and nothing else: the only sequences in texts that we measure.
// eslint-disable-next-line no-control-regex
const style = /\u001b\[[0-9;]*m/g

/** Cells of one line, styles not counted. */
export function cellWidth(text: string): number {
  return plain.test(text) ? text.length : stringWidth(text.replace(style, ''))
}

export interface Letter {
  readonly text: string
  readonly cells: number
}

/** The letters (grapheme clusters) of a text without styles. */
export function* letters(text: string): Generator<Letter> {
  if (plain.test(text)) {
    for (const character of text) yield { text: character, cells: 1 }
    return
  }
  for (const { segment } of segmenter.segment(text)) {
    yield { text: segment, cells: plain.test(segment) ? 1 : stringWidth(segment) }
  }
}

/** The longest beginning that fits into `cells`, ending with `ellipsis` where something was cut. */
export function fitCells(text: string, cells: number, ellipsis = '...'): string {
  if (cellWidth(text) <= cells) return text
  const end = cellWidth(ellipsis) <= cells ? ellipsis : ''
  const room = cells - cellWidth(end)
  let kept = ''
  let used = 0
  for (const letter of letters(text)) {
    if (used + letter.cells > room) break
    kept += letter.text
    used += letter.cells
  }
  return kept + end
}

/** Where the letter before `at` begins. Looks back a bounded way, so that long lines stay quick. */
export function letterBefore(text: string, at: number): number {
  if (at <= 0) return 0
  const from = Math.max(0, at - lookAround)
  let start = from
  for (const { index } of segmenter.segment(text.slice(from, at))) start = from + index
  return start
}

/** Where the letter at `at` ends. */
export function letterAfter(text: string, at: number): number {
  const [first] = segmenter.segment(text.slice(at, at + lookAround))
  return first === undefined ? text.length : at + first.segment.length
}

/** Longer than any letter that somebody types. */
const lookAround = 64

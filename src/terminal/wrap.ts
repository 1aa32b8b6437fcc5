// Breaks text into rows that fit the terminal, at spaces where there are any; later rows may stand indented.

import { type Letter, letters } from './cell-width.ts'

/**
 * Rows of at most `columns` cells; `first` and `hanging` are the cells that the caller puts before the first and before
 * each later row. Newlines break. A letter wider than the room becomes a question mark.
 */
export function wrapText(text: string, columns: number, first = 0, hanging = first): string[] {
  const rows: string[] = []
  for (const line of text.split('\n')) wrapLine(line, columns, rows.length === 0 ? first : hanging, hanging, rows)
  return rows
}

function wrapLine(line: string, columns: number, first: number, hanging: number, rows: string[]): void {
  let room = Math.max(1, columns - first)
  const laterRoom = Math.max(1, columns - hanging)
  let row: Letter[] = []
  let used = 0
  /** Index in `row` after the last space. */
  let breakAt = 0
  /** The space at a break takes no cell. */
  let isBroken = false
  for (const found of letters(line)) {
    const letter = found.cells > Math.min(room, laterRoom) ? { text: '?', cells: 1 } : found
    const isSpace = letter.text === ' '
    // Once for the room, and once more where the carried word and a wide letter do not fit together.
    while (used + letter.cells > room && row.length > 0) {
      const cutAt = isSpace || breakAt === 0 ? row.length : breakAt
      rows.push(textOf(row.slice(0, cutAt)).trimEnd())
      row = row.slice(cutAt)
      used = row.reduce((sum, each) => sum + each.cells, 0)
      room = laterRoom
      breakAt = 0
      isBroken = isSpace
    }
    if (isBroken) {
      isBroken = false
      continue
    }
    row.push(letter)
    used += letter.cells
    if (isSpace) breakAt = row.length
  }
  rows.push(textOf(row))
}

function textOf(row: readonly Letter[]): string {
  return row.map((letter) => letter.text).join('')
}

// Lays the prompt and the line being typed out on rows of the terminal. Pure. Where the line is too long for the rows it
// may have, a window around the cursor is shown; characters that would move the cursor are shown as symbols.

import { cellWidth, letters } from './cell-width.ts'
import { visibleLine } from './visible-text.ts'

export interface PromptView {
  /** At least one row; none wider than the columns. */
  readonly rows: readonly string[]
  readonly cursorRow: number
  /** From 0. */
  readonly cursorColumn: number
}

export interface PromptParts {
  /** May hold styles. */
  readonly prompt: string
  /** Shown instead where the terminal is too narrow for `prompt`. */
  readonly shortPrompt: string
  readonly before: string
  readonly after: string
}

/** Characters on one cell that are still measured: more are combining marks that nobody can read. */
const charactersPerCell = 4

export function promptView(parts: PromptParts, columns: number, rowsMax: number): PromptView {
  const prompt = choosePrompt(parts, columns)
  const promptCells = cellWidth(prompt)
  // One cell stays free for the cursor behind the last letter, one for each cut mark.
  const cells = Math.max(1, columns * rowsMax - promptCells - 1)
  const { before, after } = windowAround(parts, cells)
  const rows = [prompt]
  let column = promptCells
  let cursor: { row: number; column: number } | undefined
  const put = (text: string): void => {
    for (const letter of letters(text)) {
      const fits = letter.cells <= columns
      const cellsOfLetter = fits ? letter.cells : 1
      if (column + cellsOfLetter > columns) {
        rows.push('')
        column = 0
      }
      rows[rows.length - 1] += fits ? letter.text : '?'
      column += cellsOfLetter
    }
  }
  put(before)
  if (column >= columns) {
    rows.push('')
    column = 0
  }
  cursor = { row: rows.length - 1, column }
  put(after)
  return clip(rows, cursor, rowsMax)
}

/** Wide letters at row ends can cost a row more than was reckoned: then the rows around the cursor are shown. */
function clip(rows: readonly string[], cursor: { row: number; column: number }, rowsMax: number): PromptView {
  const first = Math.max(0, Math.min(cursor.row - rowsMax + 1, rows.length - rowsMax))
  const from = Math.max(first, cursor.row - rowsMax + 1, 0)
  return { rows: rows.slice(from, from + rowsMax), cursorRow: cursor.row - from, cursorColumn: cursor.column }
}

function choosePrompt({ prompt, shortPrompt }: PromptParts, columns: number): string {
  if (cellWidth(prompt) * 2 <= columns) return prompt
  return cellWidth(shortPrompt) * 3 <= columns ? shortPrompt : ''
}

/** As much of the line around the cursor as `cells` hold, two thirds of them before it. */
function windowAround({ before, after }: PromptParts, cells: number): { before: string; after: string } {
  const enough = cells * charactersPerCell
  const shownAfter = visibleLine(after.slice(0, enough))
  const afterCells = after.length > enough ? cells : cellWidth(shownAfter)
  const roomBefore = Math.max(cells - afterCells, Math.floor((cells * 2) / 3))
  const start = tail(visibleLine(before.slice(-enough)), roomBefore)
  const end = head(shownAfter, cells - cellWidth(start))
  return { before: start, after: end }
}

function head(text: string, cells: number): string {
  let kept = ''
  let used = 0
  for (const letter of letters(text)) {
    if (used + letter.cells > cells) return kept
    kept += letter.text
    used += letter.cells
  }
  return kept
}

function tail(text: string, cells: number): string {
  if (cellWidth(text) <= cells) return text
  const all = [...letters(text)]
  let used = 0
  let from = all.length
  while (from > 0 && used + (all[from - 1] as { cells: number }).cells <= cells)
    used += (all[--from] as { cells: number }).cells
  return all
    .slice(from)
    .map((letter) => letter.text)
    .join('')
}

// Rows of one message in the terminal: time, who, text, and for own ones the mark of how far it came. The room for the
// mark is reserved once, so that a mark can change without the message changing its height.

import { cellWidth, fitCells } from './cell-width.ts'
import type { Theme } from './theme.ts'
import { cutForDisplay, visibleText } from './visible-text.ts'
import { wrapText } from './wrap.ts'

/** How far a message came, not styled. */
export interface Mark {
  readonly short: string
  /** Shown instead where the terminal is wide enough; on a row of its own where it does not fit beside the text. */
  readonly long?: string
  /** Cells that hardly any long form of this message exceeds. */
  readonly longCells: number
  readonly paint: (text: string) => string
}

export interface MessageParts {
  readonly time: string
  /** Styled, one line: who, to whom. */
  readonly label: string
  /** As it came; made safe here. */
  readonly text: string
  /** The colour of the text. */
  readonly paint?: (text: string) => string
  readonly mark?: Mark
  /** Command that shows the whole text where it is cut; not cut where absent. */
  readonly wholeBy?: string
}

/** Below this, every cell belongs to the text. */
const narrowColumns = 40
const markCells = 30
/** Later rows stand under the text unless the label is so long that it would squeeze them. */
const hangingMax = 26

export function messageRows(parts: MessageParts, theme: Theme, columns: number): string[] {
  const isNarrow = columns < narrowColumns
  const gap = isNarrow || parts.label.endsWith(':') ? ' ' : '  '
  const head = isNarrow ? `${parts.label}${gap}` : `${theme.dim(parts.time)}  ${parts.label}${gap}`
  const headCells = cellWidth(head)
  if (headCells >= columns) return [...plainRows(parts, columns)]
  const hanging = isNarrow ? 0 : headCells <= hangingMax ? headCells : cellWidth(parts.time) + 2
  const { text, hint } = shownText(parts, theme)
  const indent = ' '.repeat(hanging)
  const { paint = asItIs, mark } = parts
  const rows = wrapText(text, columns, headCells, hanging).map((row, i) => (i === 0 ? head : indent) + paint(row))
  if (hint !== undefined) rows.push(indent + theme.dim(fitCells(hint, columns - hanging)))
  if (mark === undefined) return rows
  return withMark(rows, mark, indent, columns)
}

/** Which form is shown, and where, depends on the message alone, so that a mark can change in place. */
function withMark(rows: readonly string[], mark: Mark, indent: string, columns: number): string[] {
  const { short, long, longCells, paint } = mark
  const last = rows.at(-1) as string
  const room = columns - cellWidth(last) - 3
  const below = columns - indent.length
  const beside = (text: string): string[] => [...rows.slice(0, -1), `${last}   ${paint(text)}`]
  const isNarrow = columns < narrowColumns
  if (long !== undefined && !isNarrow) {
    return room >= longCells ? beside(fitCells(long, longCells)) : [...rows, indent + paint(fitCells(long, below))]
  }
  if (!isNarrow && room >= markCells) return beside(fitCells(short, markCells))
  return [...rows, indent + paint(fitCells(short, Math.min(markCells, below)))]
}

function asItIs(text: string): string {
  return text
}

/** Where not even the label fits: nothing but text and mark, whatever the width. */
function plainRows(parts: MessageParts, columns: number): string[] {
  const rows = wrapText(visibleText(cutForDisplay(parts.text).text), columns)
  return parts.mark === undefined ? rows : [...rows, fitCells(parts.mark.short, columns, '')]
}

function shownText(parts: MessageParts, theme: Theme): { text: string; hint?: string } {
  if (parts.wholeBy === undefined) return { text: visibleText(parts.text) }
  const { text, cut } = cutForDisplay(parts.text)
  if (cut === 0) return { text: visibleText(text) }
  const { ellipsis } = theme.glyphs
  return { text: visibleText(text), hint: `${ellipsis} ${cut} more characters: ${parts.wholeBy}` }
}

// Rows of one message in the terminal: time, who, text, and for own ones the mark of how far it came. The room for the
// mark is reserved once, so that a mark can change without the message changing its height.

import { cellWidth, fitCells } from './cell-width.ts'
import type { Theme } from './theme.ts'
import { cutForDisplay, visibleText } from './visible-text.ts'
import { wrapText } from './wrap.ts'

export interface MessageParts {
  readonly time: string
  /** Styled, one line: who, to whom. */
  readonly label: string
  /** As it came; made safe here. */
  readonly text: string
  /** Not styled; with `paint` for its colour. */
  readonly mark?: { readonly text: string; readonly paint: (text: string) => string }
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
  const head = isNarrow ? `${parts.label} ` : `${theme.dim(parts.time)}  ${parts.label}  `
  const headCells = cellWidth(head)
  if (headCells >= columns) return [...plainRows(parts, columns)]
  const hanging = isNarrow ? 0 : headCells <= hangingMax ? headCells : cellWidth(parts.time) + 2
  const { text, hint } = shownText(parts, theme)
  const indent = ' '.repeat(hanging)
  const rows = wrapText(text, columns, headCells, hanging).map((row, i) => (i === 0 ? head : indent) + row)
  if (hint !== undefined) rows.push(indent + theme.dim(fitCells(hint, columns - hanging)))
  if (parts.mark === undefined) return rows
  const last = rows.at(-1) as string
  if (!isNarrow && cellWidth(last) + 3 + markCells <= columns) {
    return [...rows.slice(0, -1), `${last}   ${parts.mark.paint(fitCells(parts.mark.text, markCells))}`]
  }
  return [...rows, indent + parts.mark.paint(fitCells(parts.mark.text, Math.min(markCells, columns - hanging)))]
}

/** Where not even the label fits: nothing but text and mark, whatever the width. */
function plainRows(parts: MessageParts, columns: number): string[] {
  const rows = wrapText(visibleText(cutForDisplay(parts.text).text), columns)
  return parts.mark === undefined ? rows : [...rows, fitCells(parts.mark.text, columns, '')]
}

function shownText(parts: MessageParts, theme: Theme): { text: string; hint?: string } {
  if (parts.wholeBy === undefined) return { text: visibleText(parts.text) }
  const { text, cut } = cutForDisplay(parts.text)
  if (cut === 0) return { text: visibleText(text) }
  const { ellipsis } = theme.glyphs
  return { text: visibleText(text), hint: `${ellipsis} ${cut} more characters: ${parts.wholeBy}` }
}

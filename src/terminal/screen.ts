// The terminal's screen: what is printed stands above, the prompt with the line being typed below, and the two never mix.
// All changes of a turn leave in one write. Blocks that are still on the screen can be rendered again in place as long
// as they keep their height; after a resize, nothing above the prompt is touched any more. Own sequences, and there are
// no others: CR LF, CSI n A/B/C, CSI J, CSI 2K, CSI 2J with CSI H, SGR, and bracketed paste on and off.

import { cellWidth } from './cell-width.ts'
import { type PromptParts, promptView, type PromptView } from './prompt-view.ts'

export interface ScreenOutput {
  write(text: string): unknown
  readonly columns?: number
  readonly rows?: number
}

/** Rows for a width; each at most that wide, without newlines. */
export type Render = (columns: number) => readonly string[]

interface Block {
  readonly id: number
  readonly render: Render
  rows: number
}

/** The line being typed takes at most this many rows, and never the whole screen. */
const promptRowsMax = 8

export class Screen {
  readonly #output: ScreenOutput
  readonly #soon: (task: () => void) => void
  #parts: PromptParts = { prompt: '', shortPrompt: '', before: '', after: '' }
  #drawn: PromptView = { rows: [''], cursorRow: 0, cursorColumn: 0 }
  /** Printed blocks that may still be on the screen, oldest first. */
  #tail: Block[] = []
  #waiting: Block[] = []
  readonly #changed = new Set<number>()
  #nextId = 1
  #isScheduled = false
  #isOpen = true

  /** `soon` runs a task at the end of the turn. */
  constructor(output: ScreenOutput, soon: (task: () => void) => void) {
    this.#output = output
    this.#soon = soon
  }

  get columns(): number {
    return positive(this.#output.columns, 80)
  }
  get rows(): number {
    return positive(this.#output.rows, 24)
  }

  setPrompt(parts: PromptParts): void {
    this.#parts = parts
    this.#schedule()
  }

  /** Prints a block above the prompt; its number is for {@link refresh}. */
  print(render: Render): number {
    const block = { id: this.#nextId++, render, rows: 0 }
    this.#waiting.push(block)
    this.#schedule()
    return block.id
  }

  /** Renders a block again in place. False where that cannot be: it has left the screen or would change its height. */
  refresh(id: number): boolean {
    if (this.#waiting.some((block) => block.id === id)) return true
    if (!this.#canReach(id)) return false
    this.#changed.add(id)
    this.#schedule()
    return true
  }

  /** The terminal has another size now, and may have broken its rows anew. */
  resize(): void {
    const columns = this.columns
    const { rows, cursorRow, cursorColumn } = this.#drawn
    const above = rows.slice(0, cursorRow).map((row) => Math.max(1, Math.ceil(cellWidth(row) / columns)))
    const cursorAt = above.reduce((sum, height) => sum + height, Math.floor(cursorColumn / columns))
    this.#drawn = { ...this.#drawn, cursorRow: cursorAt }
    this.#forget()
    this.#schedule()
  }

  /** Clears the screen but for the prompt (Ctrl-L). */
  clear(): void {
    this.flush()
    this.#forget()
    this.#output.write('\u001b[2J\u001b[H')
    this.#drawn = { rows: [''], cursorRow: 0, cursorColumn: 0 }
    this.#schedule()
  }

  /** Writes what is waiting, takes the prompt away and leaves the cursor where a shell goes on. */
  close(): void {
    if (!this.#isOpen) return
    this.#parts = { prompt: '', shortPrompt: '', before: '', after: '' }
    this.flush()
    this.#isOpen = false
  }

  /** Draws again after {@link close}, as after a suspension. */
  reopen(): void {
    this.#isOpen = true
    this.#drawn = { rows: [''], cursorRow: 0, cursorColumn: 0 }
    this.#forget()
    this.#schedule()
  }

  flush(): void {
    if (!this.#isOpen) return
    const output = this.#rewriteChanged() + this.#toPromptStart() + this.#printWaiting() + this.#drawPrompt()
    this.#output.write(output)
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    this.#soon(() => {
      this.#isScheduled = false
      this.flush()
    })
  }

  #forget(): void {
    this.#tail = []
    this.#changed.clear()
  }

  /** Rows from the beginning of a block to the beginning of the prompt, or undefined where it is not in the tail. */
  #distance(id: number): number | undefined {
    let distance = 0
    for (const block of this.#tail.toReversed()) {
      distance += block.rows
      if (block.id === id) return distance
    }
    return undefined
  }

  #canReach(id: number): boolean {
    const distance = this.#distance(id)
    if (distance === undefined || distance + this.#drawn.rows.length > this.rows) return false
    const block = this.#tail.find((each) => each.id === id) as Block
    return block.render(this.columns).length === block.rows
  }

  #rewriteChanged(): string {
    let output = ''
    for (const id of this.#changed) {
      const distance = this.#distance(id)
      if (distance === undefined || !this.#canReach(id)) continue
      const rows = (this.#tail.find((block) => block.id === id) as Block).render(this.columns)
      const up = this.#drawn.cursorRow + distance
      output += `\r${cursorUp(up)}${rows.map((row) => `\u001b[2K${row}`).join('\r\n')}`
      output += `\r${cursorDown(up - (rows.length - 1))}`
    }
    this.#changed.clear()
    return output
  }

  #toPromptStart(): string {
    return `\r${cursorUp(this.#drawn.cursorRow)}\u001b[J`
  }

  #printWaiting(): string {
    let output = ''
    for (const block of this.#waiting) {
      const rows = block.render(this.columns)
      block.rows = rows.length
      output += rows.map((row) => `${row}\r\n`).join('')
      this.#tail.push(block)
    }
    this.#waiting = []
    this.#dropUnreachable()
    return output
  }

  #dropUnreachable(): void {
    let rows = 0
    let from = this.#tail.length
    while (from > 0 && rows < this.rows) rows += (this.#tail[--from] as Block).rows
    this.#tail = this.#tail.slice(from)
  }

  #drawPrompt(): string {
    const rowsMax = Math.max(1, Math.min(promptRowsMax, this.rows - 1))
    const view = promptView(this.#parts, this.columns, rowsMax)
    this.#drawn = view
    const back = view.rows.length - 1 - view.cursorRow
    const right = view.cursorColumn === 0 ? '' : `\u001b[${view.cursorColumn}C`
    return `${view.rows.join('\r\n')}\r${cursorUp(back)}${right}`
  }
}

function cursorUp(rows: number): string {
  return rows > 0 ? `\u001b[${rows}A` : ''
}

function cursorDown(rows: number): string {
  return rows > 0 ? `\u001b[${rows}B` : ''
}

/** A terminal that does not know its size says 0 or nothing. */
function positive(size: number | undefined, fallback: number): number {
  return size !== undefined && size > 0 ? size : fallback
}

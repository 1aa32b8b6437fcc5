// A terminal of cells that understands the sequences our screen says it uses, and throws at any other: what is on it is
// what a person would see. Knows scrolling and the pending wrap at the last column, and the width of wide letters.

import stringWidth from 'string-width'

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

export class VirtualScreen {
  readonly columns: number
  readonly rows: number
  #cells: string[][]
  /** Rows that have scrolled out at the top. */
  readonly scrolled: string[] = []
  #row = 0
  #column = 0
  #isWrapPending = false
  /** The beginning of a sequence whose end has not come: what is read from a terminal ends anywhere. */
  #begun = ''

  constructor(columns: number, rows: number) {
    this.columns = columns
    this.rows = rows
    this.#cells = Array.from({ length: rows }, () => [])
  }

  get cursor(): { row: number; column: number } {
    return { row: this.#row, column: this.#column }
  }

  /** The visible rows, trailing spaces removed. */
  lines(): string[] {
    return this.#cells.map((row) => textOf(row))
  }

  write(text: string): void {
    let rest = this.#begun + text
    this.#begun = ''
    while (rest !== '') {
      // eslint-disable-next-line no-control-regex
      if (/^\u001b(\[[?]?[0-9;]*)?$/.test(rest)) {
        this.#begun = rest
        return
      }
      // eslint-disable-next-line no-control-regex
      const sequence = /^\u001b\[([?]?[0-9;]*)([A-Za-z])/.exec(rest)
      // eslint-disable-next-line no-control-regex
      const plain = /^[^\u0000-\u001f\u007f-\u009f]+/.exec(rest)
      if (sequence !== null) this.#obey(sequence[1] as string, sequence[2] as string)
      else if (plain !== null) this.#put(plain[0])
      else if (rest.startsWith('\r')) this.#toColumn(0)
      else if (rest.startsWith('\n')) this.#newline()
      else throw new Error(`a control character that is not ours: ${JSON.stringify(rest.slice(0, 12))}`)
      rest = rest.slice(sequence?.[0].length ?? plain?.[0].length ?? 1)
    }
  }

  #obey(parameters: string, final: string): void {
    const count = Math.max(1, Number(parameters.replace('?', '') || '1'))
    const line = this.#cells[this.#row] as string[]
    if (final === 'm' || ((final === 'h' || final === 'l') && parameters === '?2004')) return
    this.#isWrapPending = false
    if (final === 'A') this.#row = Math.max(0, this.#row - count)
    else if (final === 'B') this.#row = Math.min(this.rows - 1, this.#row + count)
    else if (final === 'C') this.#column = Math.min(this.columns - 1, this.#column + count)
    else if (final === 'K' && parameters === '2') line.length = 0
    else if (final === 'J' && parameters === '') {
      line.length = Math.min(line.length, this.#column)
      for (const below of this.#cells.slice(this.#row + 1)) below.length = 0
    } else throw new Error(`a sequence that is not ours: ${parameters}${final}`)
  }

  #toColumn(column: number): void {
    this.#column = column
    this.#isWrapPending = false
  }

  #newline(): void {
    this.#isWrapPending = false
    if (this.#row < this.rows - 1) this.#row++
    else {
      this.scrolled.push(textOf(this.#cells.shift() as string[]))
      this.#cells.push([])
    }
  }

  #put(text: string): void {
    for (const { segment } of segmenter.segment(text)) {
      const width = stringWidth(segment)
      if (width === 0) continue
      if (this.#isWrapPending || this.#column + width > this.columns) {
        this.#newline()
        this.#column = 0
      }
      const line = this.#cells[this.#row] as string[]
      while (line.length < this.#column) line.push(' ')
      line.splice(this.#column, width, segment, ...Array.from({ length: width - 1 }, () => ''))
      this.#column += width
      if (this.#column >= this.columns) {
        this.#column = this.columns - 1
        this.#isWrapPending = true
      }
    }
  }
}

function textOf(row: readonly string[]): string {
  return row.join('').trimEnd()
}

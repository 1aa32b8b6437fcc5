// Where things stand in a TOML text: its tables and the values set in them, with lines, columns and offsets. A parser
// forgets these, and errors and edits need them. Contract: for a text that a parser took; for another one it still ends,
// with whatever it found.

export interface Statement {
  readonly kind: 'table' | 'value'
  /** The whole key, with its table's; an array of tables ends in `[]`. */
  readonly path: readonly string[]
  /** Of the key, from 1. */
  readonly line: number
  readonly column: number
  /** The whole lines, their end included, as offsets. */
  readonly from: number
  readonly to: number
  /** What stands behind the `=`; empty for a table. */
  readonly valueFrom: number
  readonly valueTo: number
}

/** All statements in order. */
export function readStatements(text: string): Statement[] {
  return new StatementReader(text).read()
}

class StatementReader {
  readonly #text: string
  readonly #found: Statement[] = []
  #at = 0
  #table: readonly string[] = []

  constructor(text: string) {
    this.#text = text
  }

  read(): Statement[] {
    const { length } = this.#text
    while (this.#at < length) {
      const before = this.#at
      this.#skip(/[\s]*/y)
      const char = this.#text[this.#at]
      if (char === '#') this.#skip(/[^\n]*/y)
      else if (char === '[') this.#readTable()
      else if (char !== undefined) this.#readValue()
      // A text that is no TOML must not keep us.
      if (this.#at === before) this.#at += 1
    }
    return this.#found
  }

  #readTable(): void {
    const start = this.#at
    const isArray = this.#text.startsWith('[[', start)
    this.#at += isArray ? 2 : 1
    const path = this.#readKey()
    this.#table = isArray ? [...path.slice(0, -1), `${path.at(-1) ?? ''}[]`] : path
    this.#skip(/[^\n]*/y)
    this.#add('table', start, this.#table, this.#at, this.#at)
  }

  #readValue(): void {
    const start = this.#at
    const path = [...this.#table, ...this.#readKey()]
    this.#skip(/[^\S\n]*=?[^\S\n]*/y)
    const from = this.#at
    const to = this.#skipValue()
    this.#skip(/[^\n]*/y)
    this.#add('value', start, path, from, to)
  }

  #readKey(): string[] {
    const parts: string[] = []
    const part = /[^\S\n]*(?:([A-Za-z0-9_-]+)|"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)')[^\S\n]*(\.?)/y
    for (;;) {
      part.lastIndex = this.#at
      const match = part.exec(this.#text)
      if (match === null) return parts
      parts.push(match[1] ?? match[3] ?? unquote(match[2] as string))
      this.#at = part.lastIndex
      if (match[4] === '') return parts
    }
  }

  /** To the end of the value's line; the answer is the end of the value itself. */
  #skipValue(): number {
    const piece =
      /"""[\s\S]*?(?:"""+|$)|'''[\s\S]*?(?:'''+|$)|"(?:[^"\\\n]|\\.)*"?|'[^'\n]*'?|#[^\n]*|[[{]|[\]}]|\s|[^\s"'#[\]{}]+/y
    let depth = 0
    let end = this.#at
    while (this.#at < this.#text.length) {
      piece.lastIndex = this.#at
      const found = piece.exec(this.#text)?.[0]
      if (found === undefined || (depth === 0 && (found === '\n' || found.startsWith('#')))) return end
      this.#at = piece.lastIndex
      if (found === '[' || found === '{') depth += 1
      if (found === ']' || found === '}') depth -= 1
      if (found.trim() !== '' && !found.startsWith('#')) end = this.#at
    }
    return end
  }

  #skip(shape: RegExp): void {
    shape.lastIndex = this.#at
    if (shape.test(this.#text)) this.#at = shape.lastIndex
  }

  #add(kind: 'table' | 'value', start: number, path: readonly string[], valueFrom: number, valueTo: number): void {
    const { line, column } = positionAt(this.#text, start)
    const lineEnd = this.#text.indexOf('\n', this.#at)
    const to = lineEnd === -1 ? this.#text.length : lineEnd + 1
    const from = this.#text.lastIndexOf('\n', start - 1) + 1
    this.#found.push({ kind, path, line, column, from, to, valueFrom, valueTo })
  }
}

/** Line and column of an offset, from 1. */
export function positionAt(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset)
  const lastBreak = before.lastIndexOf('\n')
  return { line: before.split('\n').length, column: offset - lastBreak }
}

function unquote(text: string): string {
  try {
    return JSON.parse(`"${text}"`) as string
  } catch {
    return text
  }
}

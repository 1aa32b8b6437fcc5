// Reads the signs within lines: `**strong**`, `*emphasis*`, `_emphasis_`, `` `code` ``, `[words](address)` and bare
// addresses. Whatever does not close stays text as typed. Kept: one pass, whose work grows with the length of the text
// alone, whatever is in it, and a tree of bounded depth; `inlineSource` of the answer is the text.

import { addressLength, safeAddress } from './safe-address.ts'
import type { Inline } from './tree.ts'

/** Signs within signs; what lies deeper is text. A view may recurse so far. */
const depthMax = 6
/** A longer run means nothing; two of `_` neither, as in `__init__`. */
const runMax: Readonly<Record<string, number>> = { '*': 3, _: 1 }

type Draft = Inline | { kind: 'text'; text: string }

/** A run of `*` or `_` that may still be closed, or a `[`. */
interface Opener {
  readonly sign: string
  /** Where its text stands in the output. */
  readonly at: number
  length: number
  /** How deep the deepest node after it is. */
  depth: number
  /** Whether an address stands after it: a link in a link has no meaning. */
  hasAddress: boolean
}

interface Run {
  readonly length: number
  readonly canOpen: boolean
  readonly canClose: boolean
}

/** How much was done: turns of the loops that look back or ahead. A test holds them to the length of the text. */
export interface Work {
  steps: number
}

/** The nodes of `text`. */
export function parseInline(text: string, work: Work = { steps: 0 }): readonly Inline[] {
  return new InlineReader(text, work).read()
}

class InlineReader {
  readonly #text: string
  readonly #work: Work
  readonly #out: Draft[] = []
  readonly #openers: Opener[] = []
  /** Positions of runs of backticks by length, and how many of them are passed. */
  readonly #ticks: ReadonlyMap<number, { readonly starts: readonly number[]; passed: number }>
  /** Open brackets among the openers. */
  #brackets = 0
  #at = 0
  /** The beginning of what is not yet in the output. */
  #pending = 0

  constructor(text: string, work: Work) {
    this.#text = text
    this.#work = work
    this.#ticks = findTicks(text)
  }

  read(): readonly Inline[] {
    // Sticky: from one sign to the next, so that plain text is skipped at the engine's speed.
    const sign = /[*_`[\]]|https?:\/\//gi
    for (let found = sign.exec(this.#text); found !== null; found = sign.exec(this.#text)) {
      if (found.index < this.#at) {
        sign.lastIndex = this.#at
        continue
      }
      this.#at = found.index
      this.#sign(found[0])
      sign.lastIndex = this.#at
    }
    this.#flush(this.#text.length)
    return merged(this.#out)
  }

  #sign(sign: string): void {
    switch (sign) {
      case '*':
      case '_':
        return this.#run(sign)
      case '`':
        return this.#code()
      case '[':
        this.#flush(this.#at)
        this.#brackets++
        this.#openers.push({ sign, at: this.#out.length, length: 1, depth: 0, hasAddress: false })
        this.#out.push({ kind: 'text', text: sign })
        return this.#skip(1)
      case ']':
        return this.#link()
      default:
        return this.#address()
    }
  }

  /** What was passed since the last node becomes text. */
  #flush(to: number): void {
    if (to > this.#pending) this.#out.push({ kind: 'text', text: this.#text.slice(this.#pending, to) })
    this.#pending = to
  }

  /** Past `length` characters that are in the output already. */
  #skip(length: number): void {
    this.#at += length
    this.#pending = this.#at
  }

  #code(): void {
    const length = runLength(this.#text, this.#at)
    const row = this.#ticks.get(length)
    const after = this.#at + length
    if (row !== undefined) {
      while (row.passed < row.starts.length && (row.starts[row.passed] as number) < after && this.#isStep())
        row.passed++
      const close = row.starts[row.passed]
      if (close !== undefined && close > after) {
        this.#flush(this.#at)
        this.#add({ kind: 'code', mark: '`'.repeat(length), text: this.#text.slice(after, close) }, 1, false)
        return this.#skip(close + length - this.#at)
      }
    }
    this.#at = after
  }

  #address(): void {
    const rest = this.#text.slice(this.#at, this.#at + 2_100)
    const length = addressLength(rest)
    const written = rest.slice(0, length)
    // Not in the middle of a word: `xhttp://` is none.
    const href = isWordCharacter(this.#text[this.#at - 1]) ? undefined : safeAddress(written)
    if (href === undefined) {
      this.#at += Math.max(1, length)
      return
    }
    this.#flush(this.#at)
    this.#add({ kind: 'address', href, text: written }, 1, true)
    this.#skip(length)
  }

  #link(): void {
    // Without the count, each `]` after many stars would look through all of them.
    const opener =
      this.#brackets === 0 ? undefined : this.#openers.findLast(({ sign }) => this.#isStep() && sign === '[')
    if (opener === undefined) {
      this.#at++
      return
    }
    const written = addressAfter(this.#text, this.#at, this.#work)
    const href = written === undefined ? undefined : safeAddress(written)
    this.#flush(this.#at)
    this.#popTo(opener)
    this.#openers.pop()
    this.#brackets--
    const isEmpty = this.#out.length === opener.at + 1
    if (written === undefined || href === undefined || isEmpty || opener.depth >= depthMax || opener.hasAddress) {
      this.#pass(opener.depth, opener.hasAddress)
      this.#at++
      return
    }
    this.#work.steps += this.#out.length - opener.at
    const children = merged(this.#out.splice(opener.at + 1))
    this.#out.pop()
    this.#add({ kind: 'link', href, written, children }, opener.depth + 1, true)
    this.#skip(written.length + 3)
  }

  #run(sign: string): void {
    const run = runAt(this.#text, this.#at)
    this.#flush(this.#at)
    const isShort = run.length <= (runMax[sign] ?? 0)
    let rest = run.length
    if (run.canClose && isShort) {
      while (rest > 0) {
        const opener = this.#openerOf(sign)
        if (opener === undefined || opener.depth >= depthMax) break
        rest -= this.#close(opener, rest)
      }
    }
    if (rest > 0) {
      const canOpen = run.canOpen && isShort
      if (canOpen) this.#openers.push({ sign, at: this.#out.length, length: rest, depth: 0, hasAddress: false })
      this.#out.push({ kind: 'text', text: sign.repeat(rest) })
    }
    this.#skip(run.length)
  }

  /** The nearest opener of the sign; not one outside of an open bracket, which may become a link. */
  #openerOf(sign: string): Opener | undefined {
    for (let at = this.#openers.length - 1; at >= 0 && at >= this.#openers.length - searchMax; at--) {
      this.#work.steps++
      const opener = this.#openers[at] as Opener
      if (opener.sign === sign) return opener
    }
    return undefined
  }

  /** Wraps all after the opener; answers how many signs that took. */
  #close(opener: Opener, rest: number): number {
    this.#popTo(opener)
    if (this.#out.length === opener.at + 1) {
      // Nothing in it: `** **` and the like are text.
      this.#openers.pop()
      this.#pass(opener.depth, opener.hasAddress)
      return 0
    }
    const used = opener.length >= 2 && rest >= 2 ? 2 : 1
    this.#work.steps += this.#out.length - opener.at
    const children = merged(this.#out.splice(opener.at + 1))
    const mark = opener.sign.repeat(used)
    const { depth, hasAddress } = opener
    opener.length -= used
    if (opener.length === 0) {
      this.#out.pop()
      this.#openers.pop()
    } else {
      this.#out[opener.at] = { kind: 'text', text: opener.sign.repeat(opener.length) }
      opener.depth = 0
    }
    this.#add({ kind: used === 2 ? 'strong' : 'emphasis', mark, children }, depth + 1, hasAddress)
    return used
  }

  #add(node: Inline, depth: number, hasAddress: boolean): void {
    this.#out.push(node)
    this.#pass(depth, hasAddress)
  }

  #isStep(): boolean {
    this.#work.steps++
    return true
  }

  /** What is in a node is in what is around it. */
  #pass(depth: number, hasAddress: boolean): void {
    const top = this.#openers.at(-1)
    if (top === undefined) return
    top.depth = Math.max(top.depth, depth)
    top.hasAddress ||= hasAddress
  }

  /** What was opened after it and never closed is text. */
  #popTo(opener: Opener): void {
    while (this.#openers.at(-1) !== opener) {
      this.#work.steps++
      const open = this.#openers.pop() as Opener
      if (open.sign === '[') this.#brackets--
      this.#pass(open.depth, open.hasAddress)
    }
  }
}

/** How many openers a closing sign looks at: more that were never closed lie between only in made-up texts. */
const searchMax = 32

function findTicks(text: string): ReadonlyMap<number, { readonly starts: number[]; passed: number }> {
  const rows = new Map<number, { starts: number[]; passed: number }>()
  for (const { 0: ticks, index } of text.matchAll(/`+/g)) {
    const row = rows.get(ticks.length)
    if (row === undefined) rows.set(ticks.length, { starts: [index], passed: 0 })
    else row.starts.push(index)
  }
  return rows
}

function runLength(text: string, from: number): number {
  let to = from + 1
  while (text[to] === text[from]) to++
  return to - from
}

/** Whether a run of signs opens or closes: it hugs a word on the one side and none on the other. */
function runAt(text: string, from: number): Run {
  const length = runLength(text, from)
  const before = text[from - 1]
  const after = text[from + length]
  return {
    length,
    canOpen: after !== undefined && !/\s/u.test(after) && !isWordCharacter(before),
    canClose: before !== undefined && !/\s/u.test(before) && !isWordCharacter(after),
  }
}

/** Letters and digits of ASCII: `2*3*4` and `a_file_name` are no emphasis; scripts without spaces may have it anywhere. */
function isWordCharacter(character: string | undefined): boolean {
  return character !== undefined && /[0-9A-Za-z]/.test(character)
}

/** `address` of `](address)` at `from`. */
function addressAfter(text: string, from: number, work: Work): string | undefined {
  if (text[from + 1] !== '(' || !/^h/i.test(text[from + 2] ?? '')) return undefined
  let open = 0
  for (let at = from + 2; at < text.length && at < from + 2_100; at++) {
    work.steps++
    const character = text[at] as string
    // An address has none of these; and with `]` a next link would be searched again and again.
    if (/[\s<>[\]]/u.test(character)) return undefined
    if (character === '(') open++
    if (character === ')' && open-- === 0) return text.slice(from + 2, at)
  }
  return undefined
}

/** Neighbouring texts as one. */
function merged(nodes: readonly Draft[]): readonly Inline[] {
  const found: Inline[] = []
  let texts: string[] = []
  const flush = (): void => {
    if (texts.length > 0) found.push({ kind: 'text', text: texts.join('') })
    texts = []
  }
  for (const node of nodes) {
    if (node.kind === 'text') texts.push(node.text)
    else {
      flush()
      found.push(node)
    }
  }
  flush()
  return found
}

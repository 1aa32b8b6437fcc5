// Reads a message's lines: fenced code, quotes, lists, and paragraphs, which keep their line breaks and blank lines as
// typed. Kept: linear work; `sourceOf` of the answer is the text.

import { parseInline } from './inline.ts'
import type { Block, Inline, ListItem } from './tree.ts'

const fence = /^(`{3,})([^`]*)$/
const quote = /^ {0,3}> ?/
const item = /^( *)(?:[-*+]|(\d{1,9})[.)])[ \t]+(?=\S)/
const levelMax = 3
const spacesPerLevel = 2

/** What the message is made of. */
export function parseMarkdown(text: string): readonly Block[] {
  const reader = new BlockReader(text.split('\n'))
  return reader.read()
}

class BlockReader {
  readonly #lines: readonly string[]
  readonly #blocks: Block[] = []
  #at = 0
  #paragraph: string[] = []

  constructor(lines: readonly string[]) {
    this.#lines = lines
  }

  read(): readonly Block[] {
    while (this.#at < this.#lines.length) {
      const line = this.#lines[this.#at] as string
      if (fence.test(line)) this.#code(line)
      else if (quote.test(line)) this.#quote()
      else if (item.test(line)) this.#list()
      else {
        this.#paragraph.push(line)
        this.#at++
      }
    }
    this.#endParagraph()
    return this.#blocks
  }

  #endParagraph(): void {
    if (this.#paragraph.length === 0) return
    this.#blocks.push({ kind: 'paragraph', children: parseInline(this.#paragraph.join('\n')) })
    this.#paragraph = []
  }

  /** Up to a line of as many backticks, or to the end. */
  #code(open: string): void {
    this.#endParagraph()
    const [, ticks = '', word = ''] = fence.exec(open) ?? []
    const first = ++this.#at
    while (this.#at < this.#lines.length && !isEndOf(ticks, this.#lines[this.#at] as string)) this.#at++
    const inside = this.#lines.slice(first, this.#at)
    const close = this.#lines[this.#at]
    if (close !== undefined) this.#at++
    this.#blocks.push({
      kind: 'code',
      open,
      language: word.trim(),
      ...(inside.length === 0 ? {} : { text: inside.join('\n') }),
      ...(close === undefined ? {} : { close }),
    })
  }

  #quote(): void {
    this.#endParagraph()
    const leads: string[] = []
    const texts: string[] = []
    for (; this.#at < this.#lines.length; this.#at++) {
      const line = this.#lines[this.#at] as string
      const lead = quote.exec(line)?.[0]
      if (lead === undefined) break
      leads.push(lead)
      texts.push(line.slice(lead.length))
    }
    this.#blocks.push({ kind: 'quote', leads, children: parseInline(texts.join('\n')) })
  }

  #list(): void {
    this.#endParagraph()
    const items: ListItem[] = []
    for (; this.#at < this.#lines.length; this.#at++) {
      const line = this.#lines[this.#at] as string
      const found = item.exec(line)
      if (found === null) break
      const [lead, indent = '', number] = found
      const children: readonly Inline[] = parseInline(line.slice(lead.length))
      const level = Math.min(levelMax, Math.floor(indent.length / spacesPerLevel))
      items.push({ level, lead, children, ...(number === undefined ? {} : { number: Number(number) }) })
    }
    this.#blocks.push({ kind: 'list', items })
  }
}

function isEndOf(ticks: string, line: string): boolean {
  return line.startsWith(ticks) && /^`+ *$/.test(line)
}

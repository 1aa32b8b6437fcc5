// The two peer messages that come in bursts, written and read without a general codec: a direct message in ASCII, and
// receipts. Invariant: what is written is, byte for byte, what the codec writes; what is read here is what the codec and
// the schema would read from these bytes; whatever differs from the template in anything is left to them, so this file
// refuses nothing and allows nothing. docs/protocol/peer.md.

import { textBytesMax } from './limits.ts'

export interface TemplateMessage {
  readonly t: 'message'
  readonly id: Uint8Array
  readonly counter: number
  readonly floor: number
  readonly sentAt: number
  readonly text: string
}

export interface TemplateReceipt {
  readonly t: 'receipt'
  readonly entries: { readonly id: Uint8Array; readonly outcome: 'stored' | 'refused' }[]
}

const idBytes = 16
const entriesMax = 256
const lastWallMs = 8.64e15
/** Longer texts gain nothing from a template. */
const charactersMax = 4_096

/** The head of an item of CBOR: RFC 8949, 3. */
const textHead = 0x60
const bytesHead = 0x40
const mapHead = 0xa0
const arrayHead = 0x80

/** Bytes of short ASCII texts, each with its head. */
function items(...texts: readonly string[]): number[] {
  return texts.flatMap((text) => [textHead + text.length, ...Array.from(text, (each) => each.charCodeAt(0))])
}

const messageStart = Uint8Array.from([mapHead + 6, ...items('t', 'message', 'id'), bytesHead + idBytes])
const textKey = Uint8Array.from(items('text'))
const floorKey = Uint8Array.from(items('floor'))
const sentAtKey = Uint8Array.from(items('sentAt'))
const counterKey = Uint8Array.from(items('counter'))
const receiptStart = Uint8Array.from([mapHead + 2, ...items('t', 'receipt', 'entries')])
const entryStart = Uint8Array.from([mapHead + 2, ...items('id'), bytesHead + idBytes])
const storedEnd = Uint8Array.from(items('outcome', 'stored'))
const refusedEnd = Uint8Array.from(items('outcome', 'refused'))

/** The message in bytes; undefined where the template does not hold it. */
export function writeTemplateMessage(message: TemplateMessage): Uint8Array | undefined {
  const { id, text, floor, sentAt, counter } = message
  if (id.length !== idBytes || text.length > charactersMax) return undefined
  if (!isCount(floor) || !isCount(sentAt) || !isCount(counter)) return undefined
  const keys = messageStart.length + textKey.length + floorKey.length + sentAtKey.length + counterKey.length
  const numbers = headLength(floor) + headLength(sentAt) + headLength(counter)
  const bytes = new Uint8Array(keys + idBytes + headLength(text.length) + text.length + numbers)
  bytes.set(messageStart, 0)
  bytes.set(id, messageStart.length)
  let at = put(bytes, messageStart.length + idBytes, textKey)
  at = putHead(bytes, at, textHead, text.length)
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code > 0x7f) return undefined
    bytes[at++] = code
  }
  at = putHead(bytes, put(bytes, at, floorKey), 0, floor)
  at = putHead(bytes, put(bytes, at, sentAtKey), 0, sentAt)
  putHead(bytes, put(bytes, at, counterKey), 0, counter)
  return bytes
}

/** The receipts in bytes; undefined where the template does not hold them. */
export function writeTemplateReceipt({ entries }: TemplateReceipt): Uint8Array | undefined {
  if (entries.length === 0 || entries.length > entriesMax) return undefined
  const entryBytesMax = entryStart.length + idBytes + refusedEnd.length
  const bytes = new Uint8Array(receiptStart.length + 3 + entries.length * entryBytesMax)
  let at = putHead(bytes, put(bytes, 0, receiptStart), arrayHead, entries.length)
  for (const { id, outcome } of entries) {
    if (id.length !== idBytes) return undefined
    at = put(bytes, put(bytes, at, entryStart), id)
    at = put(bytes, at, outcome === 'stored' ? storedEnd : refusedEnd)
  }
  return bytes.slice(0, at)
}

/** What the bytes say; undefined where they are not exactly of a template. */
export function readTemplate(bytes: Uint8Array): TemplateMessage | TemplateReceipt | undefined {
  if (bytes[0] === messageStart[0]) return readMessage(bytes)
  return bytes[0] === receiptStart[0] ? readReceipt(bytes) : undefined
}

function readMessage(bytes: Uint8Array): TemplateMessage | undefined {
  if (!has(bytes, 0, messageStart)) return undefined
  const idEnd = messageStart.length + idBytes
  if (!has(bytes, idEnd, textKey)) return undefined
  const reader = new Reader(bytes, idEnd + textKey.length)
  const text = reader.ascii()
  const floor = reader.after(floorKey)
  const sentAt = reader.after(sentAtKey)
  const counter = reader.after(counterKey)
  if (text === undefined || floor === undefined || sentAt === undefined || counter === undefined) return undefined
  if (reader.at !== bytes.length || sentAt > lastWallMs) return undefined
  return { t: 'message', id: bytes.slice(messageStart.length, idEnd), counter, floor, sentAt, text }
}

function readReceipt(bytes: Uint8Array): TemplateReceipt | undefined {
  if (!has(bytes, 0, receiptStart)) return undefined
  const reader = new Reader(bytes, receiptStart.length)
  const length = reader.head(arrayHead)
  if (length === undefined || length === 0 || length > entriesMax) return undefined
  const entries: TemplateReceipt['entries'] = []
  let { at } = reader
  for (let i = 0; i < length; i++) {
    if (!has(bytes, at, entryStart)) return undefined
    const idAt = at + entryStart.length
    at = idAt + idBytes
    const outcome = has(bytes, at, storedEnd) ? 'stored' : 'refused'
    const end = outcome === 'stored' ? storedEnd : refusedEnd
    if (!has(bytes, at, end)) return undefined
    at += end.length
    entries.push({ id: bytes.slice(idAt, idAt + idBytes), outcome })
  }
  return at === bytes.length ? { t: 'receipt', entries } : undefined
}

class Reader {
  readonly #bytes: Uint8Array
  at: number

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes
    this.at = at
  }

  /** The number in a head of a kind, where it is a safe integer in its shortest form. */
  head(kind: number): number | undefined {
    const short = (this.#bytes[this.at] ?? 0xff) - kind
    if (short < 0 || short > 27) return undefined
    this.at += 1
    if (short < 24) return short
    const length = 1 << (short - 24)
    let value = 0
    for (let i = 0; i < length; i++) value = value * 256 + (this.#bytes[this.at + i] ?? Number.NaN)
    this.at += length
    return Number.isSafeInteger(value) && headLength(value) === 1 + length ? value : undefined
  }

  /** The unsigned number behind a key. */
  after(key: Uint8Array): number | undefined {
    if (!has(this.#bytes, this.at, key)) return undefined
    this.at += key.length
    return this.head(0)
  }

  ascii(): string | undefined {
    const length = this.head(textHead)
    const end = this.at + (length ?? 0)
    if (length === undefined || length > Math.min(charactersMax, textBytesMax) || end > this.#bytes.length)
      return undefined
    let text = ''
    for (let i = this.at; i < end; i++) {
      const code = this.#bytes[i] as number
      if (code > 0x7f) return undefined
      text += String.fromCharCode(code)
    }
    this.at = end
    return text
  }
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0)
}

function has(bytes: Uint8Array, at: number, piece: Uint8Array): boolean {
  for (let i = 0; i < piece.length; i++) if (bytes[at + i] !== piece[i]) return false
  return true
}

function headLength(value: number): number {
  if (value < 24) return 1
  if (value < 0x100) return 2
  if (value < 0x1_0000) return 3
  return value < 0x1_0000_0000 ? 5 : 9
}

function put(bytes: Uint8Array, at: number, piece: Uint8Array): number {
  for (let i = 0; i < piece.length; i++) bytes[at + i] = piece[i] as number
  return at + piece.length
}

function putHead(bytes: Uint8Array, at: number, kind: number, value: number): number {
  const length = headLength(value)
  if (length === 1) bytes[at] = kind + value
  else {
    bytes[at] = kind + 24 + Math.log2(length - 1)
    let rest = value
    for (let i = length - 1; i > 0; i--) {
      bytes[at + i] = rest % 256
      rest = Math.floor(rest / 256)
    }
  }
  return at + length
}

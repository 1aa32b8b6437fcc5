// Variable-length integers (RFC 9000 section 16), minimal form only: a value has exactly one spelling, so that two
// packets that mean the same are the same. Invariant: a cursor never reads past its end and never throws; its first
// failure sticks. Values above 2^53 come out rounded, which is harmless: every field that may be so large is compared
// with a far smaller limit. Spec: docs/protocol/frames.md section 2.

import { assert } from '../base/index.ts'

/** The largest value this side ever writes. */
export const varintMax = Number.MAX_SAFE_INTEGER

/** How many bytes {@link writeVarint} takes for `value`: 1, 2, 4 or 8. */
export function varintLength(value: number): number {
  if (value < 0x40) return 1
  if (value < 0x4000) return 2
  return value < 0x4000_0000 ? 4 : 8
}

/** Writes `value` (0 to 2^53 - 1) at `at` and returns the position after it. The room must be there. */
export function writeVarint(out: Uint8Array, at: number, value: number): number {
  if (value < 0x40) {
    out[at] = value
    return at + 1
  }
  if (value < 0x4000) {
    out[at] = 0x40 | (value >> 8)
    out[at + 1] = value
    return at + 2
  }
  if (value < 0x4000_0000) {
    out[at] = 0x80 | (value >> 24)
    out[at + 1] = value >> 16
    out[at + 2] = value >> 8
    out[at + 3] = value
    return at + 4
  }
  assert(value <= varintMax, 'a varint beyond 2^53 - 1')
  const high = Math.floor(value / 0x1_0000_0000)
  out[at] = 0xc0 | (high >> 24)
  out[at + 1] = high >> 16
  out[at + 2] = high >> 8
  out[at + 3] = high
  out[at + 4] = value >>> 24
  out[at + 5] = value >>> 16
  out[at + 6] = value >>> 8
  out[at + 7] = value
  return at + 8
}

const nothing = new Uint8Array(0)

/** Reads integers and byte runs one after another. After a failure `failed` is true and every answer is 0. */
export class ByteCursor {
  bytes: Uint8Array = nothing
  at = 0
  end = 0
  failed = false

  /** Starts over on `bytes`, between `at` and `end`. */
  open(bytes: Uint8Array, at = 0, end = bytes.length): void {
    this.bytes = bytes
    this.at = at
    this.end = end
    this.failed = false
  }

  get remaining(): number {
    return this.end - this.at
  }

  /** A minimal varint, or 0 with `failed` set. */
  varint(): number {
    const { bytes, at } = this
    if (at >= this.end) return this.#fail()
    const first = bytes[at] as number
    if (first < 0x40) {
      this.at = at + 1
      return first
    }
    const length = 1 << (first >> 6)
    if (at + length > this.end) return this.#fail()
    this.at = at + length
    if (length === 2) return this.#minimal(((first & 0x3f) << 8) | (bytes[at + 1] as number), 0x40)
    const high = ((first & 0x3f) << 24) | this.#bits24(at + 1)
    if (length === 4) return this.#minimal(high, 0x4000)
    const low = (bytes[at + 4] as number) * 0x100_0000 + this.#bits24(at + 5)
    return this.#minimal(high * 0x1_0000_0000 + low, 0x4000_0000)
  }

  /** A 16-bit big-endian integer. */
  uint16(): number {
    const { bytes, at } = this
    if (at + 2 > this.end) return this.#fail()
    this.at = at + 2
    return ((bytes[at] as number) << 8) | (bytes[at + 1] as number)
  }

  /** Steps over `length` bytes and returns where they begin. */
  skip(length: number): number {
    const { at } = this
    if (length > this.end - at) return this.#fail()
    this.at = at + length
    return at
  }

  #bits24(at: number): number {
    const { bytes } = this
    return ((bytes[at] as number) << 16) | ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number)
  }

  #minimal(value: number, least: number): number {
    return value >= least ? value : this.#fail()
  }

  #fail(): number {
    this.failed = true
    this.at = this.end
    return 0
  }
}

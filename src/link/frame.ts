// The frames inside a packet: their numbers, how they are written, and a reader that walks over a packet's plaintext
// without making an object for any of the frequent ones. Invariant: reading any bytes ends with `end` or `bad`, never
// with an exception, and holds no more than the packet itself. Spec: docs/protocol/frames.md sections 3 and 4.

import { decodeUtf8, encodeUtf8 } from '../base/index.ts'
import { LinkErrorCode } from './error-code.ts'
import { ByteCursor, varintLength, writeVarint } from './varint.ts'

/** Frame type numbers. Even = critical (unknown ones close the link), odd = carries its length and may be skipped. */
export const FrameType = {
  padding: 0x00,
  ping: 0x02,
  ack: 0x04,
  stream: 0x06,
  maxData: 0x08,
  maxStreamData: 0x0a,
  pathChallenge: 0x0c,
  pathResponse: 0x0e,
  rekey: 0x10,
  rekeyAck: 0x12,
  close: 0x14,
  datagram: 0x16,
} as const

/** What {@link FrameReader.next} answers: a frame type, or one of the two ends below. */
export type FrameType = (typeof FrameType)[keyof typeof FrameType]

/** The packet is read to its end. */
export const endOfFrames = -1
/** The packet is malformed; {@link FrameReader.error} says how. */
export const badFrames = -2

/** The frames of the endpoint half, as values. */
export type ControlFrame =
  /** `data` is 8 bytes. */
  | { readonly type: 'pathChallenge' | 'pathResponse'; readonly data: Uint8Array }
  /** `publicKey` is the 32 bytes of a fresh X25519 key; `epoch` is the one that begins. */
  | { readonly type: 'rekey' | 'rekeyAck'; readonly epoch: number; readonly publicKey: Uint8Array }

/** Most ranges in one ACK frame, the first included. */
export const ackRangesMax = 32
/** Longest reason of a CLOSE frame, bytes of UTF-8. */
export const closeReasonBytesMax = 128
/** Bytes before the data of a STREAM frame, at most: type, stream, offset, length. */
export const streamHeaderBytesMax = 1 + 2 + 8 + 2
/** Bytes before the data of a DATAGRAM frame: type, length. */
export const datagramHeaderBytes = 1 + 2
/** The unit of the delay field of an ACK, ms: 8 microseconds. */
export const ackDelayUnitMs = 0.008

const publicKeyBytes = 32
const pathDataBytes = 8

/** Bytes that {@link writeControlFrame} takes. */
export function controlFrameLength(frame: ControlFrame): number {
  return 'data' in frame ? 1 + pathDataBytes : 1 + varintLength(frame.epoch) + publicKeyBytes
}

/** Writes a control frame at `at` and returns the position after it. */
export function writeControlFrame(out: Uint8Array, at: number, frame: ControlFrame): number {
  out[at] = FrameType[frame.type]
  if ('data' in frame) {
    out.set(frame.data.subarray(0, pathDataBytes), at + 1)
    return at + 1 + pathDataBytes
  }
  const keyAt = writeVarint(out, at + 1, frame.epoch)
  out.set(frame.publicKey.subarray(0, publicKeyBytes), keyAt)
  return keyAt + publicKeyBytes
}

/** Writes the header of a STREAM frame; the two bytes of its length come last, see {@link writeUint16}. */
export function writeStreamHeader(out: Uint8Array, at: number, stream: number, offset: number): number {
  out[at] = FrameType.stream
  return writeVarint(out, writeVarint(out, at + 1, stream), offset) + 2
}

export function writeUint16(out: Uint8Array, at: number, value: number): void {
  out[at] = value >> 8
  out[at + 1] = value
}

export function writeMaxData(out: Uint8Array, at: number, limit: number): number {
  out[at] = FrameType.maxData
  return writeVarint(out, at + 1, limit)
}

export function writeMaxStreamData(out: Uint8Array, at: number, stream: number, limit: number): number {
  out[at] = FrameType.maxStreamData
  return writeVarint(out, writeVarint(out, at + 1, stream), limit)
}

/** Writes a CLOSE frame, its reason cut to what the frame may carry, at a character's border. */
export function writeClose(out: Uint8Array, at: number, code: number, reason: string): number {
  let text = encodeUtf8(reason)
  if (text.length > closeReasonBytesMax) {
    let cut = closeReasonBytesMax
    while (((text[cut] as number) & 0xc0) === 0x80) cut--
    text = text.subarray(0, cut)
  }
  out[at] = FrameType.close
  const textAt = writeVarint(out, writeVarint(out, at + 1, code), text.length)
  out.set(text, textAt)
  return textAt + text.length
}

/**
 * Walks over the frames of one packet. After `next()` answered a type, the fields of that type hold its values and are
 * valid until the next call. One reader serves all links of a process, because reading a packet is never interrupted.
 */
export class FrameReader {
  readonly #cursor = new ByteCursor()
  #any = false
  /** Why `next()` answered {@link badFrames}. */
  error: LinkErrorCode = LinkErrorCode.none
  /** Whether a frame seen so far asks for an acknowledgement: all do but PADDING and ACK. */
  ackEliciting = false
  /** STREAM, MAX_STREAM_DATA. */
  stream = 0
  offset = 0
  /** STREAM, DATAGRAM, path and rekey frames: where their bytes lie in the packet. */
  start = 0
  end = 0
  /** MAX_DATA, MAX_STREAM_DATA. */
  limit = 0
  /** REKEY, REKEY_ACK. */
  epoch = 0
  /** CLOSE. */
  code = 0
  reason = ''
  /** ACK: the delay in ms, and the ranges as pairs [high, low], newest first, both inclusive. */
  ackDelayMs = 0
  ackRangeCount = 0
  readonly ackRanges = new Float64Array(2 * ackRangesMax)

  open(packet: Uint8Array): void {
    this.#cursor.open(packet)
    this.#any = false
    this.ackEliciting = false
    this.error = LinkErrorCode.none
  }

  /** The bytes of the frame just read, as a view. */
  data(): Uint8Array {
    return this.#cursor.bytes.subarray(this.start, this.end)
  }

  /** Reads one frame: its type, {@link endOfFrames} or {@link badFrames}. */
  next(): FrameType | typeof endOfFrames | typeof badFrames {
    const cursor = this.#cursor
    for (;;) {
      if (cursor.at === cursor.end) return this.#any ? endOfFrames : this.#bad(LinkErrorCode.badFrame)
      this.#any = true
      const type = cursor.varint()
      if (cursor.failed) return this.#bad(LinkErrorCode.badFrame)
      if (type === FrameType.padding) {
        const { bytes, end } = cursor
        while (cursor.at < end && bytes[cursor.at] === 0) cursor.at++
        continue
      }
      if (type !== FrameType.ack) this.ackEliciting = true
      if (type % 2 === 1) {
        cursor.skip(cursor.varint())
        if (cursor.failed) return this.#bad(LinkErrorCode.badFrame)
        continue
      }
      return this.#body(type as FrameType)
    }
  }

  #body(type: FrameType): FrameType | typeof badFrames {
    const cursor = this.#cursor
    switch (type) {
      case FrameType.stream:
        this.stream = cursor.varint()
        this.offset = cursor.varint()
        this.#run(cursor.uint16())
        break
      case FrameType.ack:
        if (!this.#ack()) return this.#bad(LinkErrorCode.badFrame)
        break
      case FrameType.padding:
      case FrameType.ping:
        break
      case FrameType.maxData:
        this.limit = cursor.varint()
        break
      case FrameType.maxStreamData:
        this.stream = cursor.varint()
        this.limit = cursor.varint()
        break
      case FrameType.pathChallenge:
      case FrameType.pathResponse:
        this.#run(pathDataBytes)
        break
      case FrameType.rekey:
      case FrameType.rekeyAck:
        this.epoch = cursor.varint()
        this.#run(publicKeyBytes)
        break
      case FrameType.close:
        if (!this.#close()) return this.#bad(LinkErrorCode.badFrame)
        break
      case FrameType.datagram:
        this.#run(cursor.uint16())
        break
      default:
        return this.#bad(LinkErrorCode.unknownFrame)
    }
    return cursor.failed ? this.#bad(LinkErrorCode.badFrame) : type
  }

  // A run of bytes is never empty: an empty STREAM frame could be repeated for ever without moving anything.
  #run(length: number): void {
    const cursor = this.#cursor
    if (length === 0) cursor.failed = true
    this.start = cursor.skip(length)
    this.end = cursor.at
  }

  #ack(): boolean {
    const cursor = this.#cursor
    const { ackRanges } = this
    let high = cursor.varint()
    this.ackDelayMs = cursor.varint() * ackDelayUnitMs
    const count = cursor.varint() + 1
    if (cursor.failed || count > ackRangesMax) return false
    for (let i = 0; i < count; i++) {
      if (i > 0) high = (ackRanges[2 * i - 1] as number) - cursor.varint() - 2
      const low = high - cursor.varint()
      if (cursor.failed || low < 0) return false
      ackRanges[2 * i] = high
      ackRanges[2 * i + 1] = low
    }
    this.ackRangeCount = count
    return true
  }

  #close(): boolean {
    const cursor = this.#cursor
    this.code = cursor.varint()
    const length = cursor.varint()
    if (length > closeReasonBytesMax) return false
    const start = cursor.skip(length)
    if (cursor.failed) return false
    const text = decodeUtf8(cursor.bytes.subarray(start, start + length))
    if (text === undefined) return false
    this.reason = text
    return true
  }

  #bad(error: LinkErrorCode): typeof badFrames {
    this.error = error
    return badFrames
  }
}

// The outer layer of every datagram (docs/protocol/link.md 2): types, sizes, connection ids, the header of DATA, and the
// small unsealed datagrams. Integers are big-endian. Decoders return undefined for whatever is not exactly as specified;
// nothing here is authenticated, so nothing here may be acted upon before a key or a token has spoken.

import { concatBytes } from '../base/index.ts'

/** The only version of the link protocol so far. */
export const linkVersion = 1

/** First byte of every datagram. */
export const datagramTypes = {
  initiation: 0x01,
  response: 0x02,
  cookie: 0x03,
  data: 0x04,
  reset: 0x05,
  firstContact: 0x06,
  firstContactAnswer: 0x07,
  firstContactProof: 0x08,
  punch: 0x09,
  version: 0x0a,
} as const

export const connectionIdBytes = 8
export const resetTokenBytes = 16
export const macBytes = 16
export const tagBytes = 16

/** UDP payload that every path of the Internet carries, and the size of both first messages, which so prove it. */
export const minimumDatagramBytes = 1_200
/** UDP payload of IPv4 at most; what a socket can hand us. */
export const maximumDatagramBytes = 65_507

export const dataHeaderBytes = 18
export const dataOverheadBytes = dataHeaderBytes + tagBytes
/** A DATA datagram has at least one byte of frames. */
export const minimumDataBytes = dataOverheadBytes + 1
export const resetBytes = 32
export const cookieDatagramBytes = 56
export const punchBytes = 32
export const versionBytes = 16

/** Numbers from here on do not come from an honest sender: at 10 million packets a second they are 28 years away. */
export const packetNumberLimit = Number.MAX_SAFE_INTEGER

/** A connection id as a map key: its first 30 bits. Ids are chosen so that no two of one endpoint share them. */
export function connectionKey(bytes: Uint8Array, at: number): number {
  return (
    (((bytes[at] as number) << 22) |
      ((bytes[at + 1] as number) << 14) |
      ((bytes[at + 2] as number) << 6) |
      ((bytes[at + 3] as number) >> 2)) >>>
    0
  )
}

/** Whether the connection id at `at` is `id`. Ids travel in clear, so time need not be constant. */
export function connectionIdAt(bytes: Uint8Array, at: number, id: Uint8Array): boolean {
  for (let i = 0; i < connectionIdBytes; i++) if (bytes[at + i] !== id[i]) return false
  return true
}

/** Where DATA, and where answers, carry their receiver's connection id. */
export const dataReceiverAt = 2
export const answerReceiverAt = 4

export function encodeDataHeader(out: Uint8Array, epoch: number, receiver: Uint8Array, packetNumber: number): void {
  out[0] = datagramTypes.data
  out[1] = epoch & 255
  out.set(receiver, dataReceiverAt)
  writeUint64(out, 10, packetNumber)
}

/** The packet number of a DATA datagram of at least {@link minimumDataBytes}; undefined from {@link packetNumberLimit} on. */
export function dataPacketNumber(bytes: Uint8Array): number | undefined {
  return readUint64(bytes, 10)
}

/** Writes a whole number below 2^53 as 8 bytes. */
export function writeUint64(out: Uint8Array, at: number, value: number): void {
  const high = Math.floor(value / 4_294_967_296)
  const low = value >>> 0
  out[at] = high >>> 24
  out[at + 1] = high >>> 16
  out[at + 2] = high >>> 8
  out[at + 3] = high
  out[at + 4] = low >>> 24
  out[at + 5] = low >>> 16
  out[at + 6] = low >>> 8
  out[at + 7] = low
}

/** Reads 8 bytes as a number, or undefined where it is not below 2^53 - 1. */
export function readUint64(bytes: Uint8Array, at: number): number | undefined {
  const value = readUint32(bytes, at) * 4_294_967_296 + readUint32(bytes, at + 4)
  return value < packetNumberLimit ? value : undefined
}

function readUint32(bytes: Uint8Array, at: number): number {
  return (
    (((bytes[at] as number) << 24) |
      ((bytes[at + 1] as number) << 16) |
      ((bytes[at + 2] as number) << 8) |
      (bytes[at + 3] as number)) >>>
    0
  )
}

export interface CookieDatagram {
  /** The connection id of the initiator, as its message named it. */
  readonly receiver: Uint8Array
  readonly nonce: Uint8Array
  readonly sealed: Uint8Array
}

export function encodeCookie(cookie: CookieDatagram): Uint8Array {
  return concatBytes(Uint8Array.of(datagramTypes.cookie, 0, 0, 0), cookie.receiver, cookie.nonce, cookie.sealed)
}

export function decodeCookie(bytes: Uint8Array): CookieDatagram | undefined {
  if (bytes.length !== cookieDatagramBytes || bytes[0] !== datagramTypes.cookie || !zeros(bytes, 1, 4)) return undefined
  return { receiver: bytes.subarray(4, 12), nonce: bytes.subarray(12, 24), sealed: bytes.subarray(24, 56) }
}

export interface ResetDatagram {
  /** The connection id that the unknown DATA carried. */
  readonly receiver: Uint8Array
  readonly token: Uint8Array
}

/** `noise`: 7 random bytes, so that a reset has no fixed text beyond its type. */
export function encodeReset(reset: ResetDatagram, noise: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(datagramTypes.reset), noise.subarray(0, 7), reset.receiver, reset.token)
}

export function decodeReset(bytes: Uint8Array): ResetDatagram | undefined {
  if (bytes.length !== resetBytes || bytes[0] !== datagramTypes.reset) return undefined
  return { receiver: bytes.subarray(8, 16), token: bytes.subarray(16, 32) }
}

/** `noise`: 31 random bytes. A punch says nothing: it only makes a NAT on the way remember us. */
export function encodePunch(noise: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(datagramTypes.punch), noise.subarray(0, punchBytes - 1))
}

export interface VersionDatagram {
  readonly receiver: Uint8Array
  /** One to four versions, none 0. */
  readonly versions: readonly number[]
}

export function encodeVersion(version: VersionDatagram): Uint8Array {
  const bytes = new Uint8Array(versionBytes)
  bytes[0] = datagramTypes.version
  bytes.set(version.receiver, answerReceiverAt)
  bytes.set(version.versions.slice(0, 4), 12)
  return bytes
}

export function decodeVersion(bytes: Uint8Array): VersionDatagram | undefined {
  if (bytes.length !== versionBytes || bytes[0] !== datagramTypes.version || !zeros(bytes, 1, 4)) return undefined
  const versions = [...bytes.subarray(12, 16)].filter((version) => version !== 0)
  if (versions.length === 0) return undefined
  return { receiver: bytes.subarray(4, 12), versions }
}

/** Whether the bytes from `from` to before `to` are all zero. */
export function zeros(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (bytes[i] !== 0) return false
  return true
}

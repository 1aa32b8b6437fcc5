// A sealed box: what waits in a mailbox. It proves its sender to the recipient alone, can be read by nobody once the prekey is
// erased, and shows the one who keeps it only a size class. A Noise session of the one-way pattern X: the handshake message
// carries the payload's length, transport messages carry the padded payload; so a cut or lengthened box is refused.
// Implements docs/protocol/crypto.md, "Sealed box".

import { concatBytes, fail, ok } from '../base/index.ts'
import type { Random, Result } from '../base/index.ts'
import { tagBytes } from './aead.ts'
import type { LinkKeys } from './epoch-keys.ts'
import { mac } from './hash.ts'
import { labels } from './labels.ts'
import { isUsableLinkKey } from './link-key-pair.ts'
import type { LinkKeyPair } from './link-key-pair.ts'
import { NoiseHandshake, noiseMessageBytesMax } from './noise-handshake.ts'
import { PacketKey } from './packet-key.ts'

/** Bytes of a payload at most: what is larger is a file and travels otherwise. */
export const sealedPayloadBytesMax = 1_048_576

const lengthBytes = 4
const openingBytes = 32 + 32 + tagBytes + lengthBytes + tagBytes
const chunkBytesMax = noiseMessageBytesMax - tagBytes
const paddingStepBytesMin = 128
const finePaddingAbove = 65_536
const finePaddingStep = 2_048
const nothing = new Uint8Array(0)

export interface SealArgs {
  readonly sender: LinkKeyPair
  /** A prekey of the recipient's device, whose signature the caller verified. */
  readonly recipientPrekey: Uint8Array
  /** What both sides know of the message and no other message has: the box opens in this context only. */
  readonly context: Uint8Array
  readonly payload: Uint8Array
  readonly random: Random
}

export interface OpenArgs {
  readonly prekey: LinkKeyPair
  readonly context: Uint8Array
  readonly bytes: Uint8Array
}

/** A box, and the key that only its two sides have, for receipts. */
export interface SealedBox {
  readonly bytes: Uint8Array
  readonly receiptKey: Uint8Array
}

export interface OpenedBox {
  readonly payload: Uint8Array
  /** The sender's link key, proved to whoever holds the prekey (who could have made the box himself). */
  readonly senderKey: Uint8Array
  readonly receiptKey: Uint8Array
}

/** Seals a payload to a prekey, or says why not: a useless prekey, or a payload over {@link sealedPayloadBytesMax}. */
export function seal(args: SealArgs): Result<SealedBox, 'lowOrder' | 'tooLarge'> {
  const { sender, recipientPrekey, context, payload, random } = args
  if (!isUsableLinkKey(recipientPrekey)) return fail('lowOrder')
  if (payload.length > sealedPayloadBytesMax) return fail('tooLarge')
  const handshake = new NoiseHandshake({
    pattern: 'X',
    initiator: true,
    prologue: concatBytes(labels.sealedBox, context),
    staticKey: sender,
    remoteStatic: recipientPrekey,
    random,
  })
  const padded = new Uint8Array(paddedBytes(payload.length))
  padded.set(payload)
  const bytes = new Uint8Array(boxBytes(payload.length))
  bytes.set(handshake.writeMessage(encodeLength(payload.length)))
  const keys = handshake.split()
  const key = new PacketKey(keys.send)
  let at = openingBytes
  for (let chunk = 0; chunk * chunkBytesMax < padded.length; chunk++) {
    const text = padded.subarray(chunk * chunkBytesMax, (chunk + 1) * chunkBytesMax)
    at += key.seal(chunk, nothing, text, bytes.subarray(at))
  }
  key.erase()
  padded.fill(0)
  return ok({ bytes, receiptKey: receiptKeyOf(keys, handshake.handshakeHash) })
}

/** Opens a box with the prekey's secret. Any other key, context or bytes than those sealed make it unreadable. */
export function openSealed(args: OpenArgs): Result<OpenedBox, 'unreadable'> {
  const { prekey, context, bytes } = args
  if (bytes.length > boxBytes(sealedPayloadBytesMax)) return fail('unreadable')
  const handshake = new NoiseHandshake({
    pattern: 'X',
    initiator: false,
    prologue: concatBytes(labels.sealedBox, context),
    staticKey: prekey,
    // A responder of X writes nothing and so makes no key.
    random: { bytes: (length) => new Uint8Array(length), fraction: () => 0 },
  })
  const opening = handshake.readMessage(bytes.subarray(0, openingBytes))
  const senderKey = handshake.remoteStatic
  if (!opening.ok || opening.value.length !== lengthBytes || senderKey === undefined) return fail('unreadable')
  const keys = handshake.split()
  const payload = openChunks(keys.receive, decodeLength(opening.value), bytes)
  if (payload === undefined) return fail('unreadable')
  return ok({ payload, senderKey, receiptKey: receiptKeyOf(keys, handshake.handshakeHash) })
}

/** Bytes of the box of a payload of so many bytes. */
export function boxBytes(payloadBytes: number): number {
  const padded = paddedBytes(payloadBytes)
  return openingBytes + padded + Math.ceil(padded / chunkBytesMax) * tagBytes
}

function openChunks(rawKey: Uint8Array, payloadBytes: number, bytes: Uint8Array): Uint8Array | undefined {
  if (payloadBytes > sealedPayloadBytesMax || bytes.length !== boxBytes(payloadBytes)) return undefined
  const padded = new Uint8Array(paddedBytes(payloadBytes))
  const key = new PacketKey(rawKey)
  let at = openingBytes
  let whole = true
  for (let chunk = 0; whole && chunk * chunkBytesMax < padded.length; chunk++) {
    const end = Math.min(at + noiseMessageBytesMax, bytes.length)
    const text = key.open(chunk, nothing, bytes.subarray(at, end))
    if (text !== undefined) padded.set(text, chunk * chunkBytesMax)
    whole = text !== undefined
    at = end
  }
  key.erase()
  return whole ? padded.subarray(0, payloadBytes) : undefined
}

// Up to 2 KiB in steps of 128 bytes, above in sixteenths of the next power of two: at most an eighth more. Above 64 KiB in
// steps of 2 KiB, because the largest text of a message and its fields must still fit into one envelope of the registry.
function paddedBytes(payloadBytes: number): number {
  const step = Math.max(paddingStepBytesMin, 2 ** (Math.ceil(Math.log2(Math.max(payloadBytes, 1))) - 4))
  const kept = payloadBytes > finePaddingAbove ? finePaddingStep : step
  return Math.max(Math.ceil(payloadBytes / kept), 1) * kept
}

function receiptKeyOf(keys: LinkKeys, handshakeHash: Uint8Array): Uint8Array {
  const receiptKey = mac(keys.chainingKey, labels.receiptKey, handshakeHash)
  keys.send.fill(0)
  keys.receive.fill(0)
  keys.chainingKey.fill(0)
  return receiptKey
}

function encodeLength(length: number): Uint8Array {
  const bytes = new Uint8Array(lengthBytes)
  new DataView(bytes.buffer).setUint32(0, length)
  return bytes
}

function decodeLength(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, lengthBytes).getUint32(0)
}

// Layout of the handshake datagrams (docs/protocol/link.md 3). The Noise message inside is opaque here; the clear header of
// a first message is bound into the handshake as its prologue, and every later id travels inside the sealed payload.
// Both first messages are exactly 1,200 bytes and every answer is smaller, so that nobody can be amplified through us.

import { concatBytes, encodeUtf8 } from '../base/index.ts'
import { linkPurposes, type LinkPurpose } from './link-event.ts'
import {
  answerReceiverAt,
  connectionIdBytes,
  datagramTypes,
  linkVersion,
  macBytes,
  minimumDatagramBytes,
  readUint64,
  resetTokenBytes,
  tagBytes,
  writeUint64,
  zeros,
} from './packet.ts'

/** IK where the responder's key is known, XX for the first contact with a registry whose key is not. */
export type HandshakePattern = 'IK' | 'XX'

const keyBytes = 32
const sealedKeyBytes = keyBytes + tagBytes
const timestampBytes = 8
/** Clear header of a first message: type, version, purpose, zero, connection id. */
export const firstHeaderBytes = 12
const answerHeaderBytes = 12

const noiseAt = firstHeaderBytes
export const mac1At = minimumDatagramBytes - 2 * macBytes
export const mac2At = minimumDatagramBytes - macBytes

/** Sizes of the Noise messages, payload included. */
export const noiseBytes = {
  initiation: keyBytes + sealedKeyBytes + timestampBytes + resetTokenBytes + tagBytes,
  response: keyBytes + connectionIdBytes + resetTokenBytes + tagBytes,
  firstContact: keyBytes,
  firstContactAnswer: keyBytes + sealedKeyBytes + connectionIdBytes + resetTokenBytes + tagBytes,
  firstContactProof: sealedKeyBytes + resetTokenBytes + tagBytes,
} as const

export interface FirstMessage {
  readonly pattern: HandshakePattern
  readonly purpose: LinkPurpose
  /** The initiator's connection id. */
  readonly sender: Uint8Array
  readonly noise: Uint8Array
}

/** A first message without its MACs, which are written over the zero bytes at {@link mac1At} and {@link mac2At}. */
export function encodeFirstMessage(header: Uint8Array, noise: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(minimumDatagramBytes)
  bytes.set(header)
  bytes.set(noise, noiseAt)
  return bytes
}

/** The 12 clear bytes that open a first message; they are part of the prologue. */
export function encodeFirstHeader(pattern: HandshakePattern, purpose: LinkPurpose, sender: Uint8Array): Uint8Array {
  const type = pattern === 'IK' ? datagramTypes.initiation : datagramTypes.firstContact
  return concatBytes(Uint8Array.of(type, linkVersion, linkPurposes[purpose], 0), sender)
}

/** A first message of our version, its MACs unchecked. */
export function decodeFirstMessage(bytes: Uint8Array): FirstMessage | undefined {
  if (bytes.length !== minimumDatagramBytes || bytes[1] !== linkVersion || bytes[3] !== 0) return undefined
  const purpose = purposeOf(bytes[2] as number)
  if (purpose === undefined) return undefined
  const sender = bytes.subarray(4, firstHeaderBytes)
  if (bytes[0] === datagramTypes.initiation) {
    return { pattern: 'IK', purpose, sender, noise: bytes.subarray(noiseAt, noiseAt + noiseBytes.initiation) }
  }
  if (bytes[0] === datagramTypes.firstContact) {
    return { pattern: 'XX', purpose, sender, noise: bytes.subarray(noiseAt, noiseAt + noiseBytes.firstContact) }
  }
  return undefined
}

function purposeOf(byte: number): LinkPurpose | undefined {
  if (byte === linkPurposes.registry) return 'registry'
  if (byte === linkPurposes.peer) return 'peer'
  return undefined
}

/** What Noise mixes in before anything else: protocol, version, roles and purpose cannot be altered on the way. */
export function handshakePrologue(firstHeader: Uint8Array): Uint8Array {
  return concatBytes(encodeUtf8('parley link 1 handshake'), firstHeader.subarray(0, firstHeaderBytes))
}

/** The later handshake messages: who they are for, the Noise message, MAC1 last. */
export type AnswerKind = 'response' | 'firstContactAnswer' | 'firstContactProof'

export interface AnswerMessage {
  readonly receiver: Uint8Array
  readonly noise: Uint8Array
}

/** The bytes of an answer, with {@link macBytes} zero bytes at the end where MAC1 goes. */
export function encodeAnswer(kind: AnswerKind, receiver: Uint8Array, noise: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(datagramTypes[kind], linkVersion, 0, 0), receiver, noise, new Uint8Array(macBytes))
}

export function decodeAnswer(kind: AnswerKind, bytes: Uint8Array): AnswerMessage | undefined {
  const noiseEnd = answerHeaderBytes + noiseBytes[kind]
  if (bytes.length !== noiseEnd + macBytes || bytes[0] !== datagramTypes[kind]) return undefined
  if (bytes[1] !== linkVersion || !zeros(bytes, 2, answerReceiverAt)) return undefined
  return {
    receiver: bytes.subarray(answerReceiverAt, answerHeaderBytes),
    noise: bytes.subarray(answerHeaderBytes, noiseEnd),
  }
}

/** Payload of an IK initiation: the initiator's timestamp and the reset token of its connection id. */
export function encodeInitiationPayload(timestamp: number, resetToken: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(timestampBytes + resetTokenBytes)
  writeUint64(bytes, 0, timestamp)
  bytes.set(resetToken, timestampBytes)
  return bytes
}

export function decodeInitiationPayload(bytes: Uint8Array): { timestamp: number; resetToken: Uint8Array } | undefined {
  if (bytes.length !== timestampBytes + resetTokenBytes) return undefined
  const timestamp = readUint64(bytes, 0)
  return timestamp === undefined ? undefined : { timestamp, resetToken: bytes.slice(timestampBytes) }
}

/** Payload of a responder's message: its connection id, sealed so that nobody can swap it, and that id's reset token. */
export function encodeAnswerPayload(sender: Uint8Array, resetToken: Uint8Array): Uint8Array {
  return concatBytes(sender, resetToken)
}

export function decodeAnswerPayload(bytes: Uint8Array): { sender: Uint8Array; resetToken: Uint8Array } | undefined {
  if (bytes.length !== connectionIdBytes + resetTokenBytes) return undefined
  return { sender: bytes.slice(0, connectionIdBytes), resetToken: bytes.slice(connectionIdBytes) }
}

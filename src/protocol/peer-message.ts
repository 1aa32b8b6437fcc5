// What two peers say to each other: live on a direct link, or (messages only) inside a sealed box in a mailbox. The same
// message has the same id on every road, which is what makes it one message. docs/protocol/peer.md.

import * as v from 'valibot'
import { ok, type Result } from '../base/index.ts'
import { type CodecError, decodeMessage, encodeMessage } from './codec.ts'
import { accountName, bytesUpTo, count, messageId, text, wallTime } from './field.ts'
import { signedDeviceListSchema } from './device-list.ts'
import { envelopeBytesMax, protocolMessageBytesMax } from './limits.ts'
import { readTemplate, writeTemplateMessage, writeTemplateReceipt } from './peer-message-template.ts'
import { roomKey } from './room-message.ts'

/** Link stream numbers between peers. */
export const peerStream = { control: 0, conversation: 1 } as const

/** First message of each side on a direct link: who is there. */
const helloSchema = v.object({ t: v.literal('hello'), name: accountName, devices: signedDeviceListSchema })

const messageSchema = v.object({
  t: v.literal('message'),
  id: messageId,
  /** Position among the messages of the sending device to this recipient, from 0, without gaps. */
  counter: count,
  /** Every counter below this is stored by the recipient or will never come: a gap below it is final. At most `counter`. */
  floor: count,
  sentAt: wallTime,
  text,
  /** Of a copy of a room's message: the room, its place in the transcript, and the id that all copies share. */
  room: v.optional(v.object({ key: roomKey, number: count, id: messageId })),
})

/** What the recipient did with messages, sent after its store committed. */
const receiptSchema = v.object({
  t: v.literal('receipt'),
  entries: v.pipe(
    v.array(v.object({ id: messageId, outcome: v.picklist(['stored', 'refused']) })),
    v.minLength(1),
    v.maxLength(256),
  ),
})

const peerMessageSchema = v.variant('t', [helloSchema, messageSchema, receiptSchema])

export type PeerHello = v.InferOutput<typeof helloSchema>
export type ChatMessage = v.InferOutput<typeof messageSchema>
export type Receipt = v.InferOutput<typeof receiptSchema>
export type PeerMessage = v.InferOutput<typeof peerMessageSchema>

export function encodePeerMessage(message: PeerMessage): Uint8Array {
  if (message.t === 'message' && message.room === undefined)
    return writeTemplateMessage(message) ?? encodeMessage(message)
  if (message.t === 'receipt') return writeTemplateReceipt(message) ?? encodeMessage(message)
  return encodeMessage(message)
}

export function decodePeerMessage(bytes: Uint8Array): Result<PeerMessage, CodecError> {
  const read = bytes.length <= protocolMessageBytesMax ? readTemplate(bytes) : undefined
  return read ? ok(read) : decodePeerMessageSlowly(bytes)
}

/** The same by the general codec: the measure of the templates. */
export function decodePeerMessageSlowly(bytes: Uint8Array): Result<PeerMessage, CodecError> {
  return decodeMessage(peerMessageSchema, bytes, protocolMessageBytesMax)
}

/** A message as it rests in a mailbox. The registry stores it as opaque bytes. */
const sealedEnvelopeSchema = v.object({
  v: v.literal(1),
  /** Which prekey of the recipient's device opens the box. */
  prekey: count,
  /** Link key of the recipient's device that holds that prekey. */
  device: v.instance(Uint8Array),
  senderName: accountName,
  sender: signedDeviceListSchema,
  /** Number of this message among those sealed to the same prekey, from 0. */
  n: count,
  box: bytesUpTo(envelopeBytesMax),
})
export type SealedEnvelope = v.InferOutput<typeof sealedEnvelopeSchema>

export function encodeSealedEnvelope(envelope: SealedEnvelope): Uint8Array {
  return encodeMessage(envelope)
}

export function decodeSealedEnvelope(bytes: Uint8Array): Result<SealedEnvelope, CodecError> {
  return decodeMessage(sealedEnvelopeSchema, bytes, envelopeBytesMax)
}

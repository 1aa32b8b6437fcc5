// What a peer and a registry say to each other, on stream 0 of their link, each message one CBOR map. Requests carry a
// number `q`, the one answer to each carries it back as `r`; pushes carry neither. docs/protocol/registry.md.

import * as v from 'valibot'
import type { Result } from '../base/index.ts'
import {
  accountAnswers,
  accountModes,
  accountPushes,
  accountRequests,
  inviteCode,
  opaqueMessage,
} from './account-message.ts'
import { channelAnswers, channelPushes, channelRequests } from './channel-message.ts'
import { byType, type CodecError, decodeMessage, decodeTyped, encodeMessage } from './codec.ts'
import { signedDeviceListSchema } from './device-list.ts'
import {
  accountName,
  address,
  addresses,
  bytesUpTo,
  count,
  messageId,
  publicKey,
  receiptProof,
  typedName,
  wallTime,
} from './field.ts'
import {
  envelopeBytesMax,
  nearestNamesMax,
  pageEntriesMax,
  prekeysPerUploadMax,
  protocolMessageBytesMax,
} from './limits.ts'
import { signedPrekeySchema } from './prekey.ts'
import { roomAnswers, roomPushes, roomRequests } from './room-message.ts'

/** Version of everything said on the registry stream. */
export const registryProtocolVersion = 1
/** Link stream numbers between a peer and a registry. */
export const registryStream = { control: 0 } as const

const q = count
const rowList = <S extends v.GenericSchema>(row: S) => v.pipe(v.array(row), v.maxLength(pageEntriesMax))

/** The recipient's word on one mailbox row. `stored` carries the proof that only who opened the box can make. */
export const collectOutcomes = ['stored', 'unreadable', 'refused'] as const

const requestSchema = v.variant('t', [
  v.object({
    t: v.literal('login'),
    q,
    version: count,
    agent: v.pipe(v.string(), v.maxLength(64)),
    name: typedName,
    devices: signedDeviceListSchema,
    /** Addresses of the peer's own interfaces, for peers on the same network. */
    addresses,
    /** How a registry with passwords is satisfied: the end of a `startPassword` exchange, or a new account's record. */
    proof: v.optional(opaqueMessage),
    record: v.optional(opaqueMessage),
    /** Where a new name needs one. */
    inviteCode: v.optional(inviteCode),
  }),
  /** `forget`: the password is asked again at the next login of this device. */
  v.object({ t: v.literal('logout'), q, forget: v.optional(v.boolean()) }),
  v.object({ t: v.literal('hello'), q }),
  /** What the registry is and how it sees us, for who wants to know whether all is well. */
  v.object({ t: v.literal('probe'), q }),
  v.object({ t: v.literal('lookup'), q, name: typedName }),
  v.object({ t: v.literal('introduce'), q, to: typedName, addresses }),
  v.object({
    t: v.literal('addPrekeys'),
    q,
    prekeys: v.pipe(v.array(signedPrekeySchema), v.minLength(1), v.maxLength(prekeysPerUploadMax)),
  }),
  v.object({ t: v.literal('takePrekey'), q, name: typedName }),
  v.object({ t: v.literal('deposit'), q, to: typedName, id: messageId, envelope: bytesUpTo(envelopeBytesMax) }),
  /** Mail with row numbers above `after`, oldest first. Rows stay until collected. */
  v.object({ t: v.literal('fetchMail'), q, after: count }),
  v.object({
    t: v.literal('collect'),
    q,
    rows: v.pipe(
      v.array(v.object({ row: count, outcome: v.picklist(collectOutcomes), proof: v.optional(receiptProof) })),
      v.minLength(1),
      v.maxLength(pageEntriesMax),
    ),
  }),
  /** What became of messages that this account deposited. Rows stay until noticed. */
  v.object({ t: v.literal('fetchNotices'), q, after: count }),
  v.object({ t: v.literal('noticed'), q, rows: v.pipe(v.array(count), v.minLength(1), v.maxLength(pageEntriesMax)) }),
  ...accountRequests,
  ...channelRequests,
  ...roomRequests,
])
export type RegistryRequest = v.InferOutput<typeof requestSchema>
export type RegistryRequestType = RegistryRequest['t']

const accountFields = { name: accountName, identity: publicKey, devices: signedDeviceListSchema }
/** `busy`: in a private session; absent where not. */
const presenceEntry = v.object({
  name: accountName,
  online: v.boolean(),
  since: wallTime,
  busy: v.optional(v.boolean()),
})
export type PresenceEntry = v.InferOutput<typeof presenceEntry>

const introductionFields = {
  ...accountFields,
  addresses,
  /** Known to the two peers and the registry only; ties their probes to this introduction. */
  secret: publicKey,
  /** Wait this long before the first datagram, so that both sides start at the same instant. */
  delayMs: v.pipe(v.number(), v.minValue(0), v.maxValue(5_000)),
}

const answerSchema = v.variant('t', [
  v.object({ t: v.literal('done'), r: q }),
  v.object({
    t: v.literal('error'),
    r: q,
    code: count,
    /** For unknownName: names that are near. */
    nearest: v.optional(v.pipe(v.array(accountName), v.maxLength(nearestNamesMax))),
    /** For nameTaken: the identity that holds the name. */
    holder: v.optional(publicKey),
    /** For rateLimited: when to try again. */
    retryMs: v.optional(count),
  }),
  v.object({
    t: v.literal('welcome'),
    r: q,
    /** The account's name as it was first spelled. */
    name: accountName,
    registry: v.pipe(v.string(), v.maxLength(64)),
    observed: address,
    now: wallTime,
    /** One-time prekeys of this device left at the registry, and whether a last-resort one is there. */
    prekeys: count,
    lastResortPrekey: v.boolean(),
    mail: count,
    notices: count,
    accounts: v.picklist(accountModes),
    /** Number of the channel's latest message, 0 where there is none yet. */
    channel: count,
    /** Rooms that the account is in or invited to. */
    rooms: count,
    policy: v.object({
      directBudgetMs: count,
      helloMs: count,
      expiryMs: count,
      mailboxKeepMs: count,
    }),
  }),
  v.object({
    t: v.literal('probed'),
    r: q,
    registry: v.pipe(v.string(), v.maxLength(64)),
    version: count,
    observed: address,
    now: wallTime,
    accounts: v.picklist(accountModes),
  }),
  v.object({ t: v.literal('account'), r: q, ...accountFields, online: v.boolean(), busy: v.optional(v.boolean()) }),
  v.object({ t: v.literal('introduction'), r: q, ...introductionFields }),
  v.object({ t: v.literal('prekey'), r: q, ...accountFields, prekey: signedPrekeySchema }),
  /** The envelope is on the disk of the registry; it waits until `expires`. */
  v.object({ t: v.literal('deposited'), r: q, expires: wallTime }),
  v.object({
    t: v.literal('mail'),
    r: q,
    rows: rowList(
      v.object({
        row: count,
        from: accountName,
        id: messageId,
        at: wallTime,
        envelope: bytesUpTo(envelopeBytesMax),
      }),
    ),
    more: v.boolean(),
  }),
  v.object({
    t: v.literal('notices'),
    r: q,
    rows: rowList(
      v.object({
        row: count,
        id: messageId,
        to: accountName,
        outcome: v.picklist([...collectOutcomes, 'expired']),
        proof: v.optional(receiptProof),
        at: wallTime,
      }),
    ),
    more: v.boolean(),
  }),
  ...accountAnswers,
  ...channelAnswers,
  ...roomAnswers,
])
export type RegistryAnswer = v.InferOutput<typeof answerSchema>

const pushSchema = v.variant('t', [
  /** `snapshot` pages come first after a login, the last one says so; then changes, gathered for a moment. */
  v.object({ t: v.literal('presence'), snapshot: v.boolean(), last: v.boolean(), entries: rowList(presenceEntry) }),
  v.object({ t: v.literal('introduced'), ...introductionFields }),
  v.object({ t: v.literal('mailWaiting') }),
  v.object({ t: v.literal('noticesWaiting') }),
  /** The registry goes down, or a newer login of this device took over; the link closes next. */
  v.object({
    t: v.literal('goodbye'),
    reason: v.picklist(['shuttingDown', 'replaced', 'removed', 'disconnected', 'suspended']),
  }),
  ...accountPushes,
  ...channelPushes,
  ...roomPushes,
])
export type RegistryPush = v.InferOutput<typeof pushSchema>
export type RegistryMessage = RegistryAnswer | RegistryPush

const requests = byType<RegistryRequest>(requestSchema)
const answers = byType<RegistryMessage>(answerSchema)
const pushes = byType<RegistryMessage>(pushSchema)

export function encodeRegistryRequest(request: RegistryRequest): Uint8Array {
  return encodeMessage(request)
}

/** Decodes what a peer sent to the registry. */
export function decodeRegistryRequest(bytes: Uint8Array): Result<RegistryRequest, CodecError> {
  return decodeTyped(() => requests, bytes, protocolMessageBytesMax)
}

export function encodeRegistryMessage(message: RegistryMessage): Uint8Array {
  return encodeMessage(message)
}

/** Decodes what the registry sent to a peer. */
export function decodeRegistryMessage(bytes: Uint8Array): Result<RegistryMessage, CodecError> {
  return decodeTyped((value) => ('r' in value ? answers : pushes), bytes, protocolMessageBytesMax)
}

const requestHeadSchema = v.object({ t: v.pipe(v.string(), v.maxLength(32)), q })

/** Type and number of a request whose rest does not have its shape, so that it can be answered at all. */
export function decodeRequestHead(bytes: Uint8Array): Result<{ t: string; q: number }, CodecError> {
  return decodeMessage(requestHeadSchema, bytes, protocolMessageBytesMax)
}

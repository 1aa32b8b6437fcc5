// A message as it rests in a mailbox: sealed to a prekey, and opened again. Invariants: the box opens only as what it was
// sealed as (this id, sender, recipient, prekey and number), so the registry can relabel nothing; what comes out is
// proven to come from a device that the sender's identity signed; a receipt proves that somebody opened this very box.
// docs/protocol/peer.md, "Sealed mail".

import { concatBytes, encodeUtf8, equalBytes, fail, ok, type Random, type Result } from '../../base/index.ts'
import {
  type LinkKeyPair,
  openSealed,
  receiptProof,
  seal,
  verifyReceiptProof,
  verifySignature,
} from '../../crypto/index.ts'
import {
  type AccountName,
  type ChatMessage,
  decodePeerMessage,
  decodePrekey,
  encodePeerMessage,
  encodeSealedEnvelope,
  foldName,
  type Prekey,
  prekeyStatement,
  type SealedEnvelope,
  type SignedDeviceList,
  type SignedPrekey,
} from '../../protocol/index.ts'
import type { Contact } from './contacts.ts'

const contextLabel = encodeUtf8('parley/mail/1\0')
const receiptLabel = encodeUtf8('parley/mail-stored/1\0')

interface BoxContext {
  readonly id: Uint8Array
  readonly senderName: AccountName
  readonly senderIdentity: Uint8Array
  readonly recipientIdentity: Uint8Array
  readonly prekey: number
  readonly n: number
}

export interface OwnDevice {
  readonly name: AccountName
  readonly identity: Uint8Array
  readonly devices: SignedDeviceList
  readonly linkKey: LinkKeyPair
}

/** A prekey of a contact, as the registry handed it out, or what is wrong with it (bad input 37). */
export function readPrekey({ body, signature }: SignedPrekey, contact: Contact): Result<Prekey, 'badPrekey'> {
  const prekey = decodePrekey(body)
  if (!prekey.ok || !verifySignature(contact.identity, prekeyStatement(body), signature)) return fail('badPrekey')
  const { device, key } = prekey.value
  if (!contact.deviceKeys.some((known) => equalBytes(known, device))) return fail('badPrekey')
  return ok({ ...prekey.value, device: device.slice(), key: key.slice() })
}

/** Seals a message to a prekey of its recipient: the envelope's bytes, and the key that proves its receipt. */
export function sealMessage(
  own: OwnDevice,
  recipient: { readonly identity: Uint8Array; readonly prekey: Prekey; readonly n: number },
  message: ChatMessage,
  random: Random,
): Result<{ envelope: Uint8Array; receiptKey: Uint8Array }, 'badPrekey'> {
  const { prekey, n, identity } = recipient
  const context = encodeContext({
    id: message.id,
    senderName: own.name,
    senderIdentity: own.identity,
    recipientIdentity: identity,
    prekey: prekey.id,
    n,
  })
  const payload = encodePeerMessage(message)
  const sealed = seal({ sender: own.linkKey, recipientPrekey: prekey.key, context, payload, random })
  if (!sealed.ok) return fail('badPrekey')
  const envelope = encodeSealedEnvelope({
    v: 1,
    prekey: prekey.id,
    device: prekey.device as SealedEnvelope['device'],
    senderName: own.name,
    sender: own.devices,
    n,
    box: sealed.value.bytes,
  })
  return ok({ envelope, receiptKey: sealed.value.receiptKey })
}

/** Opens an envelope from a contact with the prekey that it names. `id`: under which the registry handed it over. */
export function openMessage(
  own: Pick<OwnDevice, 'identity'>,
  sender: Contact,
  pair: LinkKeyPair,
  id: Uint8Array,
  envelope: SealedEnvelope,
): Result<{ message: ChatMessage; device: Uint8Array; receiptKey: Uint8Array }, 'unreadable' | 'foreignDevice'> {
  const context = encodeContext({
    id,
    senderName: envelope.senderName,
    senderIdentity: sender.identity,
    recipientIdentity: own.identity,
    prekey: envelope.prekey,
    n: envelope.n,
  })
  const opened = openSealed({ prekey: pair, context, bytes: envelope.box })
  if (!opened.ok) return fail('unreadable')
  const { payload, senderKey, receiptKey } = opened.value
  if (!sender.deviceKeys.some((key) => equalBytes(key, senderKey))) return fail('foreignDevice')
  const message = decodePeerMessage(payload)
  if (!message.ok || message.value.t !== 'message' || !equalBytes(message.value.id, id)) return fail('unreadable')
  return ok({ message: message.value, device: senderKey, receiptKey })
}

/** What the recipient sends back with `stored`. */
export function storedProof(receiptKey: Uint8Array, id: Uint8Array): Uint8Array {
  return receiptProof(receiptKey, concatBytes(receiptLabel, id))
}

/** Whether one of the boxes that a message was sealed in was opened and its content stored. */
export function provesStored(receiptKeys: readonly Uint8Array[], id: Uint8Array, proof: Uint8Array): boolean {
  const statement = concatBytes(receiptLabel, id)
  return receiptKeys.some((key) => verifyReceiptProof(key, statement, proof))
}

function encodeContext({ id, senderName, senderIdentity, recipientIdentity, prekey, n }: BoxContext): Uint8Array {
  const numbers = new Uint8Array(16)
  const view = new DataView(numbers.buffer)
  view.setBigUint64(0, BigInt(prekey))
  view.setBigUint64(8, BigInt(n))
  return concatBytes(contextLabel, id, senderIdentity, recipientIdentity, numbers, encodeUtf8(foldName(senderName)))
}

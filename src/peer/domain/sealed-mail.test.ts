import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IdentityKeyPair, LinkKeyPair } from '../../crypto/index.ts'
import {
  type AccountName,
  type ChatMessage,
  decodeSealedEnvelope,
  encodePrekey,
  prekeyStatement,
  type SealedEnvelope,
} from '../../protocol/index.ts'
import { SeededRandom } from '../../../sim/seeded-random.ts'
import { type Contact, Contacts } from './contacts.ts'
import { signDevices } from './peer-program.ts'
import { openMessage, type OwnDevice, provesStored, readPrekey, sealMessage, storedProof } from './sealed-mail.ts'

const random = new SeededRandom('sealed mail')

function person(name: string): { own: OwnDevice; identity: IdentityKeyPair; contact: Contact } {
  const identity = IdentityKeyPair.generate(random)
  const linkKey = LinkKeyPair.generate(random)
  const devices = signDevices({ name: name as AccountName, identity, linkKey })
  const own = { name: name as AccountName, identity: identity.publicKey, devices, linkKey }
  const contacts = new Contacts([])
  contacts.observe(own)
  return { own, identity, contact: contacts.get(name)! }
}

const alice = person('alice')
const bob = person('bob')
const pair = LinkKeyPair.generate(random)
const prekey = {
  v: 1,
  id: 7,
  key: pair.publicKey,
  device: bob.own.linkKey.publicKey,
  kind: 'once',
  made: 0,
} as const
const message: ChatMessage = {
  t: 'message',
  id: random.bytes(16),
  counter: 3,
  floor: 1,
  sentAt: 5,
  text: 'canary',
}

function sealed(): { envelope: SealedEnvelope; receiptKey: Uint8Array; bytes: Uint8Array } {
  const made = sealMessage(alice.own, { identity: bob.own.identity, prekey, n: 2 }, message, random)
  assert.ok(made.ok)
  const envelope = decodeSealedEnvelope(made.value.envelope)
  assert.ok(envelope.ok)
  return { envelope: envelope.value, receiptKey: made.value.receiptKey, bytes: made.value.envelope }
}

test('opens for the recipient as what was sealed, and shows nothing of the text to who keeps it', () => {
  const { envelope, bytes } = sealed()
  const opened = openMessage(bob.own, alice.contact, pair, message.id, envelope)
  assert.ok(opened.ok)
  assert.deepEqual(opened.value.message, message)
  assert.deepEqual(opened.value.device, alice.own.linkKey.publicKey)
  assert.equal(Buffer.from(bytes).includes('canary'), false)
})

test('is unreadable under any other label: id, sender, recipient, prekey or number', () => {
  const { envelope } = sealed()
  const attempts = [
    openMessage(bob.own, alice.contact, pair, random.bytes(16), envelope),
    openMessage(bob.own, alice.contact, pair, message.id, { ...envelope, n: 3 }),
    openMessage(bob.own, alice.contact, pair, message.id, { ...envelope, prekey: 8 }),
    openMessage(bob.own, alice.contact, pair, message.id, { ...envelope, senderName: 'alicia' as AccountName }),
    openMessage(bob.own, bob.contact, pair, message.id, envelope),
    openMessage(alice.own, alice.contact, pair, message.id, envelope),
    openMessage(bob.own, alice.contact, LinkKeyPair.generate(random), message.id, envelope),
  ]
  for (const attempt of attempts) assert.deepEqual(attempt, { ok: false, error: 'unreadable' })
})

test('a box of a device that the sender’s identity did not sign is foreign', () => {
  const other = { ...alice.own, linkKey: LinkKeyPair.generate(random) }
  const made = sealMessage(other, { identity: bob.own.identity, prekey, n: 0 }, message, random)
  assert.ok(made.ok)
  const envelope = decodeSealedEnvelope(made.value.envelope)
  assert.ok(envelope.ok)
  const opened = openMessage(bob.own, alice.contact, pair, message.id, envelope.value)
  assert.deepEqual(opened, { ok: false, error: 'foreignDevice' })
})

test('a receipt proves that one of the boxes of this message was opened', () => {
  const { envelope, receiptKey } = sealed()
  const opened = openMessage(bob.own, alice.contact, pair, message.id, envelope)
  assert.ok(opened.ok)
  const proof = storedProof(opened.value.receiptKey, message.id)
  assert.equal(provesStored([random.bytes(32), receiptKey], message.id, proof), true)
  assert.equal(provesStored([random.bytes(32)], message.id, proof), false)
  assert.equal(provesStored([receiptKey], random.bytes(16), proof), false)
  assert.equal(provesStored([], message.id, proof), false)
  assert.equal(provesStored([receiptKey], message.id, new Uint8Array(16)), false)
})

test('a prekey counts only if the contact’s identity signed it for one of its devices', () => {
  const sign = (identity: IdentityKeyPair, fields: object = {}) => {
    const body = encodePrekey({ ...prekey, ...fields })
    return { body, signature: identity.sign(prekeyStatement(body)) }
  }
  assert.equal(readPrekey(sign(bob.identity), bob.contact).ok, true)
  assert.equal(readPrekey(sign(alice.identity), bob.contact).ok, false)
  assert.equal(readPrekey(sign(bob.identity, { device: alice.own.linkKey.publicKey }), bob.contact).ok, false)
  const signature = bob.identity.sign(encodePrekey(prekey))
  assert.equal(readPrekey({ body: encodePrekey(prekey), signature }, bob.contact).ok, false, 'signed without the label')
})

test('a prekey of small order seals nothing', () => {
  const weak = { ...prekey, key: new Uint8Array(32) }
  assert.deepEqual(sealMessage(alice.own, { identity: bob.own.identity, prekey: weak, n: 0 }, message, random), {
    ok: false,
    error: 'badPrekey',
  })
})

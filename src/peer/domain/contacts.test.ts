import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IdentityKeyPair, LinkKeyPair } from '../../crypto/index.ts'
import { type AccountName, deviceListStatement, encodeDeviceList } from '../../protocol/index.ts'
import { SeededRandom } from '../../../sim/seeded-random.ts'
import { type Card, Contacts, fingerprintsOf, type Observation } from './contacts.ts'
import type { StoredContact } from './peer-store.ts'

const random = new SeededRandom('contacts')
const bob = IdentityKeyPair.generate(random)
const mallory = IdentityKeyPair.generate(random)
const phone = LinkKeyPair.generate(random).publicKey
const laptop = LinkKeyPair.generate(random).publicKey

function cardOf(identity: IdentityKeyPair, version: number, keys: Uint8Array[], name = 'Bob'): Card {
  const devices = keys.map((key) => ({ key, added: 1 }))
  const body = encodeDeviceList({ v: 1, identity: identity.publicKey, version, devices })
  const signature = identity.sign(deviceListStatement(body))
  return { name: name as AccountName, identity: identity.publicKey, devices: { body, signature } }
}

function stored(observation: Observation): StoredContact[] {
  const changes = observation.kind === 'bad' ? [] : observation.changes
  return changes.flatMap((change) => (change.kind === 'contact' ? [change.contact] : []))
}

test('pins at first sight, takes newer lists, and never an older or another one of the same version', () => {
  const contacts = new Contacts([])
  const first = contacts.observe(cardOf(bob, 2, [phone]))
  assert.equal(first.kind, 'known')
  assert.equal(stored(first).length, 1)
  assert.equal(contacts.ofDevice(phone)?.key, 'bob')
  assert.deepEqual(stored(contacts.observe(cardOf(bob, 2, [phone]))), [])
  assert.deepEqual(contacts.observe(cardOf(bob, 1, [laptop])), { kind: 'bad', problem: 'olderVersion' })
  assert.deepEqual(contacts.observe(cardOf(bob, 2, [laptop])), { kind: 'bad', problem: 'sameVersion' })
  assert.equal(contacts.ofDevice(laptop), undefined)
  assert.equal(contacts.observe(cardOf(bob, 3, [laptop])).kind, 'known')
  assert.equal(contacts.ofDevice(phone), undefined)
  assert.equal(contacts.ofDevice(laptop)?.version, 3)
})

test('a changed identity is offered, told once, and pinned by a person’s act only', () => {
  const contacts = new Contacts([])
  contacts.observe(cardOf(bob, 1, [phone]))
  const changed = contacts.observe(cardOf(mallory, 1, [laptop]))
  assert.ok(changed.kind === 'changed' && changed.isNews)
  const again = contacts.observe(cardOf(mallory, 1, [laptop]))
  assert.ok(again.kind === 'changed' && !again.isNews)
  const kept = new Contacts(stored(changed))
  assert.deepEqual(kept.get('bob')?.identity, bob.publicKey)
  assert.notEqual(fingerprintsOf(kept.get('bob')!).pinned, fingerprintsOf(kept.get('bob')!).offered)
  assert.equal(kept.ofDevice(laptop), undefined)
  const accepted = kept.accept('bob')
  assert.deepEqual(accepted?.contact.identity, mallory.publicKey)
  assert.equal(kept.get('bob')?.offered, undefined)
  assert.equal(kept.ofDevice(laptop)?.key, 'bob')
  assert.equal(kept.ofDevice(phone), undefined)
  assert.equal(kept.accept('bob'), undefined)
})

test('the pinned identity, shown again, takes back the offer of another one', () => {
  const contacts = new Contacts([])
  contacts.observe(cardOf(bob, 1, [phone]))
  contacts.observe(cardOf(mallory, 1, [laptop]))
  assert.equal(contacts.observe(cardOf(bob, 1, [phone])).kind, 'known')
  assert.equal(contacts.get('bob')?.offered, undefined)
})

test('refuses what is forged: a signature, an identity that the list does not name, a body that is none', () => {
  const contacts = new Contacts([])
  const card = cardOf(bob, 1, [phone])
  const signature = card.devices.signature.slice()
  signature[0]! ^= 1
  const wrong = { ...card, devices: { ...card.devices, signature } }
  assert.deepEqual(contacts.observe(wrong), { kind: 'bad', problem: 'badSignature' })
  assert.deepEqual(contacts.observe({ ...card, identity: mallory.publicKey }), {
    kind: 'bad',
    problem: 'foreignIdentity',
  })
  const torn = { ...card, devices: { ...card.devices, body: card.devices.body.slice(1) } }
  assert.deepEqual(contacts.observe(torn), { kind: 'bad', problem: 'unreadable' })
  assert.equal(contacts.get('bob'), undefined)
})

test('a claim on a link neither pins nor offers; it may bring a newer list of the pinned identity', () => {
  const contacts = new Contacts([])
  assert.equal(contacts.confirm(cardOf(bob, 1, [phone]), phone), undefined)
  contacts.observe(cardOf(bob, 1, [phone]))
  assert.equal(contacts.confirm(cardOf(mallory, 1, [laptop]), laptop), undefined)
  assert.equal(contacts.get('bob')?.offered, undefined)
  assert.equal(contacts.confirm(cardOf(bob, 1, [phone]), laptop), undefined)
  assert.equal(contacts.confirm(cardOf(bob, 1, [phone]), phone)?.kind, 'known')
  assert.equal(contacts.confirm(cardOf(bob, 2, [phone, laptop]), laptop)?.kind, 'known')
})

// The project's own examples in docs/protocol/vectors, made by this code from fixed seeds, for others to test against. The test
// makes them again and compares: whoever changes what is sent must change the files, with PARLEY_WRITE_VECTORS=1, and say why.

import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { encodeUtf8, fromHex, toHex } from '../base/index.ts'
import type { Random } from '../base/index.ts'
import {
  LinkKeyPair,
  NoiseHandshake,
  PacketKey,
  fingerprint,
  hash,
  nextEpochKeys,
  openSealed,
  receiptProof,
  seal,
  verifyReceiptProof,
} from './index.ts'

const folder = join(import.meta.dirname, '../../docs/protocol/vectors')

// Secrets that anybody can make again: the hash of a name.
const secretOf = (name: string) => hash(encodeUtf8(`parley test vector ${name}`))
const pairOf = (name: string) => LinkKeyPair.fromSecret(secretOf(name))
const fixedRandom = (name: string): Random => ({
  bytes: (length) => secretOf(name).slice(0, length),
  fraction: () => 0,
})

function bytes(hex: string): Uint8Array {
  const decoded = fromHex(hex)
  assert(decoded !== undefined)
  return decoded
}

function checkFile(name: string, made: object): void {
  const path = join(folder, name)
  if (process.env['PARLEY_WRITE_VECTORS'] === '1') writeFileSync(path, `${JSON.stringify(made, null, 2)}\n`)
  assert.deepEqual(made, JSON.parse(readFileSync(path, 'utf8')))
}

function noiseVector(pattern: 'IK' | 'XX' | 'X'): object {
  const prologue = encodeUtf8(`prologue of ${pattern}`)
  const staticSecrets = { initiator: secretOf('initiator static'), responder: secretOf('responder static') }
  const both = { pattern, prologue }
  const initiator = new NoiseHandshake({
    ...both,
    initiator: true,
    staticKey: LinkKeyPair.fromSecret(staticSecrets.initiator),
    remoteStatic: pattern === 'XX' ? undefined : LinkKeyPair.fromSecret(staticSecrets.responder).publicKey,
    random: fixedRandom('initiator ephemeral'),
  })
  const responder = new NoiseHandshake({
    ...both,
    initiator: false,
    staticKey: LinkKeyPair.fromSecret(staticSecrets.responder),
    random: fixedRandom('responder ephemeral'),
  })
  const messages: { payload: string; message: string }[] = []
  while (!initiator.finished) {
    const [writer, reader] = initiator.writesNext ? [initiator, responder] : [responder, initiator]
    const payload = encodeUtf8(`payload ${messages.length + 1}`)
    const message = writer.writeMessage(payload)
    assert.deepEqual(reader.readMessage(message), { ok: true, value: payload })
    messages.push({ payload: toHex(payload), message: toHex(message) })
  }
  const handshakeHash = toHex(initiator.handshakeHash)
  const keys = initiator.split()
  return {
    protocolName: `Noise_${pattern}_25519_ChaChaPoly_BLAKE2s`,
    prologue: toHex(prologue),
    initiatorStaticSecret: toHex(staticSecrets.initiator),
    responderStaticSecret: toHex(staticSecrets.responder),
    initiatorEphemeralSecret: toHex(secretOf('initiator ephemeral')),
    responderEphemeralSecret: toHex(secretOf('responder ephemeral')),
    messages,
    handshakeHash,
    initiatorToResponderKey: toHex(keys.send),
    responderToInitiatorKey: toHex(keys.receive),
    chainingKey: toHex(keys.chainingKey),
  }
}

function packetVector(packetNumber: number): object {
  const key = secretOf('packet key')
  const header = encodeUtf8('header')
  const plaintext = encodeUtf8('frames')
  const sealed = new Uint8Array(plaintext.length + 16)
  new PacketKey(key).seal(packetNumber, header, plaintext, sealed)
  return {
    key: toHex(key),
    packetNumber,
    header: toHex(header),
    plaintext: toHex(plaintext),
    sealed: toHex(sealed),
  }
}

function rekeyVector(): object {
  const [chainingKey, sharedSecret] = [secretOf('chaining key'), secretOf('shared secret')]
  const next = nextEpochKeys(chainingKey, sharedSecret, true)
  return {
    chainingKey: toHex(chainingKey),
    sharedSecret: toHex(sharedSecret),
    initiatorToResponderKey: toHex(next.send),
    responderToInitiatorKey: toHex(next.receive),
    nextChainingKey: toHex(next.chainingKey),
  }
}

test('noise-ours.json: handshakes of our three patterns, packets and a rekey', () => {
  checkFile('noise-ours.json', {
    about: 'Handshakes, packets and a rekey: docs/protocol/crypto.md. All bytes are hexadecimal.',
    handshakes: (['IK', 'XX', 'X'] as const).map(noiseVector),
    packets: [0, 1, 2 ** 32 + 5, Number.MAX_SAFE_INTEGER].map(packetVector),
    rekeys: [rekeyVector()],
  })
})

function sealingVector(payload: Uint8Array): Record<string, string> {
  const context = encodeUtf8('context')
  const statement = encodeUtf8('stored')
  const sealed = seal({
    sender: pairOf('sender'),
    recipientPrekey: pairOf('prekey').publicKey,
    context,
    payload,
    random: fixedRandom('box ephemeral'),
  })
  assert(sealed.ok)
  return {
    senderSecret: toHex(secretOf('sender')),
    prekeySecret: toHex(secretOf('prekey')),
    ephemeralSecret: toHex(secretOf('box ephemeral')),
    context: toHex(context),
    payload: toHex(payload),
    box: toHex(sealed.value.bytes),
    receiptKey: toHex(sealed.value.receiptKey),
    statement: toHex(statement),
    receiptProof: toHex(receiptProof(sealed.value.receiptKey, statement)),
  }
}

test('sealing.json: boxes and receipt proofs, which open', () => {
  const boxes = ['', 'hello', 'x'.repeat(129)].map((text) => sealingVector(encodeUtf8(text)))
  checkFile('sealing.json', {
    about: 'Sealed boxes and receipt proofs: docs/protocol/crypto.md. All bytes are hexadecimal.',
    boxes,
  })
  for (const vector of boxes) {
    const [context, box] = [bytes(vector['context']!), bytes(vector['box']!)]
    const prekey = LinkKeyPair.fromSecret(bytes(vector['prekeySecret']!))
    const opened = openSealed({ prekey, context, bytes: box })
    assert(opened.ok)
    assert.equal(toHex(opened.value.payload), vector['payload'])
    assert.equal(toHex(opened.value.receiptKey), vector['receiptKey'])
    assert.deepEqual(opened.value.senderKey, pairOf('sender').publicKey)
    const [statement, proof] = [bytes(vector['statement']!), bytes(vector['receiptProof']!)]
    assert(verifyReceiptProof(opened.value.receiptKey, statement, proof))
  }
})

test('fingerprint.json: what people compare', () => {
  const keys = [new Uint8Array(32), new Uint8Array(32).fill(255), pairOf('fingerprint').publicKey]
  checkFile('fingerprint.json', {
    about: 'Fingerprints of keys: docs/protocol/crypto.md.',
    fingerprints: keys.map((key) => ({ publicKey: toHex(key), fingerprint: fingerprint(key) })),
  })
})

// docs/protocol/vectors/datagrams.json: what real endpoints send when their random bytes are fixed, for others to test
// against. The test makes it again and compares: whoever changes what is sent must change the file, with
// PARLEY_WRITE_VECTORS=1, and say why.

import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { encodeUtf8, fromHex, toHex, type Random } from '../base/index.ts'
import { hash, LinkKeyPair, mac } from '../crypto/index.ts'
import { mac1Key } from './cookie.ts'
import type { LinkPurpose } from './link-event.ts'
import { linkLabels } from './link-labels.ts'
import { datagramTypes } from './packet.ts'
import { Network, type Host } from './testbed.test.ts'

const path = join(import.meta.dirname, '../../docs/protocol/vectors/datagrams.json')

// Secrets that anybody can make again: the hash of a name.
const secretOf = (name: string): Uint8Array => hash(encodeUtf8(`parley test vector ${name}`))

/** Draws of one side, in order, each the beginning of the hash of its name and number. */
class Draws implements Random {
  readonly drawn: string[] = []
  readonly #name: string

  constructor(name: string) {
    this.#name = name
  }

  bytes(length: number): Uint8Array {
    const bytes = secretOf(`${this.#name} ${this.drawn.length}`).slice(0, length)
    this.drawn.push(toHex(bytes))
    return bytes
  }

  fraction(): number {
    return 0
  }
}

interface Side {
  readonly host: Host
  readonly draws: Draws
  readonly inputs: Record<string, string | number>
}

function side(network: Network, name: string, address: string, timestamp: number, purpose: LinkPurpose): Side {
  const draws = new Draws(name)
  const staticSecret = secretOf(`${name} static`)
  const resetKey = secretOf(`${name} reset key`)
  const host = network.host(
    1,
    { staticKey: LinkKeyPair.fromSecret(staticSecret), resetKey, random: draws, purpose, timestamp: () => timestamp },
    address,
  )
  return { host, draws, inputs: { staticSecret: toHex(staticSecret), resetKey: toHex(resetKey) } }
}

const first = (host: Host, type: number): string => {
  const flight = host.sent.find(({ bytes }) => bytes[0] === type)
  assert.ok(flight)
  return toHex(flight.bytes)
}

function handshake(pattern: 'IK' | 'XX', isLoaded: boolean): Record<string, unknown> {
  const network = new Network()
  const name = `${pattern}${isLoaded ? ' cookie' : ''}`
  const initiator = side(network, `${name} initiator`, '192.0.2.1', 1_700_000_000_000, 'peer')
  const responder = side(network, `${name} responder`, '192.0.2.2', 1_700_000_000_000, 'registry')
  responder.host.endpoint.setUnderLoad(isLoaded)
  const remoteKey = pattern === 'IK' ? responder.host.key.publicKey : undefined
  const link = initiator.host.endpoint.connect(network.now, {
    addresses: [responder.host.address],
    remoteKey,
    purpose: 'registry',
  })
  network.run(100, () => responder.host.ups().length === 1)
  initiator.host.endpoint.send(network.now, link, 1, encodeUtf8('hello'))
  network.run(100)
  const type = pattern === 'IK' ? datagramTypes.initiation : datagramTypes.firstContact
  const answer = pattern === 'IK' ? datagramTypes.response : datagramTypes.firstContactAnswer
  const messages = initiator.host.sent.filter(({ bytes }) => bytes[0] === type)
  assert.equal(messages.length, isLoaded ? 2 : 1)
  const [initiatorConnectionId, initiatorEphemeralSecret] = initiator.draws.drawn
  const responderDraws = isLoaded ? responder.draws.drawn.slice(2) : responder.draws.drawn
  const [responderConnectionId, responderEphemeralSecret] = responderDraws
  return {
    pattern,
    purpose: 'registry',
    initiator: {
      ...initiator.inputs,
      connectionId: initiatorConnectionId,
      ephemeralSecret: initiatorEphemeralSecret,
      address: '192.0.2.1:4001',
      timestamp: 1_700_000_000_000,
    },
    responder: { ...responder.inputs, connectionId: responderConnectionId, ephemeralSecret: responderEphemeralSecret },
    mac1Key: toHex(mac1Key(remoteKey)),
    firstMessage: toHex(messages[0]?.bytes ?? new Uint8Array(0)),
    ...(isLoaded ? cookie(initiator, responder, toHex(messages[1]?.bytes ?? new Uint8Array(0))) : {}),
    answer: first(responder.host, answer),
    ...(pattern === 'XX' ? { proof: first(initiator.host, datagramTypes.firstContactProof) } : {}),
    handshakeHash: toHex(initiator.host.ups()[0]?.handshakeHash ?? new Uint8Array(0)),
    firstData: first(initiator.host, datagramTypes.data),
  }
}

function cookie(initiator: Side, responder: Side, messageWithMac2: string): Record<string, unknown> {
  const [nonce, secret] = responder.draws.drawn
  const bytes = mac(fromHex(secret ?? '') ?? new Uint8Array(0), linkLabels.cookie, encodeUtf8('192.0.2.1:4001')).slice(
    0,
    16,
  )
  assert.equal(initiator.host.address.port, 4_001)
  return {
    cookie: { secret, nonce, cookie: toHex(bytes), datagram: first(responder.host, datagramTypes.cookie) },
    messageWithMac2,
  }
}

function stateless(): Record<string, unknown> {
  const network = new Network()
  const { host, draws, inputs } = side(network, 'stateless', '192.0.2.3', 1, 'registry')
  const data = Uint8Array.of(datagramTypes.data, ...secretOf('unknown data'), ...secretOf('more'))
  network.deliver(host, { host: '192.0.2.9', port: 9 }, data)
  const otherVersion = new Uint8Array(1_200).fill(7, 4, 12)
  otherVersion.set([datagramTypes.initiation, 2, 1, 0])
  network.deliver(host, { host: '192.0.2.9', port: 9 }, otherVersion)
  host.endpoint.punch(network.now, [{ host: '192.0.2.9', port: 9 }])
  network.drain(host)
  return {
    ...inputs,
    reset: { random: draws.drawn[0], unknownData: toHex(data), datagram: first(host, datagramTypes.reset) },
    version: { requestBegins: toHex(otherVersion.subarray(0, 12)), datagram: first(host, datagramTypes.version) },
    punch: { random: draws.drawn[1], datagram: first(host, datagramTypes.punch) },
  }
}

test('datagrams are what docs/protocol/vectors/datagrams.json says', () => {
  const made = {
    about: 'Every datagram of a link: docs/protocol/link.md. All bytes are hexadecimal; secrets are X25519 secrets.',
    handshakes: [handshake('IK', false), handshake('XX', false), handshake('IK', true), handshake('XX', true)],
    stateless: stateless(),
  }
  const text = `${JSON.stringify(made, null, 2)}\n`
  if (process.env['PARLEY_WRITE_VECTORS'] === '1') writeFileSync(path, text)
  assert.equal(readFileSync(path, 'utf8'), text)
})

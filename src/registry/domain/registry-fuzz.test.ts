// Whatever is sent, the registry does not throw, and answers each readable request once or closes the session. PARLEY_FUZZ
// sets the number of cases.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encode } from 'cborg'
import fc from 'fast-check'
import { pretendClient, PretendPasswords } from '../../../sim/pretend-passwords.ts'
import type { Address } from '../../base/index.ts'
import { accountModes, encodeRegistryRequest, type RegistryRequest, signalKinds } from '../../protocol/index.ts'
import { loginOf, type Peer, prekeyOf, Testbed } from './testbed.test.ts'

const numRuns = Number(process.env['PARLEY_FUZZ'] ?? 300)
const name = fc.constantFrom('a', 'b', 'C', 'nobody', '', '__proto__', 'x'.repeat(40))
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const row = fc.nat(12)

const id = fc.nat(3).map((i) => new Uint8Array(16).fill(i))
const [hello, record] = [pretendClient.hello(1), pretendClient.record('x')]
const proof = pretendClient.proof('x', hello)
/** What a login may bring for its registry's mode, right or wrong. */
const brought = fc.constantFrom({}, {}, { record }, { proof }, { record, proof }, { inviteCode: 'AAAAA' })
const room = fc.nat(3)
const text = fc.constantFrom('', 'hello')

const accountRequest: fc.Arbitrary<RegistryRequest> = fc.oneof(
  fc.record({ t: fc.constant('startPassword' as const), q: fc.nat(), name, message: fc.constantFrom(hello, proof) }),
  fc.record({
    t: fc.constant('startRecord' as const),
    q: fc.nat(),
    name,
    message: fc.constantFrom(hello, pretendClient.recordRequest()),
  }),
  fc.record({
    t: fc.constant('changePassword' as const),
    q: fc.nat(),
    proof: fc.constant(proof),
    record: fc.constant(record),
  }),
  fc.record({ t: fc.constant('setBusy' as const), q: fc.nat(), busy: fc.boolean() }),
  fc.record({ t: fc.constant('refresh' as const), q: fc.nat() }),
  fc.record({ t: fc.constant('signal' as const), q: fc.nat(), to: name, kind: fc.constantFrom(...signalKinds), id }),
)

const roomRequest: fc.Arbitrary<RegistryRequest> = fc.oneof(
  fc.record({ t: fc.constant('say' as const), q: fc.nat(), id, text }),
  fc.record({ t: fc.constant('fetchChannel' as const), q: fc.nat(), after: row }),
  fc.record({ t: fc.constant('heard' as const), q: fc.nat(), upTo: row }),
  fc.record({
    t: fc.constant('makeRoom' as const),
    q: fc.nat(),
    key: id,
    name: text,
    invite: fc.array(name, { maxLength: 3 }),
  }),
  fc.record({ t: fc.constant('inviteToRoom' as const), q: fc.nat(), room, invite: fc.array(name, { maxLength: 3 }) }),
  fc.record({ t: fc.constant('answerRoom' as const), q: fc.nat(), room, join: fc.boolean() }),
  fc.record({ t: fc.constant('leaveRoom' as const), q: fc.nat(), room }),
  fc.record({ t: fc.constant('removeFromRoom' as const), q: fc.nat(), room, name }),
  fc.record({ t: fc.constant('nameRoom' as const), q: fc.nat(), room, name: text }),
  fc.record({ t: fc.constant('fetchRooms' as const), q: fc.nat(), after: row }),
  fc.record({ t: fc.constant('fetchRoomLog' as const), q: fc.nat(), room, after: row }),
  fc.record({ t: fc.constant('numberMessage' as const), q: fc.nat(), room, id }),
)

const request: fc.Arbitrary<RegistryRequest> = fc.oneof(
  fc
    .record({ name, identity: fc.nat(3), device: fc.nat(3), version: fc.nat(2), brought })
    .map(({ name: typed, brought: more, ...details }) => ({ ...loginOf(typed, details), ...more, q: 0 })),
  accountRequest,
  roomRequest,
  fc.record({ t: fc.constant('logout' as const), q: fc.nat(), forget: fc.boolean() }),
  fc.record({ t: fc.constantFrom('hello' as const, 'probe' as const), q: fc.nat() }),
  fc.record({ t: fc.constantFrom('lookup' as const, 'takePrekey' as const), q: fc.nat(), name }),
  fc.record({ t: fc.constant('introduce' as const), q: fc.nat(), to: name, addresses: fc.constant<Address[]>([]) }),
  fc.record({
    t: fc.constant('addPrekeys' as const),
    q: fc.nat(),
    prekeys: fc.array(
      fc.record({ i: fc.nat(3), d: fc.nat(3), n: fc.nat(5) }).map(({ i, d, n }) => prekeyOf(i, d, n)),
      { minLength: 1, maxLength: 4 },
    ),
  }),
  fc.record({
    t: fc.constant('deposit' as const),
    q: fc.nat(),
    to: name,
    id,
    envelope: fc.uint8Array({ minLength: 1, maxLength: 50 }),
  }),
  fc.record({ t: fc.constantFrom('fetchMail' as const, 'fetchNotices' as const), q: fc.nat(), after: row }),
  fc.record({
    t: fc.constant('collect' as const),
    q: fc.nat(),
    rows: fc.array(fc.record({ row, outcome: fc.constantFrom('stored' as const, 'refused' as const) }), {
      minLength: 1,
      maxLength: 5,
    }),
  }),
  fc.record({ t: fc.constant('noticed' as const), q: fc.nat(), rows: fc.array(row, { minLength: 1, maxLength: 5 }) }),
)

const step = fc.record({
  who: fc.nat(3),
  waitMs: fc.constantFrom(0, 0, 0, 1, 5, 100, 60_000, 250_000),
  what: fc.oneof(
    { weight: 12, arbitrary: request.map((value) => ({ kind: 'request' as const, value })) },
    { weight: 2, arbitrary: fc.uint8Array({ maxLength: 60 }).map((value) => ({ kind: 'bytes' as const, value })) },
    { weight: 1, arbitrary: fc.anything().map((value) => ({ kind: 'value' as const, value })) },
    {
      weight: 2,
      arbitrary: fc.tuple(request, fc.nat(), bytes(1)).map((value) => ({ kind: 'mutated' as const, value })),
    },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom('gone', 'silent', 'stick', 'unstick')
        .map((value) => ({ kind: 'link' as const, value })),
    },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom('crash', 'fail', 'heal', 'drain', 'free', 'invite')
        .map((value) => ({ kind: 'registry' as const, value })),
    },
  ),
})

test('random requests, junk, mutations, slow links, crashes: no exception, and one answer each or the link closes', () => {
  fc.assert(
    fc.property(fc.constantFrom(...accountModes), fc.array(step, { maxLength: 80 }), (accounts, steps) => {
      const bed = new Testbed({
        accounts,
        passwords: new PretendPasswords(),
        policy: { mailboxMessagesMax: 3, mailboxKeepMs: 100_000 },
        limits: { clockSteadyMs: 0 },
      })
      const peers: Peer[] = []
      const owed = new Map<Peer, Set<number>>()
      const peerAt = (who: number): Peer => {
        const known = peers[who]
        if (known && !known.closed) return known
        const fresh = bed.connect(who)
        peers[who] = fresh
        owed.set(fresh, new Set())
        return fresh
      }
      let q = 1_000
      for (const { who, waitMs, what } of steps) {
        bed.run(waitMs)
        const peer = peerAt(who)
        if (peer.closed) continue
        if (what.kind === 'request') {
          owed.get(peer)?.add(++q)
          peer.tellBytes(encodeRegistryRequest({ ...what.value, q }))
        } else if (what.kind === 'bytes') peer.tellBytes(what.value)
        else if (what.kind === 'value') peer.tellBytes(encodeAnything(what.value))
        else if (what.kind === 'mutated') peer.tellBytes(mutate(...what.value))
        else if (what.kind === 'registry') {
          if (what.value === 'crash') {
            bed.crash()
            peers.length = 0
            owed.clear()
          } else if (what.value === 'drain') bed.registry.drain(bed.now)
          else if (what.value === 'free') bed.registry.administration.freeName(bed.now, 'A', () => undefined)
          else if (what.value === 'invite') bed.registry.administration.makeInvite(bed.now, () => undefined)
          else bed.store.failWith(what.value === 'fail' ? { code: 'storeFailed', detail: '' } : undefined)
        } else if (what.value === 'stick') peer.isStuck = true
        else if (what.value === 'unstick') peer.unstick()
        else peer.end(what.value)
      }
      for (const peer of peers) if (peer && !peer.closed) peer.unstick()
      bed.run(1_000)
      for (const [peer, numbers] of owed) {
        if (peer.closed) continue
        for (const number of numbers) assert.equal(peer.answersTo(number).length, 1, `answers to ${number}`)
      }
    }),
    { numRuns },
  )
})

function encodeAnything(value: unknown): Uint8Array {
  try {
    return encode(value)
  } catch {
    return new Uint8Array()
  }
}

function mutate(value: RegistryRequest, at: number, by: Uint8Array): Uint8Array {
  const encoded = encodeRegistryRequest(value).slice()
  encoded[at % encoded.length] = by[0] as number
  return encoded
}

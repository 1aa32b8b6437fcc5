import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IdentityKeyPair, LinkKeyPair, verifySignature } from '../../crypto/index.ts'
import { decodePrekey, prekeyStatement } from '../../protocol/index.ts'
import { SeededRandom } from '../../../sim/seeded-random.ts'
import { defaultPeerLimits as limits } from './peer-limits.ts'
import type { PeerChange, StoredPrekey } from './peer-store.ts'
import { PrekeyPool } from './prekey-pool.ts'

const random = new SeededRandom('prekeys')
const identity = IdentityKeyPair.generate(random)
const device = LinkKeyPair.generate(random).publicKey
const dayMs = 24 * 3_600_000

const poolOf = (prekeys: readonly StoredPrekey[] = [], nextPrekey = 1): PrekeyPool =>
  new PrekeyPool({ identity, device, random, limits }, { prekeys, nextPrekey })
const secretsOf = (changes: readonly PeerChange[]): StoredPrekey[] =>
  changes.flatMap((change) => (change.kind === 'prekey' ? [change.prekey] : []))

test('fills an empty pool with as many as one upload takes, a last-resort one among them, all signed', () => {
  const pool = poolOf()
  const { changes, prekeys } = pool.replenish(0, { once: 0, hasLast: false })
  assert.equal(prekeys.length, 100)
  const decoded = prekeys.map(({ body, signature }) => {
    assert.ok(verifySignature(identity.publicKey, prekeyStatement(body), signature))
    const prekey = decodePrekey(body)
    assert.ok(prekey.ok)
    return prekey.value
  })
  assert.equal(decoded.filter((prekey) => prekey.kind === 'last').length, 1)
  assert.equal(new Set(decoded.map((prekey) => prekey.id)).size, 100)
  for (const stored of secretsOf(changes)) {
    const shown = decoded.find((prekey) => prekey.id === stored.id)
    assert.deepEqual(LinkKeyPair.fromSecret(stored.secret).publicKey, shown?.key)
    assert.deepEqual(pool.pair(stored.id)?.publicKey, shown?.key)
  }
})

test('replenishes under the half only, and renews the last-resort one each week', () => {
  const first = poolOf().replenish(0, { once: 0, hasLast: false })
  const pool = poolOf(secretsOf(first.changes), 101)
  assert.equal(pool.replenish(dayMs, { once: 50, hasLast: true }).prekeys.length, 0)
  assert.equal(pool.replenish(dayMs, { once: 49, hasLast: true }).prekeys.length, 51)
  const week = pool.replenish(7 * dayMs, { once: 60, hasLast: true })
  assert.equal(week.prekeys.length, 1)
  const [made, replaced] = secretsOf(week.changes)
  assert.deepEqual([made?.kind, made?.used, replaced?.kind, replaced?.used], ['last', undefined, 'last', 7 * dayMs])
})

test('a used one-time secret and a replaced last-resort one are erased after their grace, and only they', () => {
  const made = secretsOf(poolOf().replenish(0, { once: 0, hasLast: false }).changes)
  const pool = poolOf(made, 101)
  const once = made.find((prekey) => prekey.kind === 'once')!
  assert.equal(secretsOf(pool.use(once.id, 1_000))[0]?.used, 1_000)
  assert.deepEqual(pool.use(once.id, 2_000), [])
  assert.deepEqual(pool.use(made.find((prekey) => prekey.kind === 'last')!.id, 1_000), [])
  assert.deepEqual(pool.erase(999 + limits.usedPrekeyMs), [])
  assert.deepEqual(pool.erase(1_000 + limits.usedPrekeyMs), [{ kind: 'prekeyErased', id: once.id }])
  assert.equal(pool.pair(once.id), undefined)
  assert.deepEqual(once.secret, new Uint8Array(32), 'also in memory')
})

test('keeps so many secrets and lets the oldest go', () => {
  const pool = poolOf()
  for (let i = 0; i < 25; i++) pool.replenish(i, { once: 0, hasLast: true })
  const erased = pool.erase(30)
  assert.ok(erased.length > 400)
  assert.deepEqual(pool.erase(30), [])
  assert.equal(pool.pair(2), undefined)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { InitiationTable, type HalfOpen } from './initiation-table.ts'
import { seededRandom } from './testbed.test.ts'

const limits = { halfOpen: 256, halfOpenMs: 10_000, timestamps: 100 }
const random = seededRandom(7)

function entry(remoteKey: Uint8Array | undefined, timestamp: number, createdAt = 0): HalfOpen {
  return { localId: random.bytes(8), mac1: random.bytes(16), remoteKey, timestamp, createdAt }
}

test('a timestamp that proved live refuses itself and all before it; one that did not, only while it waits', () => {
  const table = new InitiationTable(limits, random)
  const key = random.bytes(32)
  assert.equal(table.isNewer(key, 5), true)
  const first = entry(key, 5)
  table.add(first)
  assert.equal(table.isNewer(key, 5), false)
  assert.equal(table.isNewer(key, 6), true)
  table.handleTimeout(10_000)
  assert.equal(table.size, 0)
  assert.equal(table.isNewer(key, 5), true, 'nothing was acted on, so nothing is remembered')
  table.add(first)
  table.confirm(first)
  assert.equal(table.isNewer(key, 5), false)
  assert.equal(table.isNewer(key, 4), false)
  assert.equal(table.isNewer(key, 6), true)
  assert.equal(table.isNewer(random.bytes(32), 1), true)
  table.forget(key)
  assert.equal(table.isNewer(key, 1), true)
})

test('one key has one half-open handshake, the newest; all three ways find it', () => {
  const table = new InitiationTable(limits, random)
  const key = random.bytes(32)
  const [older, newer] = [entry(key, 1), entry(key, 2)]
  table.add(older)
  table.add(newer)
  assert.equal(table.size, 1)
  assert.equal(table.byMac(older.mac1), undefined)
  assert.equal(table.byMac(newer.mac1), newer)
  assert.equal(table.byKey(key), newer)
  assert.equal(table.byConnection(newer.localId, 0), newer)
  table.remove(newer)
  assert.equal(table.byKey(key), undefined)
})

test('newcomers are refused more often the fuller their part of the table, and never beyond its limit', () => {
  const table = new InitiationTable(limits, random)
  const flood = (key: () => Uint8Array | undefined, isFirstContact: boolean): number => {
    const before = table.size
    for (let i = 0; i < 50_000; i++) {
      if (table.admits(isFirstContact)) table.add(entry(key(), 0, i / 1_000))
    }
    return table.size - before
  }
  const contacts = flood(() => undefined, true)
  assert.ok(contacts >= 60 && contacts <= 64, `${contacts}`)
  // Those who know the key have their own part, however many ask for it.
  const known = flood(() => random.bytes(32), false)
  assert.ok(known >= 180 && known <= 192, `${known}`)
  assert.equal(table.pollTimeout(), 10_000)
  table.handleTimeout(70_000)
  assert.equal(table.size, 0)
  assert.ok(flood(() => undefined, true) >= 32, 'places are free again')
})

test('the timestamps of the keys seen last are kept, no more', () => {
  const table = new InitiationTable(limits, random)
  const keys = Array.from({ length: 300 }, () => random.bytes(32))
  for (const key of keys) {
    const live = entry(key, 9)
    table.add(live)
    table.confirm(live)
  }
  assert.equal(table.timestamps, 100)
  assert.equal(table.isNewer(keys[299] as Uint8Array, 9), false)
  assert.equal(table.isNewer(keys[0] as Uint8Array, 9), true)
})

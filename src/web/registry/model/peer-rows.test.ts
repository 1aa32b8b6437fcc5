import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { RegistryPeer } from '../../../api/index.ts'
import { firstOrder, noFilter, peerColumns, peerStatuses, pressed, shownPeers, statusOf } from './peer-rows.ts'

const plain = { online: false, busy: false, suspended: false, since: 1, devices: 0, bytesIn: 0, bytesOut: 0 }
const peers: RegistryPeer[] = [
  { ...plain, name: 'bob', since: 5 },
  {
    ...plain,
    name: 'Alice',
    online: true,
    address: '192.0.2.10:4000',
    link: { rttMs: 9, lossRate: 0, packetsIn: 1, packetsOut: 1 },
  },
  {
    ...plain,
    name: 'carol',
    online: true,
    busy: true,
    address: '192.0.2.9:4000',
    link: { rttMs: 80, lossRate: 0.1, packetsIn: 1, packetsOut: 1 },
  },
  { ...plain, name: 'dave', suspended: true, since: 9 },
]
const names = (rows: readonly RegistryPeer[]): string[] => rows.map(({ name }) => name)

test('who is there comes first, and the suspended last', () => {
  assert.deepEqual(names(shownPeers(peers, noFilter, firstOrder)), ['Alice', 'carol', 'bob', 'dave'])
  assert.deepEqual(peers.map(statusOf), ['offline', 'online', 'busy', 'suspended'])
})

test('a head that is pressed sorts by its column, and again the other way', () => {
  let order = pressed(firstOrder, 'rtt')
  assert.deepEqual(names(shownPeers(peers, noFilter, order)).slice(0, 2), ['Alice', 'carol'])
  order = pressed(order, 'rtt')
  assert.equal(names(shownPeers(peers, noFilter, order)).at(-1), 'Alice')
  assert.equal(names(shownPeers(peers, noFilter, pressed(order, 'since')))[0], 'dave', 'the latest is looked for')
  const byAddress = names(shownPeers(peers, noFilter, pressed(order, 'address')))
  assert.deepEqual(byAddress.slice(0, 2), ['carol', 'Alice'], '9 is before 10, and no address is last')
})

test('words and status narrow it', () => {
  const shown = (filter: Partial<typeof noFilter>): string[] =>
    names(shownPeers(peers, { ...noFilter, ...filter }, firstOrder))
  assert.deepEqual(shown({ words: ' aLi ' }), ['Alice'])
  assert.deepEqual(shown({ words: '2.9:' }), ['carol'])
  assert.deepEqual(shown({ status: 'here' }), ['Alice', 'carol'])
  assert.deepEqual(shown({ status: 'suspended' }), ['dave'])
  assert.deepEqual(shown({ words: 'nobody' }), [])
})

test('whatever it is sorted by, all are there once and the order does not depend on where they stood', () => {
  const row = fc.record({
    name: fc.stringMatching(/^[a-z]{1,3}$/),
    online: fc.boolean(),
    busy: fc.boolean(),
    suspended: fc.boolean(),
    since: fc.nat(3),
    devices: fc.nat(2),
    bytesIn: fc.nat(2),
    bytesOut: fc.nat(2),
  })
  const rows = fc.uniqueArray(row, { selector: ({ name }) => name })
  fc.assert(
    fc.property(rows, fc.constantFrom(...peerColumns), fc.boolean(), (all, column, isDescending) => {
      const order = { column, isDescending }
      const shown = shownPeers(all, noFilter, order)
      assert.deepEqual(shown, shownPeers(all.toReversed(), noFilter, order))
      assert.equal(shown.length, all.length)
    }),
  )
  assert.equal(new Set(peerStatuses).size, 4)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MtuSearch } from './mtu-search.ts'

const far = { host: '192.0.2.1', port: 1 }
const near = { host: '127.0.0.1', port: 1 }

test('sizes are tried upwards, one at a time, and only what came through is used', () => {
  const search = new MtuSearch(near)
  assert.equal(search.provenBytes, 1_200)
  assert.equal(search.pollProbe(0), 4_096)
  assert.equal(search.pollProbe(0), undefined)
  assert.equal(search.provenBytes, 1_200)
  search.acked()
  assert.equal(search.provenBytes, 4_096)
  assert.equal(search.pollProbe(0), 16_384)
  search.acked()
  assert.equal(search.pollProbe(0), 32_700)
  search.acked()
  assert.equal(search.provenBytes, 32_700)
  assert.equal(search.pollProbe(1e9), undefined)
})

test('three lost probes end the search for ten minutes', () => {
  const search = new MtuSearch(far)
  for (let i = 0; i < 3; i++) {
    assert.equal(search.pollProbe(0), 1_452)
    search.lost(0)
  }
  assert.equal(search.pollProbe(599_999), undefined)
  assert.equal(search.provenBytes, 1_200)
  assert.equal(search.pollProbe(600_000), 1_452)
  search.acked()
  assert.equal(search.provenBytes, 1_452)
})

test('a black hole or another path means 1,200 again; late answers of the old search mean nothing', () => {
  const search = new MtuSearch(near)
  search.pollProbe(0)
  search.acked()
  search.blackHole(10)
  assert.equal(search.provenBytes, 1_200)
  assert.equal(search.pollProbe(10), undefined)
  search.acked()
  search.lost(10)
  assert.equal(search.provenBytes, 1_200)
  search.pathChanged(far)
  assert.equal(search.pollProbe(20), 1_452)
})

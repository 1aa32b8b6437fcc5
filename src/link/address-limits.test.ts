import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AddressLimits, networkOf } from './address-limits.ts'

const options = { ratePerSecond: 20, burst: 5, addresses: 100 }
const at = (host: string): { host: string; port: number } => ({ host, port: 1 })

test('an address has a burst of 5, then 20 a second, whatever its port; another address has its own', () => {
  const limits = new AddressLimits(0, options)
  for (let i = 0; i < 5; i++) assert.equal(limits.take(0, { host: '192.0.2.1', port: i }), true)
  assert.equal(limits.take(0, at('192.0.2.1')), false)
  assert.equal(limits.take(0, at('192.0.2.2')), true)
  let taken = 0
  for (let now = 1; now <= 1_000; now++) if (limits.take(now, at('192.0.2.1'))) taken++
  assert.ok(taken >= 19 && taken <= 20, `${taken}`)
})

test('the table stays within its limit; when all in it are busy, newcomers share one bucket', () => {
  const limits = new AddressLimits(0, options)
  let taken = 0
  for (let i = 0; i < 100_000; i++) if (limits.take(0, at(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`))) taken++
  assert.equal(limits.size, 100)
  assert.equal(taken, 105)
  // Once their buckets are full again they are forgotten for newcomers.
  assert.equal(limits.take(10_000, at('192.0.2.9')), true)
  assert.equal(limits.size, 100)
})

test('an IPv6 subscriber is a /64, a mapped IPv4 address is itself', () => {
  assert.equal(networkOf('192.0.2.1'), '192.0.2.1')
  assert.equal(networkOf('::ffff:192.0.2.1'), '192.0.2.1')
  assert.equal(networkOf('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2')
  assert.equal(networkOf('2001:0DB8:0001:2::1'), networkOf('2001:db8:1:2:ffff::'))
  assert.equal(networkOf('2001:db8::1'), '2001:db8:0:0')
  assert.equal(networkOf('::1'), '0:0:0:0')
  assert.notEqual(networkOf('2001:db8:1:2::1'), networkOf('2001:db8:1:3::1'))
  assert.equal(networkOf('fe80::1%eth0'), 'fe80:0:0:0')
})

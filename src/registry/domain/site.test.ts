import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressesFor, sameSite, scopeOf } from './site.ts'

test('scopes of addresses', () => {
  const scopes = {
    loopback: ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'],
    private: [
      '10.1.2.3',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.0.1',
      '169.254.1.1',
      'fd00::1',
      'FE80::1',
      '::ffff:10.0.0.1',
    ],
    public: ['8.8.8.8', '172.15.0.1', '172.32.0.1', '192.169.0.1', '2001:db8::1', '100.64.0.1', '::ffff:8.8.8.8'],
  }
  for (const [scope, hosts] of Object.entries(scopes))
    for (const host of hosts) assert.equal(scopeOf(host), scope, host)
})

test('one site is one host, one IPv6 network, or private on both sides', () => {
  const same = [
    ['203.0.113.1', '203.0.113.1'],
    ['203.0.113.1', '::ffff:203.0.113.1'],
    ['2001:db8:1:2::5', '2001:db8:1:2:ffff::9'],
    ['2001:0db8:0001:0002::5', '2001:db8:1:2::6'],
    ['10.0.0.1', '192.168.1.1'],
    ['127.0.0.1', '10.0.0.1'],
    ['2001:db8::1', '2001:db8:0:0:1::'],
  ] as const
  const different = [
    ['203.0.113.1', '203.0.113.2'],
    ['10.0.0.1', '203.0.113.2'],
    ['203.0.113.2', '127.0.0.1'],
    ['2001:db8:1:2::5', '2001:db8:1:3::5'],
    ['2001:db8::1', '203.0.113.1'],
  ] as const
  for (const [a, b] of same) assert.ok(sameSite(a, b) && sameSite(b, a), `${a} ${b}`)
  for (const [a, b] of different) assert.ok(!sameSite(a, b) && !sameSite(b, a), `${a} ${b}`)
})

test('loopback addresses are told on the same machine only, and none twice', () => {
  const peer = {
    address: { host: '127.0.0.1', port: 5 },
    ownAddresses: [
      { host: '127.0.0.1', port: 5 },
      { host: '10.0.0.2', port: 5 },
    ],
  }
  assert.deepEqual(addressesFor({ host: '127.0.0.1', port: 9 }, peer), peer.ownAddresses)
  const inLan = { ...peer, address: { host: '10.0.0.9', port: 5 } }
  assert.deepEqual(addressesFor({ host: '10.0.0.8', port: 9 }, inLan), [inLan.address, { host: '10.0.0.2', port: 5 }])
  const many = Array.from({ length: 8 }, (_, i) => ({ host: `10.0.1.${i}`, port: 5 }))
  assert.equal(addressesFor({ host: '10.0.0.8', port: 9 }, { ...inLan, ownAddresses: many }).length, 8)
})

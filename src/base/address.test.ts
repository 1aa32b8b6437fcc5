import assert from 'node:assert/strict'
import { isIPv6 } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatAddress, isLoopbackHost, sameAddress } from './address.ts'

const anyAddress = fc.record({ host: fc.oneof(fc.ipV4(), fc.ipV6()), port: fc.integer({ min: 1, max: 65_535 }) })
/** Of few values, so that equal addresses come up. */
const nearAddress = fc.record({
  host: fc.constantFrom('::1', '::11', '1.1.1.1', '1.1.1.11'),
  port: fc.integer({ min: 1, max: 2 }),
})

test('is written as people write it', () => {
  assert.equal(formatAddress({ host: '192.0.2.1', port: 4747 }), '192.0.2.1:4747')
  assert.equal(formatAddress({ host: '2001:db8::1', port: 4747 }), '[2001:db8::1]:4747')
})

test('is written so that a URL takes it', () => {
  fc.assert(
    fc.property(anyAddress, (address) => {
      const url = new URL(`udp://${formatAddress(address)}`)
      assert.equal(Number(url.port), address.port)
      assert.equal(isIPv6(url.hostname.replace(/^\[|\]$/g, '')), isIPv6(address.host))
    }),
  )
})

test('has one text for one address, so that the text serves as a key', () => {
  fc.assert(
    fc.property(fc.oneof(nearAddress, anyAddress), nearAddress, (a, b) => {
      assert.equal(formatAddress(a) === formatAddress(b), sameAddress(a, b))
      assert.equal(sameAddress(a, { ...a }), true)
    }),
  )
})

test('knows this very machine by its literal', () => {
  for (const host of ['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1'])
    assert.equal(isLoopbackHost(host), true, host)
  for (const host of ['128.0.0.1', '10.0.0.127', '::', '::2', '::ffff:10.0.0.1'])
    assert.equal(isLoopbackHost(host), false, host)
})

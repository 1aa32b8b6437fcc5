import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GuessLimits } from './guess-limits.ts'
import { defaultRegistryLimits } from './index.ts'

/** How many of so many guesses at once go on. */
function taken(count: number, take: () => number): number {
  return Array.from({ length: count }, take).filter((waitMs) => waitMs === 0).length
}

test('strangers have 5 guesses at a name, then one in 30 s; its holder 10, then one in 3 s; neither costs the other', () => {
  const limits = new GuessLimits(defaultRegistryLimits)
  const stranger = (now: number) => (): number => limits.takeOfName(now, 'a', false)
  const owner = (now: number) => (): number => limits.takeOfName(now, 'a', true)
  assert.equal(taken(1_000, stranger(0)), 5)
  assert.equal(limits.takeOfName(0, 'a', false), 30_000)
  assert.equal(taken(1_000, owner(0)), 10)
  assert.equal(limits.takeOfName(0, 'a', true), 3_000)
  assert.equal(taken(9, stranger(29_000)), 0)
  assert.equal(taken(9, stranger(30_000)), 1)
  assert.equal(taken(9, owner(3_000)), 1)
  assert.equal(
    taken(9, () => limits.takeOfName(30_000, 'b', false)),
    5,
    'another name has its own',
  )
})

test('a host has 20 guesses, then one a second, at whatever names', () => {
  const limits = new GuessLimits(defaultRegistryLimits)
  assert.equal(
    taken(100, () => limits.takeOfHost(0, '192.0.2.1')),
    20,
  )
  assert.equal(limits.takeOfHost(0, '192.0.2.1'), 1_000)
  assert.equal(
    taken(100, () => limits.takeOfHost(1_000, '192.0.2.1')),
    1,
  )
  assert.equal(
    taken(100, () => limits.takeOfHost(1_000, '192.0.2.2')),
    20,
  )
})

test('all addresses of an IPv6 /64 are one host, as one machine may have them all', () => {
  const limits = new GuessLimits(defaultRegistryLimits)
  let n = 0
  const take = (): number => limits.takeOfHost(0, `2001:db8:0:1::${(++n).toString(16)}`)
  assert.equal(taken(100, take), 20)
  assert.equal(limits.takeOfHost(0, '2001:db8:0:2::1'), 0)
  assert.equal(
    taken(100, () => limits.takeOfHost(0, `${++n % 2 === 0 ? '::ffff:' : ''}192.0.2.1`)),
    20,
  )
})

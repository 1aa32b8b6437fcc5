// Who watches the watchman: each invariant of the wire is broken here on purpose.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Address } from '../src/base/index.ts'
import type { Passing } from './network.ts'
import type { InvariantName } from './violation.ts'
import { Violation } from './violation.ts'
import { NumberSet, WireWatch } from './wire-watch.ts'

const addressOf: Record<string, Address> = {
  a: { host: '10.0.0.1', port: 1 },
  b: { host: '10.0.0.2', port: 2 },
}

function data(number: number, length = 100): Uint8Array {
  const bytes = new Uint8Array(length)
  bytes[0] = 0x04
  new DataView(bytes.buffer).setUint32(14, number)
  return bytes
}

function passing(sender: string | undefined, from: string, to: string, bytes: Uint8Array, at = 0): Passing {
  return { at, from: addressOf[from]!, to: addressOf[to]!, bytes, number: 0, sender }
}

function breaks(invariant: InvariantName, run: () => void): void {
  assert.throws(run, (error) => error instanceof Violation && error.invariant === invariant)
}

/** b dialled and a answered with less: from here on a knows that b is where it says. */
function proven(): WireWatch {
  const watch = new WireWatch()
  watch.delivered(passing('b', 'b', 'a', data(0), 1), 'a', false, 0)
  watch.sent(passing('a', 'a', 'b', data(0), 1))
  watch.delivered(passing('a', 'a', 'b', data(0), 2), 'b', false, 1)
  watch.delivered(passing('b', 'b', 'a', data(1), 4), 'a', false, 3)
  return watch
}

test('S7: a packet number used twice under one connection id', () => {
  const watch = proven()
  watch.sent(passing('a', 'a', 'b', data(2)))
  watch.sent(passing('a', 'a', 'b', data(1)))
  breaks('S7', () => watch.sent(passing('a', 'a', 'b', data(2))))
})

test('S10: more to an address than came from it, before a round trip', () => {
  const watch = new WireWatch()
  watch.delivered(passing(undefined, 'b', 'a', new Uint8Array(1_200)), 'a', false, 0)
  watch.sent(passing('a', 'a', 'b', new Uint8Array(1_200).fill(2)))
  breaks('S10', () => watch.sent(passing('a', 'a', 'b', Uint8Array.of(2))))
})

test('S10: after a packet of a link, three times as much, and no more', () => {
  const watch = new WireWatch()
  watch.delivered(passing(undefined, 'b', 'a', data(0, 100)), 'a', false, 0)
  watch.sent(passing('a', 'a', 'b', data(0, 300)))
  breaks('S10', () => watch.sent(passing('a', 'a', 'b', data(1, 18))))
})

test('S10: a round trip lifts the bound, until the host loses its memory', () => {
  const watch = proven()
  watch.sent(passing('a', 'a', 'b', data(1, 60_000)))
  watch.forget('a')
  breaks('S10', () => watch.sent(passing('a', 'a', 'b', data(2, 100))))
})

test('S10: a restarted host may reset each link of its earlier life once, where its peer was, and nowhere else', () => {
  const reset = (id: number): Uint8Array => new Uint8Array(32).fill(id, 8, 16).fill(0x05, 0, 1)
  const watch = proven()
  watch.forget('a')
  watch.sent(passing('a', 'a', 'b', reset(1)))
  watch.sent(passing('a', 'a', 'b', reset(2)))
  breaks('S10', () => watch.sent(passing('a', 'a', 'b', reset(1))))
  breaks('S10', () => new WireWatch().sent(passing('a', 'a', 'b', reset(1))))
})

test('S10: an answer that was on its way already proves nothing', () => {
  const watch = new WireWatch()
  watch.delivered(passing('b', 'b', 'a', data(0), 1), 'a', false, 0)
  watch.sent(passing('a', 'a', 'b', data(0), 1))
  watch.delivered(passing('a', 'a', 'b', data(0), 3), 'b', false, 1)
  watch.delivered(passing('b', 'b', 'a', data(1), 4), 'a', false, 2)
  breaks('S10', () => watch.sent(passing('a', 'a', 'b', data(1, 1_000))))
})

test('S8: copies and altered packets do not count as arrived', () => {
  const watch = new WireWatch()
  watch.delivered(passing('b', 'b', 'a', data(0)), 'a', false, 0)
  watch.delivered(passing('b', 'b', 'a', data(0)), 'a', false, 0)
  watch.delivered(passing('b', 'b', 'a', data(1)), 'a', true, 0)
  watch.delivered(passing(undefined, 'b', 'a', data(2)), 'a', false, 0)
  assert.equal(watch.packetsArrived('a'), 1)
})

test('a set of numbers takes each once, in any order', () => {
  const numbers = new NumberSet()
  assert.deepEqual(
    [0, 5, 1, 2, 5, 0, 4, 3, 3, 6].map((number) => numbers.add(number)),
    [true, true, true, true, false, false, true, true, false, true],
  )
})

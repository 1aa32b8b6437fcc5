import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Cable, type Impairment } from './impairment.ts'
import { SeededRandom } from './seeded-random.ts'

interface Arrived {
  readonly at: number
  readonly first: number
  readonly isAltered: boolean
  readonly bytes: Uint8Array
}

/** Sends `count` numbered datagrams of 100 bytes, one each `everyMs`. */
function through(impairment: Impairment, count = 20_000, everyMs = 1): { cable: Cable; arrived: Arrived[] } {
  const cable = new Cable(new SeededRandom('cable'))
  cable.set(impairment)
  const arrived: Arrived[] = []
  for (let i = 0; i < count; i++) {
    const sent = new Uint8Array(100)
    new DataView(sent.buffer).setUint32(0, i)
    cable.pass(i * everyMs, sent, (at, bytes, isAltered) => arrived.push({ at, first: i, isAltered, bytes }))
  }
  return { cable, arrived }
}

function within(actual: number, expected: number, share: number): void {
  assert.ok(Math.abs(actual - expected) <= expected * share, `${actual} is not near ${expected}`)
}

test('without impairment everything arrives at once, once, unaltered', () => {
  const { arrived } = through({}, 1_000)
  assert.deepEqual(
    arrived.map(({ at, first, isAltered }) => [at, first, isAltered]),
    Array.from({ length: 1_000 }, (_, i) => [i, i, false]),
  )
})

test('independent loss, copies and flipped bits come at their rates', () => {
  const lossy = through({ lossRate: 0.2 })
  within(lossy.arrived.length, 16_000, 0.02)
  within(through({ duplicateRate: 0.1 }).arrived.length, 22_000, 0.02)
  const { arrived } = through({ corruptRate: 0.05 })
  const altered = arrived.filter((one) => one.isAltered)
  within(altered.length, 1_000, 0.1)
  for (const { bytes, first } of altered) {
    const clean = new Uint8Array(100)
    new DataView(clean.buffer).setUint32(0, first)
    assert.notDeepEqual(bytes, clean)
  }
})

test('bursts are as long and as frequent as Gilbert and Elliott say', () => {
  const { arrived } = through({ burst: { enterRate: 0.01, leaveRate: 0.25 } }, 100_000)
  const lost = 100_000 - arrived.length
  within(lost / 100_000, 0.01 / (0.01 + 0.25), 0.1)
  let bursts = 0
  for (let i = 1; i < arrived.length; i++) if (arrived[i]!.first !== arrived[i - 1]!.first + 1) bursts += 1
  within(lost / bursts, 1 / 0.25, 0.1)
})

test('delay and jitter stay within their bounds and overtake, unless order is kept', () => {
  const free = through({ delayMs: 40, jitterMs: 10 }).arrived
  assert.ok(free.every(({ at, first }) => at >= first + 40 && at < first + 50))
  assert.ok(free.some(({ at }, i) => i > 0 && at < free[i - 1]!.at))
  const kept = through({ delayMs: 40, jitterMs: 10, keepsOrder: true }).arrived
  assert.ok(kept.every(({ at, first }, i) => at >= first + 40 && (i === 0 || at >= kept[i - 1]!.at)))
})

test('reordering makes its share of datagrams late', () => {
  const { arrived } = through({ reorderRate: 0.1, reorderMs: 5 })
  within(arrived.filter(({ at, first }) => at === first + 5).length, 2_000, 0.1)
})

test('a rate lets its bytes through and no more; the queue drops at its end', () => {
  // 100 bytes each ms over a cable of 50: half is lost, and no one waits longer than the queue lasts.
  const { cable, arrived } = through({ bytesPerMs: 50, queueBytes: 1_000 }, 10_000)
  within(arrived.length, 5_000, 0.02)
  assert.ok(arrived.every(({ at, first }) => at - first <= 1_000 / 50 + 2))
  assert.equal(cable.counts.queueFull, 10_000 - arrived.length)
})

test('what is larger than the path carries is lost', () => {
  assert.equal(through({ mtuBytes: 99 }, 10).arrived.length, 0)
  assert.equal(through({ mtuBytes: 100 }, 10).arrived.length, 10)
})

test('turning one impairment up leaves the draws of the others where they were', () => {
  const few = through({ lossRate: 0.2 }).arrived.map(({ first }) => first)
  const many = through({ lossRate: 0.2, jitterMs: 3, duplicateRate: 0.3, corruptRate: 0.2 }).arrived
  assert.deepEqual([...new Set(many.map(({ first }) => first))], few)
})

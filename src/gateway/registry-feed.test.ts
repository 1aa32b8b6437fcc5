// The feed of the registry's windows on virtual time: what is told when, what adds up, and that nothing runs unwatched.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { RegistryBatch, RegistryLogLine, RegistryPeer } from '../api/index.ts'
import { FakeRegistry } from './fixture/fake-registry.ts'
import { RegistryFeed } from './registry-feed.ts'

class Stand {
  now = 500
  readonly #timers = new Set<{ at: number; run: () => void }>()
  readonly registry = new FakeRegistry(() => this.now)
  readonly feed = new RegistryFeed(this.registry, {
    monotonicMs: () => this.now,
    later: (ms, run) => {
      const timer = { at: this.now + ms, run }
      this.#timers.add(timer)
      return () => void this.#timers.delete(timer)
    },
  })

  get timers(): number {
    return this.#timers.size
  }

  /** Lets time pass, and what answers in between answer. */
  async run(ms: number): Promise<void> {
    const until = this.now + ms
    for (;;) {
      await settle()
      const [next] = [...this.#timers].toSorted((a, b) => a.at - b.at)
      if (!next || next.at > until) break
      this.#timers.delete(next)
      this.now = next.at
      next.run()
    }
    this.now = until
    await settle()
  }
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('nobody looks, nothing runs: no timer, no listener, no question', async () => {
  const it = new Stand()
  assert.deepEqual([it.timers, it.registry.watchers, it.registry.questions], [0, 0, 0])
  const { end } = await it.feed.subscribe(() => undefined)
  await it.run(3_000)
  assert.ok(it.timers > 0 && it.registry.watchers === 1)
  it.registry.log('x')
  end()
  const asked = it.registry.questions
  await it.run(60_000)
  assert.deepEqual([it.timers, it.registry.watchers, it.registry.questions], [0, 0, asked])
})

test('lines come soon and together, figures each second, with the seconds since', async () => {
  const it = new Stand()
  it.registry.log('before')
  const heard: { at: number; batch: RegistryBatch }[] = []
  const { snapshot } = await it.feed.subscribe((batch) => heard.push({ at: it.now, batch }))
  assert.deepEqual(
    snapshot.lines.map(({ text }) => text),
    ['before'],
  )
  assert.equal(snapshot.series.messages.length, 600)
  for (const text of ['a', 'b']) it.registry.log(text)
  await it.run(150)
  assert.deepEqual(
    heard.map(({ at, batch }) => [at, batch.lines?.map(({ text }) => text)]),
    [[600, ['a', 'b']]],
  )
  await it.run(2_900)
  const ticks = heard.filter(({ batch }) => batch.figures)
  assert.deepEqual(
    ticks.map(({ at }) => at),
    [1_500, 2_500, 3_500],
  )
  assert.deepEqual(
    ticks.map(({ batch }) => batch.series?.messages.length),
    [1, 1, 1],
  )
  assert.ok(ticks.every(({ batch }) => batch.figures?.store?.accounts === 7))
})

test('only changed rows are told, and who is in the table no more', async () => {
  const it = new Stand()
  it.registry.put('alice', { online: true })
  it.registry.put('bob', {})
  const heard: RegistryBatch[] = []
  const { snapshot } = await it.feed.subscribe((batch) => heard.push(batch))
  assert.deepEqual(
    snapshot.peers.map(({ name }) => name),
    ['alice', 'bob'],
  )
  await it.run(1_000)
  assert.deepEqual([heard.at(-1)?.peers, heard.at(-1)?.gone], [undefined, undefined])
  it.registry.put('bob', { online: true })
  it.registry.rows.delete('alice')
  await it.run(1_000)
  assert.deepEqual(
    heard.at(-1)?.peers?.map(({ name, online }) => [name, online]),
    [['bob', true]],
  )
  assert.deepEqual(heard.at(-1)?.gone, ['alice'])
})

test('a burst is bounded, and its gap shows in the numbers', async () => {
  const it = new Stand()
  const heard: RegistryLogLine[] = []
  await it.feed.subscribe(({ lines = [] }) => heard.push(...lines))
  for (let i = 0; i < 5_000; i++) it.registry.log(`n${i}`)
  await it.run(200)
  assert.deepEqual([heard.length, heard[0]?.number, heard.at(-1)?.text], [300, 4_701, 'n4999'])
  it.registry.log('next')
  await it.run(200)
  assert.deepEqual([heard.length, heard.at(-1)?.number], [301, 5_001])
})

test('a long table is cut, who is on line first, and read less often', async () => {
  const it = new Stand()
  for (let i = 0; i < 6_000; i++) it.registry.put(`p${i}`, { online: i >= 5_990 })
  const { snapshot } = await it.feed.subscribe(() => undefined)
  assert.equal(snapshot.peers.length, 5_000)
  assert.equal(snapshot.peers.filter(({ online }) => online).length, 10)
  const before = it.registry.tableReads
  await it.run(10_000)
  assert.equal(it.registry.tableReads - before, 2)
})

test('a store that is silent takes its figures away, and nothing else', async () => {
  const it = new Stand()
  const heard: RegistryBatch[] = []
  await it.feed.subscribe((batch) => heard.push(batch))
  it.registry.isStoreSilent = true
  await it.run(6_000)
  assert.equal(heard.at(-1)?.figures?.store, undefined)
  assert.equal(heard.at(-1)?.figures?.online, 1)
  it.registry.isStoreSilent = false
  await it.run(6_000)
  assert.equal(heard.at(-1)?.figures?.store?.accounts, 7)
})

test('whatever happens, a snapshot and the batches after it add up to what there is, for early and late lookers', async () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('put' as const), name: fc.constantFrom('a', 'b', 'c'), online: fc.boolean() }),
    fc.record({ kind: fc.constant('drop' as const), name: fc.constantFrom('a', 'b', 'c') }),
    fc.record({ kind: fc.constant('log' as const) }),
    fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(2_500) }),
    fc.record({ kind: fc.constant('look' as const) }),
    fc.record({ kind: fc.constant('leave' as const) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const it = new Stand()
      const lookers: { rows: Map<string, RegistryPeer>; lines: RegistryLogLine[]; end: () => void }[] = []
      const look = async (): Promise<void> => {
        const early: RegistryBatch[] = []
        let hear = (batch: RegistryBatch): void => void early.push(batch)
        const { snapshot, end } = await it.feed.subscribe((batch) => hear(batch))
        const looker = { rows: new Map(snapshot.peers.map((row) => [row.name, row])), lines: [...snapshot.lines], end }
        hear = ({ peers = [], gone = [], lines = [] }) => {
          for (const name of gone) looker.rows.delete(name)
          for (const row of peers) looker.rows.set(row.name, row)
          looker.lines.push(...lines)
        }
        for (const batch of early) hear(batch)
        lookers.push(looker)
      }
      await look()
      for (const at of steps) {
        if (at.kind === 'put') it.registry.put(at.name, { online: at.online })
        else if (at.kind === 'drop') it.registry.rows.delete(at.name)
        else if (at.kind === 'log') it.registry.log('x')
        else if (at.kind === 'wait') await it.run(at.ms)
        else if (at.kind === 'look') await look()
        else lookers.splice(1).forEach(({ end }) => end())
      }
      await it.run(2_500)
      for (const { rows, lines } of lookers) {
        assert.deepEqual([...rows.values()].toSorted(byName), [...it.registry.rows.values()].toSorted(byName))
        assert.deepEqual(
          lines.map(({ number }) => number),
          it.registry.lines.map(({ number }) => number),
        )
      }
    }),
    { numRuns: 60 },
  )
})

function byName(a: RegistryPeer, b: RegistryPeer): number {
  return a.name.localeCompare(b.name)
}

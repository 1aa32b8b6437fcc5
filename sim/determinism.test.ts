import assert from 'node:assert/strict'
import { test } from 'node:test'
import { historyKinds, runHistory } from './campaign.ts'
import { hashingListener } from './trace.ts'

const seeds = [1, 2]

for (const kind of historyKinds) {
  test(`${kind}: the same seed tells the same story byte by byte, another seed another`, () => {
    const tell = (seed: number) => {
      const { listen, digest } = hashingListener()
      const outcome = runHistory(kind, seed, { listener: listen, minutesMax: 1 })
      assert.ok(!('violation' in outcome), JSON.stringify(outcome))
      return digest()
    }
    const [first, second] = seeds.map(tell)
    assert.equal(tell(seeds[0] as number), first)
    assert.notEqual(second, first)
  })
}

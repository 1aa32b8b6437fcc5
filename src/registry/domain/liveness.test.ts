import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Liveness } from './liveness.ts'

class Bed {
  readonly checks: [now: number, account: string][] = []
  readonly failures: [now: number, account: string][] = []
  readonly liveness = new Liveness({
    everyMs: 500,
    checks: 5,
    check: (now, account) => this.checks.push([now, account]),
    fail: (now, account) => this.failures.push([now, account]),
  })

  run(until: number): void {
    for (let at = this.liveness.pollTimeout(); at !== undefined && at <= until; at = this.liveness.pollTimeout()) {
      this.liveness.handleTimeout(at)
    }
  }
}

test('five checks, one every 500 ms, and 500 ms after the last one it has failed', () => {
  const bed = new Bed()
  bed.liveness.ask(0, 'a')
  bed.liveness.ask(100, 'a')
  bed.run(10_000)
  assert.deepEqual(
    bed.checks.map(([now]) => now),
    [0, 500, 1_000, 1_500, 2_000],
  )
  assert.deepEqual(bed.failures, [[2_500, 'a']])
  assert.equal(bed.liveness.pollTimeout(), undefined)
})

test('whoever gives a life sign within 2.5 s of the question does not fail, whoever gives none does', () => {
  const people = fc.array(fc.record({ askedAt: fc.nat(5_000), lifeAfter: fc.option(fc.nat(4_000)) }), { maxLength: 12 })
  fc.assert(
    fc.property(people, (all) => {
      const bed = new Bed()
      const steps = all.flatMap(({ askedAt, lifeAfter }, i) => [
        { at: askedAt, run: () => bed.liveness.ask(askedAt, String(i)) },
        ...(lifeAfter === null ? [] : [{ at: askedAt + lifeAfter, run: () => bed.liveness.noteLife(String(i)) }]),
      ])
      for (const { at, run } of steps.toSorted((a, b) => a.at - b.at)) {
        bed.run(at - 0.5)
        run()
      }
      bed.run(20_000)
      const expected = all.flatMap(({ lifeAfter }, i) => (lifeAfter === null || lifeAfter > 2_500 ? [String(i)] : []))
      assert.deepEqual(bed.failures.map(([, account]) => account).toSorted(), expected.toSorted())
      for (const [i, { askedAt }] of all.entries()) {
        const asked = bed.checks.filter(([, account]) => account === String(i)).map(([now]) => now - askedAt)
        assert.deepEqual(asked, [0, 500, 1_000, 1_500, 2_000].slice(0, asked.length))
      }
    }),
  )
})

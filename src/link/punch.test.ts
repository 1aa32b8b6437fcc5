import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultLinkLimits } from './link-limits.ts'
import { PunchQueue } from './punch.ts'

const address = (n: number): { host: string; port: number } => ({ host: `192.0.2.${n}`, port: 9 })

test('catalogue 65: at most 60 punches in 3 s, 50 ms apart, however many addresses are named', () => {
  for (const count of [1, 3, 500]) {
    const queue = new PunchQueue(defaultLinkLimits)
    queue.add(
      0,
      Array.from({ length: count }, (_, n) => address(n)),
    )
    const sent: { at: number; host: string }[] = []
    for (let now = 0; now < 10_000; now++) {
      for (let to = queue.poll(now); to !== undefined; to = queue.poll(now)) sent.push({ at: now, host: to.host })
    }
    assert.equal(sent.length, 60)
    assert.ok(sent.every(({ at }, i) => at === 50 * i))
    assert.equal(new Set(sent.map(({ host }) => host)).size, Math.min(count, 8))
    assert.equal(queue.pollTimeout(), undefined)
  }
})

test('calls are bounded, and no address is no call', () => {
  const queue = new PunchQueue(defaultLinkLimits)
  queue.add(0, [])
  assert.equal(queue.pollTimeout(), undefined)
  for (let n = 0; n < 1_000; n++) queue.add(0, [address(n % 250)])
  let sent = 0
  while (queue.poll(0) !== undefined) sent++
  assert.equal(sent, 64)
})

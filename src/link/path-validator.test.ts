import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { PathValidator } from './path-validator.ts'
import { seededRandom } from './testbed.test.ts'

const limits = { paths: 4, pathMs: 3_000 }
const address = (n: number): { host: string; port: number } => ({ host: `192.0.2.${n}`, port: 9 })

test('a challenge answered from its address validates it; from elsewhere, or with other bytes, nothing', () => {
  const validator = new PathValidator(limits, seededRandom(1))
  assert.equal(validator.begin(0, address(1), 100), true)
  assert.equal(validator.begin(0, address(2), 100), true)
  const [first, second] = [validator.pollChallenge(0, 43), validator.pollChallenge(0, 43)]
  assert.ok(first && second)
  assert.notDeepEqual(first.data, second.data)
  assert.equal(validator.validate(first.address, second.data), undefined)
  assert.equal(validator.validate(second.address, first.data), undefined)
  assert.equal(validator.validate(address(3), first.data), undefined)
  assert.deepEqual(validator.validate(first.address, first.data), first.address)
  assert.equal(validator.validate(first.address, first.data), undefined, 'once')
  assert.equal(validator.size, 1)
})

test('at most 4 addresses are in validation, for at most 3 s', () => {
  const validator = new PathValidator(limits, seededRandom(1))
  for (let n = 1; n <= 1_000; n++) assert.equal(validator.begin(0, address(n), 100), n <= 4)
  assert.equal(validator.size, 4)
  validator.handleTimeout(2_999)
  assert.equal(validator.size, 4)
  validator.handleTimeout(3_000)
  assert.equal(validator.size, 0)
  assert.equal(validator.begin(3_000, address(9), 100), true)
})

test('never more than three times what came, and nothing where nothing came from', () => {
  const spend = fc.record({ received: fc.nat(200), sent: fc.nat(500) })
  fc.assert(
    fc.property(fc.array(spend, { minLength: 1 }), (steps) => {
      const validator = new PathValidator(limits, seededRandom(2))
      validator.begin(0, address(1), 40)
      let [received, sent] = [40, 0]
      for (const step of steps) {
        validator.received(address(1), step.received)
        received += step.received
        if (validator.spend(address(1), step.sent)) sent += step.sent
        assert.ok(sent <= 3 * received)
      }
      assert.equal(validator.spend(address(2), 1), false)
      assert.equal(validator.allows(address(2), 1), false)
    }),
  )
})

test('challenges are repeated with growing pauses, within the budget', () => {
  const validator = new PathValidator(limits, seededRandom(1))
  validator.begin(0, address(1), 43)
  const times: number[] = []
  for (let now = 0; now < 3_000; now++) if (validator.pollChallenge(now, 43) !== undefined) times.push(now)
  assert.deepEqual(times, [0, 250, 750])
})

import assert from 'node:assert/strict'
import test from 'node:test'
import type { JourneyStep } from '../../../api/index.ts'
import { stepBefore, stepWords } from './journey-words.ts'

test('a journey tells each step, how long it took, and why', () => {
  const steps: readonly JourneyStep[] = [
    { at: 1_000, step: 'kept' },
    { at: 3_500, step: 'mailbox', reason: 'mailboxFull' },
    { at: 63_500, step: 'stored', road: 'mailbox' },
  ]
  const words = steps.map((step, at) => stepWords(step, stepBefore(steps, at)))
  assert.deepEqual(
    words.map(({ after }) => after),
    ['', '2.5 s later', '1 min later'],
  )
  assert.match(words[1]?.why ?? '', /mailbox .* is full/)
  assert.equal(words[2]?.text, 'stored by the recipient, through the mailbox')
})

test("each member's copy of a room's message counts from its own steps", () => {
  const steps: readonly JourneyStep[] = [
    { at: 0, step: 'kept' },
    { at: 5, step: 'stored', to: 'bob', road: 'direct' },
    { at: 10, step: 'mailbox', to: 'carol' },
    { at: 1_010, step: 'stored', to: 'carol' },
  ]
  assert.deepEqual(stepBefore(steps, 3), steps[2])
  assert.deepEqual(stepBefore(steps, 1), steps[0])
  assert.equal(stepWords(steps[1] as JourneyStep, steps[0]).text, 'bob: stored by the recipient, directly')
})

test('a clock that was set back makes no negative time', () => {
  const steps: readonly JourneyStep[] = [
    { at: 5_000, step: 'kept' },
    { at: 1_000, step: 'stored' },
  ]
  assert.equal(stepWords(steps[1] as JourneyStep, steps[0]).after, '')
})

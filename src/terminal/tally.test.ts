import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { messageStates } from '../api/index.ts'
import { namedMax, receivers, RoomTally } from './tally.ts'

const stored = { state: 'stored', road: 'direct', ms: 0.8 } as const

test('a tally names few receivers, counts many, and says what is not there yet', () => {
  const tally = new RoomTally()
  assert.equal(tally.phrase(), 'kept here')
  tally.place(['bob', 'carol', 'dave'])
  assert.deepEqual([tally.state, tally.hasLeft, tally.phrase()], ['kept', false, '3 kept here'])
  tally.note('bob', stored)
  tally.note('carol', { state: 'mailbox' })
  assert.equal(tally.phrase(), '[Message received by bob.] carol: in the mailbox dave: kept here')
  tally.note('dave', stored)
  assert.deepEqual([tally.state, tally.hasLeft, tally.isFinal], ['mailbox', true, false])
  tally.note('carol', stored)
  assert.deepEqual([tally.state, tally.isFinal], ['stored', true])
  assert.equal(tally.phrase(), '[Message received by bob, carol, dave.]')
  assert.equal(receivers(['a', 'b', 'c', 'd', 'e']), '5 people')
  assert.equal(receivers(['a'], 2), '2 people')
})

test('a tally never calls more received than stored it, whatever comes in whatever order', () => {
  const steps = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom(...messageStates)))
  fc.assert(
    fc.property(steps, (notes) => {
      const tally = new RoomTally()
      tally.place(['a', 'b', 'c'])
      const last = new Map<string, string>()
      for (const [name, state] of notes) {
        tally.note(name, { state })
        last.set(name, state)
      }
      const told = /received by ([^.]*)\./.exec(tally.phrase())?.[1]?.split(', ') ?? []
      const truly = ['a', 'b', 'c'].filter((name) => last.get(name) === 'stored')
      assert.deepEqual(told.toSorted(), truly)
      assert.ok(truly.length <= namedMax)
      if (tally.state === 'stored') assert.ok(truly.length > 0)
    }),
  )
})

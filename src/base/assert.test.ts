import { deepEqual, equal, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { assert, AssertionError, unreachable } from './assert.ts'
import { fail, ok, type Result } from './result.ts'

test('stops on any condition that does not hold, with the sentence', () => {
  for (const condition of [false, 0, '', null, undefined, Number.NaN]) {
    throws(() => assert(condition, 'window is positive'), { name: 'AssertionError', message: 'window is positive' })
  }
})

test('lets pass what holds', () => {
  for (const condition of [true, 1, 'x', {}, []]) assert(condition, 'holds')
})

test('names the value that an exhaustive switch did not know', () => {
  throws(
    () => unreachable('road' as never),
    (error) => error instanceof AssertionError && error.message.includes('road'),
  )
})

test('a result is one of two and tells which', () => {
  const read = (text: string): Result<number, 'notANumber'> =>
    /^\d+$/.test(text) ? ok(Number(text)) : fail('notANumber')
  deepEqual(read('7'), { ok: true, value: 7 })
  const wrong = read('x')
  equal(wrong.ok ? wrong.value : wrong.error, 'notANumber')
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ParleyError } from './parley-error.ts'

test('says its code, is final and empty unless told otherwise', () => {
  const error = new ParleyError('noSuchAccount')
  assert.ok(error instanceof Error)
  assert.deepEqual([error.name, error.code, error.message], ['ParleyError', 'noSuchAccount', 'noSuchAccount'])
  assert.equal(error.retryable, false)
  assert.deepEqual(error.details, {})
  assert.equal('cause' in error, false)
})

test('keeps what it was given', () => {
  const cause = new Error('disk')
  const error = new ParleyError('storeFailed', { message: 'no', retryable: true, details: { name: 'carol' }, cause })
  assert.deepEqual([error.message, error.retryable, error.details['name']], ['no', true, 'carol'])
  assert.equal(error.cause, cause)
})

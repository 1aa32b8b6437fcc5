import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OpenLink } from './open-link.ts'

test('a link is good for a minute', () => {
  let now = 1_000
  const link = new OpenLink(() => now)
  now += 60_001
  assert.equal(link.take(link.path), 'late')
  const other = new OpenLink(() => now)
  now += 60_000
  assert.equal(other.take(`${other.path}x`), undefined)
  assert.equal(other.take('/open/'), undefined)
  assert.equal(other.take(other.path), 'shown')
  assert.equal(other.take(other.path), 'used')
})

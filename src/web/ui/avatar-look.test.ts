// Avatars: the same name looks the same everywhere.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hueCount, hueOf, initialsOf } from './avatar-look.ts'

test('initials are of the first and the last word', () => {
  assert.equal(initialsOf('bob'), 'B')
  assert.equal(initialsOf('carol.d'), 'CD')
  assert.equal(initialsOf('the old boat'), 'TB')
  assert.equal(initialsOf('Dave_77'), 'D7')
  assert.equal(initialsOf(''), '')
  assert.equal(initialsOf('🚢 ahoy'), '🚢A')
})

test('a colour follows from the name, however it is spelled, and all are used', () => {
  assert.equal(hueOf('Bob'), hueOf('bOB'))
  const used = new Set(Array.from({ length: 200 }, (_, at) => hueOf(`name${at}`)))
  assert.equal(used.size, hueCount)
  fc.assert(fc.property(fc.string(), (name) => hueOf(name) >= 0 && hueOf(name) < hueCount))
})

// Settings survive a round through the storage, and damage there does no harm.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { defaultSettings, readSettings, writeSettings } from './settings.ts'

test('settings come back as they were written', () => {
  const settings = { ...defaultSettings, theme: 'dark', contrast: 'more', notify: true, enterSends: false } as const
  assert.deepEqual(readSettings(writeSettings(settings)), settings)
})

test('what is damaged is as if it were not there', () => {
  assert.deepEqual(readSettings(null), defaultSettings)
  assert.deepEqual(readSettings('{"theme":"pink","notify":"yes"}'), defaultSettings)
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void readSettings(text)))
})

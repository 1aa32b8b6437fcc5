import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AccountName, PresenceEntry } from '../../protocol/index.ts'
import { PresenceTable } from './presence-table.ts'

const entry = (name: string, online: boolean): PresenceEntry => ({ name: name as AccountName, online, since: 1 })
const page = (entries: PresenceEntry[], fields = { snapshot: true, last: true }) => ({ ...fields, entries })

test('tells changes only, and forgets whom a whole new snapshot does not list', () => {
  const table = new PresenceTable()
  table.begin()
  assert.equal(table.take(page([entry('Bob', true)], { snapshot: true, last: false })).isWhole, false)
  const whole = table.take(page([entry('carol', false)]))
  assert.deepEqual([whole.isWhole, whole.changed.length], [true, 1])
  const change = { snapshot: false, last: false }
  assert.equal(table.take(page([entry('bob', true)], change)).changed.length, 0)
  assert.equal(table.take(page([entry('bob', false)], change)).changed.length, 1)
  assert.deepEqual([table.stateOf('bob'), table.stateOf('carol'), table.stateOf('dave')], ['away', 'away', 'unknown'])
  table.begin()
  table.take(page([entry('dave', true)]))
  assert.deepEqual(
    table.all().map((each) => each.name),
    ['dave'],
  )
})

test('knows nobody’s presence without a session, and believes what the registry says of one name', () => {
  const table = new PresenceTable()
  table.begin()
  table.take(page([entry('bob', true)]))
  table.setAway('bob')
  assert.equal(table.stateOf('bob'), 'away')
  table.end()
  assert.equal(table.stateOf('bob'), 'unknown')
  assert.equal(table.all().length, 1)
})

test('is bounded, whatever a registry tells', () => {
  const table = new PresenceTable()
  table.begin()
  for (let i = 0; i < 25_000; i += 100) {
    const entries = Array.from({ length: 100 }, (_, at) => entry(`n${i + at}`, true))
    table.take(page(entries, { snapshot: false, last: false }))
  }
  assert.equal(table.all().length, 20_000)
})

test('a doubted entry says nothing until the next word of the registry', () => {
  const table = new PresenceTable()
  table.begin()
  table.take(page([entry('bob', false), entry('carol', false)]))
  table.doubt('bob')
  table.doubt('carol')
  assert.deepEqual([table.stateOf('bob'), table.stateOf('carol')], ['unknown', 'unknown'])
  table.setAway('bob')
  table.take(page([entry('carol', true)], { snapshot: false, last: false }))
  assert.deepEqual([table.stateOf('bob'), table.stateOf('carol')], ['away', 'online'])
})

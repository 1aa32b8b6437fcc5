import assert from 'node:assert/strict'
import { test } from 'node:test'
import { registryErrors } from '../../protocol/index.ts'
import { RequestTable } from './request-table.ts'

function setup() {
  const ends: string[] = []
  const table = new RequestTable(10_000)
  const ask = (now: number, type: 'lookup' | 'deposit' | 'hello'): number =>
    table.add(now, type, (_now, outcome) => {
      ends.push(`${type} ${outcome.kind}${outcome.kind === 'error' ? ` ${outcome.error}` : ''}`)
    })
  return { table, ask, ends }
}

test('each answer ends its own request, whatever the order, and once', () => {
  const { table, ask, ends } = setup()
  const first = ask(0, 'hello')
  const second = ask(0, 'deposit')
  assert.equal(table.answer(1, { t: 'deposited', r: second, expires: 0 }), true)
  assert.equal(table.answer(1, { t: 'done', r: first }), true)
  assert.equal(table.answer(1, { t: 'done', r: first }), true, 'out of the blue: ignored')
  assert.equal(table.answer(1, { t: 'done', r: 999 }), true)
  assert.deepEqual(ends, ['deposit answer', 'hello answer'])
})

test('errors that fit are told; answers and errors that no correct registry gives are junk', () => {
  const { table, ask, ends } = setup()
  const error = (r: number, name: keyof typeof registryErrors) =>
    table.answer(0, { t: 'error', r, code: registryErrors[name].code })
  assert.equal(error(ask(0, 'deposit'), 'mailboxFull'), true)
  assert.equal(error(ask(0, 'lookup'), 'rateLimited'), true)
  assert.equal(error(ask(0, 'lookup'), 'mailboxFull'), false)
  assert.equal(error(ask(0, 'hello'), 'notLoggedIn'), false)
  assert.equal(table.answer(0, { t: 'error', r: ask(0, 'lookup'), code: 9_999 }), false)
  assert.equal(table.answer(0, { t: 'done', r: ask(0, 'deposit') }), false)
  assert.deepEqual(ends, [
    'deposit error mailboxFull',
    'lookup error rateLimited',
    'lookup lost',
    'hello lost',
    'lookup lost',
    'deposit lost',
  ])
})

test('what is not answered in time is lost, oldest first, and so is all when the session ends', () => {
  const { table, ask, ends } = setup()
  ask(0, 'hello')
  ask(5, 'lookup')
  assert.equal(table.pollTimeout(), 10_000)
  assert.equal(table.expire(9_999), undefined)
  assert.equal(table.expire(10_000), 0)
  assert.deepEqual(ends, ['hello lost'])
  ask(10_001, 'deposit')
  table.loseAll(10_002)
  assert.deepEqual(ends, ['hello lost', 'lookup lost', 'deposit lost'])
  assert.equal(table.size, 0)
  assert.equal(table.pollTimeout(), undefined)
})

// Work that can wait is done when nobody asks, piece by piece, and never between a call and its answer.

import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test, type TestContext } from 'node:test'
import { IdleRunner, type IdleWork } from './idle-runner.ts'

function setting(t: TestContext, work: Partial<IdleWork> = {}) {
  t.mock.timers.enable({ apis: ['setTimeout', 'setImmediate'] })
  let now = 1_000
  t.mock.method(performance, 'now', () => now)
  const database = new DatabaseSync(':memory:')
  database.exec('CREATE TABLE piece (number INTEGER)')
  t.after(() => database.close())
  const failures: unknown[] = []
  let left = 3
  const step = (): boolean => {
    database.exec(`INSERT INTO piece VALUES (${left})`)
    left -= 1
    return left > 0
  }
  const runner = new IdleRunner(database, { step, isPressing: () => false, ...work }, (cause) => failures.push(cause))
  return {
    runner,
    failures,
    pieces: () => Number(database.prepare('SELECT count(*) AS count FROM piece').get()?.['count']),
    wait: (ms: number) => {
      now += ms
      t.mock.timers.tick(ms)
    },
  }
}

test('pieces are done when it is quiet, all of them', async (t) => {
  const database = new DatabaseSync(':memory:')
  t.after(() => database.close())
  let left = 3
  await new Promise<void>((resolve, reject) => {
    const step = (): boolean => {
      assert.ok(database.isTransaction)
      left -= 1
      // The last one is committed after this.
      if (left === 0) setImmediate(resolve)
      return left > 0
    }
    new IdleRunner(database, { step, isPressing: () => false }, reject).called()
  })
  assert.equal(database.isTransaction, false)
  assert.equal(left, 0)
})

test('while calls come without a pause nothing is done, unless it presses', (t) => {
  for (const isPressing of [false, true]) {
    const { runner, pieces, wait } = setting(t, { isPressing: () => isPressing })
    for (let i = 0; i < 60; i++) {
      runner.called()
      wait(10)
    }
    assert.equal(pieces(), isPressing ? 2 : 0)
    runner.end()
    t.mock.timers.reset()
    t.mock.restoreAll()
  }
})

test('what a piece did before it failed is undone; a full disk is waited for, another failure is told', (t) => {
  const full = Object.assign(new Error('full'), { errcode: 13 })
  let cause: Error | undefined = full
  const done: boolean[] = []
  const { runner, failures, wait, pieces } = setting(t, {
    step: () => {
      if (cause) throw cause
      done.push(true)
      return false
    },
  })
  runner.called()
  wait(250)
  assert.deepEqual(failures, [])
  wait(29_000)
  cause = undefined
  wait(2_000)
  assert.deepEqual([done.length, pieces()], [1, 0])
  cause = new Error('the disk is gone')
  runner.called()
  wait(250)
  assert.deepEqual(failures, [cause])
})

test('after the end nothing is done', (t) => {
  const { runner, pieces, wait } = setting(t)
  runner.called()
  runner.end()
  wait(1_000)
  assert.equal(pieces(), 0)
})

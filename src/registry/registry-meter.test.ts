// What a running registry measures of itself: a store that is silent makes it not ready, in bounded time.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { fail, ok } from '../base/index.ts'
import type { CountedFigures, Store, StoreFigures } from './domain/index.ts'
import { RegistryMeter } from './registry-meter.ts'

const kept: StoreFigures = { accounts: 2, suspended: 0, mailRows: 0, mailBytes: 0, notices: 0, rooms: 0 }
type Ask = Store['figures']

function meterOf(figures: Ask, file = '/nowhere/registry.db'): RegistryMeter {
  let now = 5_250
  return new RegistryMeter({
    program: {
      counted: () => ({ counters: {}, refusals: {}, limits: {} }) as unknown as CountedFigures,
      series: (_now, seconds = 600) => {
        const counts = Array.from({ length: seconds }, () => 0)
        return { messages: counts, logins: counts, limits: counts }
      },
      sessions: 3,
      online: 2,
      requestsInWork: 0,
    },
    store: { figures },
    file,
    clock: { monotonicMs: () => (now += 1_000), wallMs: () => 1_000_000 },
  })
}

test('is ready only if its socket is bound and the store has answered', async () => {
  const meter = meterOf((done) => done(0, ok(kept)))
  assert.deepEqual(await meter.readiness(true), { isReady: true })
  assert.deepEqual(await meter.readiness(false), { isReady: false, reason: 'the socket is not bound' })
  const broken = meterOf((done) => done(0, fail({ code: 'storeClosed', detail: 'figures' })))
  assert.deepEqual(await broken.readiness(true), { isReady: false, reason: 'the store does not answer: storeClosed' })
})

test('does not wait for a silent store for ever', async (t: TestContext) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const meter = meterOf(() => undefined)
  const readiness = meter.readiness(true)
  t.mock.timers.tick(2_000)
  assert.deepEqual(await readiness, { isReady: false, reason: 'the store does not answer: storeSilent' })
})

test('tells the size of its files, its time, and the instant at which its seconds ended', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-meter-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'registry.db')
  writeFileSync(file, Buffer.alloc(5_000))
  writeFileSync(`${file}-wal`, Buffer.alloc(700))
  const meter = meterOf((done) => done(0, ok(kept)), file)
  assert.deepEqual(await meter.store(), { ...kept, bytes: 5_700 })
  const { uptimeMs, sessions, loopBusy } = meter.figures()
  assert.deepEqual([uptimeMs, sessions], [1_000, 3])
  assert.ok(loopBusy >= 0 && loopBusy <= 1)
  const { endsAt, messages } = meter.series(3)
  assert.deepEqual([endsAt, messages.length], [1_000_000 - 250, 3])
})

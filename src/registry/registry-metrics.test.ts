// The text of /metrics, read by a strict parser of our own: form, units in names, help and type of every family.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MeteredFigures, MeteredStore } from './registry-meter.ts'
import { metricsText } from './registry-metrics.ts'

interface Family {
  help?: string
  type?: string
  readonly samples: { name: string; labels: Record<string, string>; value: number }[]
}

/** The text form 0.0.4: throws where a line, an order or a value is not as it has to be. */
export function parseMetrics(text: string): Map<string, Family> {
  assert.ok(text.endsWith('\n'), 'the last line has its end')
  const families = new Map<string, Family>()
  let open = ''
  for (const line of text.split('\n')) {
    if (line === '') continue
    const head = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (\S.*)$/.exec(line)
    if (head) {
      const [, kind, name = '', words = ''] = head
      if (kind === 'HELP') {
        assert.ok(!families.has(name), `${name} has one family`)
        families.set(name, { help: words, samples: [] })
      } else {
        assert.equal(open, name, 'TYPE follows its HELP')
        assert.match(words, /^(counter|gauge)$/)
        ;(families.get(name) as Family).type = words
      }
      open = name
      continue
    }
    const sample = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/.exec(line)
    assert.ok(sample, `not a line of the form: ${line}`)
    const [, name = '', inside = '', value = ''] = sample
    assert.equal(name, open, 'samples follow their head')
    const labels: Record<string, string> = {}
    const rest = inside.replace(
      /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/g,
      (_all, key: string, text_: string) => {
        labels[key] = text_
        return ''
      },
    )
    assert.equal(rest, '', `labels: ${inside}`)
    assert.ok(Number.isFinite(Number(value)), `value: ${value}`)
    families.get(name)?.samples.push({ name, labels, value: Number(value) })
  }
  for (const [name, family] of families) {
    assert.ok(family.type, `${name} has a type`)
    assert.equal(family.type === 'counter', name.endsWith('_total'), `${name}: counters end with _total, others do not`)
    assert.ok((family.help ?? '').endsWith('.'), `${name} says what it is`)
  }
  return families
}

const figures: MeteredFigures = {
  at: 1_000_000,
  uptimeMs: 90_000,
  sessions: 3,
  online: 2,
  requestsInWork: 1,
  loopBusy: 0.25,
  memoryBytes: 50_000_000,
  counters: {
    requests: 9,
    logins: 3,
    names: 2,
    deposited: 4,
    collected: 1,
    expired: 0,
    channelMessages: 5,
    roomMessages: 6,
    introductions: 7,
    sessionsOpened: 8,
    sessionsEnded: 5,
    storeFailures: 0,
  },
  refusals: { nameTaken: 2 },
  limits: { 'rate.deposit': 11 },
}
const store: MeteredStore = {
  accounts: 5,
  suspended: 1,
  mailRows: 3,
  mailBytes: 600,
  oldestMailAt: 940_000,
  notices: 2,
  rooms: 1,
  bytes: 98_304,
}

function meter(kept: () => Promise<MeteredStore>) {
  return { meter: { figures: () => figures, store: kept }, version: '1.2.3', accounts: 'open' }
}

const valueOf = (families: Map<string, Family>, name: string): number | undefined =>
  families.get(`parley_registry_${name}`)?.samples[0]?.value

test('every figure is told in its unit, with its help', async () => {
  const { type, body } = await metricsText(meter(() => Promise.resolve(store)))
  assert.match(type, /^text\/plain; version=0\.0\.4/)
  const families = parseMetrics(body)
  assert.equal(valueOf(families, 'mail_deposited_total'), 4)
  assert.equal(valueOf(families, 'uptime_seconds'), 90)
  assert.equal(valueOf(families, 'mailbox_oldest_age_seconds'), 60)
  assert.equal(valueOf(families, 'store_bytes'), 98_304)
  assert.equal(valueOf(families, 'store_up'), 1)
  assert.deepEqual(families.get('parley_registry_limits_hit_total')?.samples, [
    { name: 'parley_registry_limits_hit_total', labels: { limit: 'rate.deposit' }, value: 11 },
  ])
  assert.deepEqual(families.get('parley_registry_info')?.samples[0]?.labels, { version: '1.2.3', accounts: 'open' })
  for (const name of families.keys()) assert.match(name, /^parley_registry_[a-z_]+$/)
})

test('what is not known is left out, and never 0', async () => {
  const { body } = await metricsText(meter(() => Promise.reject(new Error('silent'))))
  const families = parseMetrics(body)
  assert.equal(valueOf(families, 'store_up'), 0)
  for (const name of ['accounts', 'mailbox_messages', 'store_bytes', 'mailbox_oldest_age_seconds']) {
    assert.equal(families.has(`parley_registry_${name}`), false, name)
  }
  const { oldestMailAt: _none, ...empty } = store
  const without = parseMetrics((await metricsText(meter(() => Promise.resolve(empty)))).body)
  assert.equal(without.has('parley_registry_mailbox_oldest_age_seconds'), false)
  assert.equal(valueOf(without, 'mailbox_messages'), 3)
})

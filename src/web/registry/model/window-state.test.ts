import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RegistryFigures, RegistryLogLine, RegistryPeer, RegistrySnapshot } from '../../../api/index.ts'
import { linesKept, resumed, secondsShown, stateOf, withBatch } from './window-state.ts'

const figures: RegistryFigures = {
  at: 1,
  uptimeMs: 1,
  sessions: 0,
  online: 0,
  requestsInWork: 0,
  counters: {},
  refusals: {},
  limits: {},
  loopBusy: 0,
  memoryBytes: 1,
}
const about = {
  name: 'r',
  version: '1',
  fingerprint: 'f',
  invite: 'i',
  address: 'a',
  accounts: 'open',
  startedAt: 5,
} as const
const row = (name: string, online = false): RegistryPeer => ({
  name,
  online,
  busy: false,
  suspended: false,
  since: 1,
  devices: 0,
  bytesIn: 0,
  bytesOut: 0,
})
const line = (number: number): RegistryLogLine => ({ number, at: number, level: 'info', text: `n${number}` })
const zeros = Array.from({ length: 600 }, () => 0)

function snapshot(more: Partial<RegistrySnapshot> = {}): RegistrySnapshot {
  const series = { endsAt: 1_000, messages: zeros, logins: zeros, limits: zeros }
  return { about, figures, series, peers: [row('alice')], lines: [line(1), line(2)], ...more }
}

test('a batch changes what it tells, and leaves the rest the same object', () => {
  const before = stateOf(snapshot())
  const after = withBatch(before, { peers: [row('alice', true), row('bob')], lines: [line(3)] })
  assert.deepEqual(
    [...after.peers.values()].map(({ name, online }) => [name, online]),
    [
      ['alice', true],
      ['bob', false],
    ],
  )
  assert.deepEqual(
    after.lines.map(({ number }) => number),
    [1, 2, 3],
  )
  assert.ok(after.series === before.series && after.figures === before.figures)
  assert.equal(before.peers.get('alice')?.online, false, 'what was drawn stays as it was')
  const gone = withBatch(after, { gone: ['alice'] })
  assert.deepEqual([...gone.peers.keys()], ['bob'])
  assert.equal(withBatch(after, { lines: [line(2), line(3)] }).lines, after.lines, 'no line twice')
})

test('seconds move through ten minutes', () => {
  const { series } = withBatch(stateOf(snapshot()), {
    series: { endsAt: 3_000, messages: [4, 5], logins: [0, 1], limits: [0, 0] },
  })
  assert.deepEqual([series.messages.length, series.messages.slice(-3), series.endsAt], [secondsShown, [0, 4, 5], 3_000])
})

test('no more lines are kept than a window can use', () => {
  const many = Array.from({ length: linesKept + 10 }, (_, i) => line(i + 3))
  const { lines } = withBatch(stateOf(snapshot()), { lines: many })
  assert.deepEqual([lines.length, lines.at(-1)?.number], [linesKept, linesKept + 12])
})

test('after a lost line the old lines stay; after another start they do not', () => {
  const before = stateOf(snapshot())
  const same = resumed(before, snapshot({ peers: [], lines: [line(2), line(7)] }))
  assert.deepEqual(
    same.lines.map(({ number }) => number),
    [1, 2, 7],
  )
  assert.equal(same.peers.size, 0, 'the table is as it is now')
  const other = resumed(before, snapshot({ about: { ...about, startedAt: 9 }, lines: [line(1)] }))
  assert.deepEqual(
    other.lines.map(({ number }) => number),
    [1],
  )
})

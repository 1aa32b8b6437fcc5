import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RegistryFigures } from '../../../api/index.ts'
import { actionWords, doneText, isTypedRight } from './action-words.ts'
import {
  agoText,
  bytesText,
  countText,
  durationText,
  limitText,
  percentText,
  plural,
  rateText,
  rttText,
} from './figure-words.ts'
import { applyLook, keptLook } from './look.ts'
import { faded, plotData, rangeOf, rateOf } from './plot.ts'
import { problemText } from './problem-words.ts'
import { tilesOf } from './tile.ts'

test('sizes, times, counts and shares are short', () => {
  assert.deepEqual([0, 700, 1_536, 123_456, 5 * 1_024 ** 3].map(bytesText), [
    '0 B',
    '700 B',
    '1.5 KiB',
    '121 KiB',
    '5.0 GiB',
  ])
  assert.deepEqual([-5, 8_000, 61_000, 3_600_000, 7_500_000, 180_000_000].map(durationText), [
    '0 s',
    '8 s',
    '1 min',
    '1 h',
    '2 h 5 min',
    '2 d 2 h',
  ])
  assert.deepEqual([agoText(5_000, 4_000), agoText(1_000, 61_000)], ['now', '1 min ago'])
  assert.equal(countText(1_234_567), '1\u202f234\u202f567')
  assert.deepEqual([0, 0.2, 12.4].map(rateText), ['0', '0.2', '12'])
  assert.deepEqual([0, 0.001, 0.2].map(percentText), ['0 %', '< 1 %', '20 %'])
  assert.deepEqual([rttText(0.44), rttText(31.4)], ['0.4 ms', '31 ms'])
  assert.deepEqual([plural(1, 'session'), plural(2, 'session')], ['1 session', '2 sessions'])
  assert.deepEqual(
    [limitText('rate.deposit'), limitText('mailbox'), limitText('toString')],
    ['rate of deposit', 'full mailboxes', 'toString'],
  )
})

const figures: RegistryFigures = {
  at: 100_000_000,
  uptimeMs: 1,
  sessions: 3,
  online: 2,
  requestsInWork: 0,
  counters: { deposited: 4, roomMessages: 2, channelMessages: 1, introductions: 1 },
  refusals: {},
  limits: {},
  loopBusy: 0.02,
  memoryBytes: 64 * 1_048_576,
  store: {
    accounts: 5,
    suspended: 1,
    mailRows: 3,
    mailBytes: 600,
    oldestMailAt: 99_940_000,
    notices: 0,
    rooms: 1,
    bytes: 98_304,
  },
}
const tile = (given: RegistryFigures, kind: string) => tilesOf(given).find((found) => found.kind === kind)

test('the tiles tell what is known, and say where nothing is', () => {
  assert.deepEqual(
    tilesOf(figures).map(({ value, note }) => `${value} | ${note}`),
    [
      '2 | of 5 accounts, 3 sessions',
      '3 | oldest 1 min, 600 B',
      '7 | 1 introduction',
      '0 | since the start',
      '96.0 KiB | 1 room, 1 suspended',
      'none | this version makes none by itself',
      '2 % | 64.0 MiB',
    ],
  )
  const { store: _none, ...silent } = figures
  assert.deepEqual([tile(silent, 'mailbox')?.value, tile(silent, 'store')?.isWarning], ['?', true])
  const { oldestMailAt: _mail, ...empty } = figures.store as NonNullable<RegistryFigures['store']>
  assert.equal(tile({ ...figures, store: { ...empty, mailRows: 0 } }, 'mailbox')?.note, 'nothing waits')
  const hit = tile({ ...figures, limits: { mailbox: 2, 'rate.say': 5 } }, 'limits')
  assert.deepEqual([hit?.value, hit?.note, hit?.isWarning], ['7', 'most: rate of say', true])
})

test('an action says what will happen; only what cannot be undone asks for the name', () => {
  const peer = {
    name: 'Alice',
    online: true,
    busy: false,
    suspended: false,
    since: 1,
    devices: 2,
    bytesIn: 0,
    bytesOut: 0,
  }
  const asking = (['disconnect', 'suspend', 'unsuspend', 'deleteAccount'] as const).map((action) => {
    const { sentences, asksForName, title } = actionWords(action, peer)
    assert.ok(title.includes('Alice') && sentences.length > 0)
    assert.ok(doneText(action, 'Alice', 1).includes('Alice'))
    return asksForName
  })
  assert.deepEqual(asking, [false, false, false, true])
  assert.deepEqual(
    [isTypedRight(' Alice ', 'Alice'), isTypedRight('alice', 'Alice'), isTypedRight('', '')],
    [true, false, true],
  )
  assert.match(problemText(Object.assign(new Error('x'), { code: 'unknownName' })), /Nobody has this name/)
  assert.equal(problemText(undefined), 'That did not work.')
})

test('a plot ends where its seconds end, and its scale does not make a storm of one message', () => {
  assert.deepEqual(plotData(10_000, [1, 2, 3]), [
    [8, 9, 10],
    [1, 2, 3],
  ])
  assert.deepEqual(
    [rangeOf(0), rangeOf(3), rangeOf(100)],
    [
      [0, 4],
      [0, 4],
      [0, 115],
    ],
  )
  assert.deepEqual(rateOf([9, 0, 0, 0, 1, 4]), { now: 1, highest: 9, sum: 14 })
  assert.deepEqual(rateOf([]), { now: 0, highest: 0, sum: 0 })
  assert.deepEqual([faded('rgb(1, 2, 3)'), faded('nonsense')], ['rgba(1, 2, 3, 0.14)', 'transparent'])
})

test('the look is kept, and a damaged one is as if it were not there', () => {
  const kept = new Map<string, string>()
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  }
  const root = { dataset: {} as Record<string, string> }
  assert.equal(keptLook(storage), 'system')
  applyLook('dark', root, storage)
  assert.deepEqual([keptLook(storage), root.dataset], ['dark', { theme: 'dark' }])
  applyLook('contrast', root, storage)
  assert.deepEqual(root.dataset, { contrast: 'more' })
  kept.set([...kept.keys()][0] as string, 'pink')
  assert.equal(keptLook(storage), 'system')
})

import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import type { MessageState, PeerEvent, TranscriptEntry, TranscriptPage, TranscriptQuery } from '../../../api/index.ts'
import { isLater } from './shown-entry.ts'
import { TranscriptModel, windowMax } from './transcript-model.ts'

const id = (number: number): string => number.toString(16).padStart(32, '0')
const self = 'alice'

/** An archive whose answers come when the test says so, as they were when they were asked or a little later. */
class Archive {
  readonly entries: TranscriptEntry[] = []
  readonly waiting: {
    readonly query: TranscriptQuery
    page: TranscriptPage | undefined
    resolve: (p: TranscriptPage) => void
  }[] = []
  #next = 1

  add(isOwn: boolean, number: number): TranscriptEntry {
    const entry: TranscriptEntry = {
      position: this.#next++,
      kind: 'message',
      id: id(number),
      from: isOwn ? self : 'bob',
      isOwn,
      text: `text ${number}`,
      sentAt: number,
      ...(isOwn ? { state: 'kept' as const } : { receivedAt: number, road: 'direct' as const }),
    }
    this.entries.push(entry)
    return entry
  }

  advance(number: number, state: MessageState): boolean {
    const at = this.entries.findIndex((entry) => entry.id === id(number))
    const entry = this.entries[at]
    if (entry === undefined || !entry.isOwn || !isLater(state, entry.state)) return false
    this.entries[at] = { ...entry, state }
    return true
  }

  readonly transcript = (query: TranscriptQuery): Promise<TranscriptPage> =>
    new Promise((resolve) => void this.waiting.push({ query, page: undefined, resolve }))

  /** The store reads for the oldest question that it has not read for. */
  read(): void {
    const found = this.waiting.find(({ page }) => page === undefined)
    if (found) found.page = this.page(found.query)
  }

  /** The oldest answer arrives. */
  async answer(): Promise<void> {
    const [found] = this.waiting
    if (found === undefined) return
    this.waiting.shift()
    found.resolve(found.page ?? this.page(found.query))
    await new Promise(setImmediate)
  }

  page({ count, before, after, around }: TranscriptQuery): TranscriptPage {
    const all = this.entries
    let from = Math.max(0, all.length - count)
    let to = all.length
    if (before !== undefined) {
      to = all.findIndex(({ position }) => position >= before)
      if (to < 0) to = all.length
      from = Math.max(0, to - count)
    } else if (after !== undefined) {
      from = all.findIndex(({ position }) => position > after)
      if (from < 0) from = all.length
      to = Math.min(all.length, from + count)
    } else if (around !== undefined) {
      let at = all.findIndex(({ position }) => position >= around)
      if (at < 0) at = all.length
      from = Math.max(0, at - (count >> 1))
      to = Math.min(all.length, at + (count - (count >> 1)))
    }
    return { entries: all.slice(from, to), hasBefore: from > 0, hasAfter: to < all.length }
  }
}

interface Bench {
  readonly archive: Archive
  readonly model: TranscriptModel
  /** What the peer told and the line has not brought yet. */
  readonly told: PeerEvent[]
  isStale: boolean
  changes: number
}

function bench(): Bench {
  const archive = new Archive()
  const it: Bench = {
    archive,
    told: [],
    isStale: false,
    changes: 0,
    model: new TranscriptModel({
      key: { kind: 'person', name: 'Bob' },
      self,
      source: () => archive,
      onChange: () => void it.changes++,
      onStale: () => void (it.isStale = true),
    }),
  }
  return it
}

const told = (entry: TranscriptEntry): PeerEvent =>
  entry.isOwn
    ? { type: 'sent', id: entry.id, to: 'bob', text: entry.text ?? '', at: entry.sentAt }
    : {
        type: 'message',
        id: entry.id,
        from: 'bob',
        conversation: 'bob',
        text: entry.text ?? '',
        road: 'direct',
        sentAt: entry.sentAt,
        receivedAt: entry.sentAt,
      }

const keys = ({ model }: Bench): string[] => model.view.entries.map(({ key }) => key)

async function opened(count: number): Promise<Bench> {
  const it = bench()
  for (let number = 1; number <= count; number++) it.archive.add(number % 3 === 0, number)
  void it.model.open({ at: 'end' })
  await it.archive.answer()
  return it
}

type Step =
  | {
      readonly do:
        'message' | 'send' | 'silent' | 'read' | 'answer' | 'before' | 'after' | 'refresh' | 'resume' | 'end' | 'bring'
    }
  | { readonly do: 'state'; readonly back: number; readonly state: MessageState }
  | { readonly do: 'trim'; readonly part: number }
  | { readonly do: 'around'; readonly part: number }
  | { readonly do: 'look'; readonly isAtEnd: boolean; readonly isLooking: boolean }

const plain = fc.constantFrom(
  ...([
    'message',
    'send',
    'silent',
    'read',
    'answer',
    'answer',
    'before',
    'after',
    'refresh',
    'resume',
    'end',
    'bring',
    'bring',
    'bring',
  ] as const),
)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: plain.map((what): Step => ({ do: what })) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('state' as const),
      back: fc.nat(4),
      state: fc.constantFrom<MessageState>('mailbox', 'stored', 'expired', 'failed'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('trim' as const), part: fc.double({ min: 0, max: 1, noNaN: true }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('around' as const), part: fc.double({ min: 0, max: 1, noNaN: true }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('look' as const), isAtEnd: fc.boolean(), isLooking: fc.boolean() }),
  },
)

function bring(it: Bench, count: number): void {
  for (const event of it.told.splice(0, count)) it.model.apply(event)
}

async function take(it: Bench, what: Step, numbers: { next: number }): Promise<void> {
  const { archive, model } = it
  switch (what.do) {
    case 'message':
    case 'send':
      return void it.told.push(told(archive.add(what.do === 'send', numbers.next++)))
    case 'bring':
      return bring(it, 1)
    case 'silent':
      return void archive.add(false, numbers.next++)
    case 'state': {
      const number = numbers.next - 1 - what.back
      if (archive.advance(number, what.state)) {
        it.told.push({ type: 'state', id: id(number), to: 'bob', state: what.state, ms: 1 })
      }
      return
    }
    case 'read':
      return archive.read()
    case 'answer':
      return archive.answer()
    case 'before':
      return void model.loadBefore()
    case 'after':
      return void model.loadAfter()
    case 'refresh':
      return void model.refresh()
    case 'resume':
      return void model.resume()
    case 'end':
      return void model.toEnd()
    case 'around':
      return void model.open({ at: 'position', position: Math.floor(what.part * archive.entries.length) })
    case 'trim': {
      const at = Math.floor(what.part * model.view.entries.length)
      return model.trim(at, at + 10)
    }
    case 'look':
      return model.look(what.isAtEnd, what.isLooking)
  }
}

/** Nothing twice; what has a place stands in the archive's order, without a hole; what has none stands after it. */
function check(it: Bench, seen: Map<string, MessageState>): void {
  const { entries } = it.model.view
  assert.equal(new Set(keys(it)).size, entries.length, 'an entry is there twice')
  const positions = entries.flatMap(({ position }) => (position === undefined ? [] : [position]))
  assert.deepEqual(
    positions,
    positions.toSorted((a, b) => a - b),
  )
  const first = positions[0] ?? 0
  assert.deepEqual(
    positions,
    positions.map((_, at) => first + at),
    'a hole',
  )
  assert.ok(entries.slice(positions.length).every(({ position }) => position === undefined))
  for (const { key, state } of entries) {
    if (state === undefined) continue
    const before = seen.get(key)
    assert.ok(before === undefined || before === state || isLater(state, before), `${before} became ${state}`)
    seen.set(key, state)
  }
}

test('whatever the order of events, pages and losses of the line: nothing doubled, nothing out of order, no state back', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(400), fc.array(step, { maxLength: 80 }), async (count, steps) => {
      const it = bench()
      const numbers = { next: count + 1 }
      const seen = new Map<string, MessageState>()
      for (let number = 1; number <= count; number++) it.archive.add(number % 3 === 0, number)
      void it.model.open({ at: 'end' })
      for (const what of steps) {
        await take(it, what, numbers)
        check(it, seen)
      }
      // The line is back, all answers come, and one goes to the end: all is there, as the archive has it.
      bring(it, Infinity)
      void it.model.resume()
      for (let turn = 0; turn < 12; turn++) {
        while (it.archive.waiting.length > 0) await it.archive.answer()
        check(it, seen)
        void it.model.toEnd()
        void it.model.refresh()
      }
      while (it.archive.waiting.length > 0) await it.archive.answer()
      check(it, seen)
      const shown = it.model.view.entries
      assert.equal(it.model.view.hasAfter, false)
      const tail = it.archive.entries.slice(it.archive.entries.length - shown.length)
      assert.deepEqual(
        shown.map(({ key, state }) => [key, state]),
        tail.map((entry) => [entry.id, entry.state]),
      )
    }),
    { numRuns: Number(process.env['PARLEY_FUZZ'] ?? 120) },
  )
})

test('a state that came before the page that does not know it is shown', async () => {
  const it = bench()
  const sent = it.archive.add(true, 1)
  void it.model.open({ at: 'end' })
  it.archive.read()
  it.archive.advance(1, 'stored')
  it.model.apply({ type: 'state', id: sent.id, to: 'bob', state: 'stored', road: 'direct', ms: 3 })
  await it.archive.answer()
  const [entry] = it.model.view.entries
  assert.deepEqual([entry?.state, entry?.road, entry?.ms], ['stored', 'direct', 3])
})

test('an event that is older than the page takes nothing back', async () => {
  const it = bench()
  const sent = it.archive.add(true, 1)
  it.archive.advance(1, 'mailbox')
  it.archive.advance(1, 'stored')
  void it.model.open({ at: 'end' })
  await it.archive.answer()
  for (const state of ['mailbox', 'stored', 'failed'] as const) {
    it.model.apply({ type: 'state', id: sent.id, to: 'bob', state })
    assert.equal(it.model.view.entries[0]?.state, 'stored', state)
  }
})

test('older pages join without a hole, and say that the start changed', async () => {
  const it = await opened(300)
  assert.equal(it.model.view.entries.length, 120)
  void it.model.loadBefore()
  await it.archive.answer()
  assert.deepEqual(
    keys(it),
    it.archive.entries.slice(80).map((entry) => entry.id),
  )
  assert.ok(it.model.view.hasBefore)
})

test('the window is bounded, one end at a time', async () => {
  const it = await opened(5_000)
  for (let page = 0; page < 12; page++) {
    void it.model.loadBefore()
    await it.archive.answer()
    it.model.trim(0, 20)
    assert.ok(it.model.view.entries.length <= windowMax)
  }
  assert.ok(it.model.view.hasAfter)
  const first = it.model.view.entries[0]?.position ?? 0
  assert.deepEqual(
    keys(it),
    it.archive.entries.slice(first - 1, first - 1 + it.model.view.entries.length).map((entry) => entry.id),
  )
})

test('nothing is let go of that a page on its way will join', async () => {
  const it = await opened(3_000)
  for (let page = 0; page < 9; page++) {
    void it.model.loadBefore()
    await it.archive.answer()
  }
  assert.ok(it.model.view.entries.length > windowMax)
  void it.model.loadBefore()
  it.model.trim(990, 1_010)
  it.model.trim(0, 10)
  await it.archive.answer()
  check(it, new Map())
  void it.model.refresh()
  it.model.trim(0, 10)
  await it.archive.answer()
  check(it, new Map())
})

test("a room's own message is in its place once it has one, and others that moved are there once", async () => {
  const archive = new Archive()
  const model = new TranscriptModel({
    key: { kind: 'room', room: 3 },
    self,
    source: () => archive,
    onChange: () => undefined,
    onStale: () => undefined,
  })
  const own = { ...archive.add(true, 1), position: 2 ** 52 }
  archive.entries[0] = own
  void model.open({ at: 'end' })
  await archive.answer()
  const other = archive.add(false, 2)
  archive.entries.splice(0, 2, other, own)
  const { id: otherId, text = '', sentAt } = other
  const message = { room: 3, number: 1, id: otherId, from: 'bob', text, road: 'direct', sentAt, receivedAt: 1 } as const
  model.apply({ type: 'roomMessage', ...message })
  model.apply({ type: 'roomPlaced', room: 3, id: own.id, number: 2, members: ['bob'] })
  archive.entries.splice(0, 2, other, { ...own, position: 7, number: 2, copies: [{ to: 'bob', state: 'kept' }] })
  model.apply({ type: 'roomState', room: 3, id: own.id, to: 'bob', state: 'stored', road: 'direct', ms: 2 })
  void model.refresh()
  await archive.answer()
  assert.deepEqual(
    model.view.entries.map(({ key, position }) => [key, position]),
    [
      [other.id, 2],
      [own.id, 7],
    ],
  )
  assert.deepEqual(model.view.entries[1]?.copies, [{ to: 'bob', state: 'stored', road: 'direct', ms: 2 }])
})

test('what comes while the window is elsewhere is counted, and found at the end', async () => {
  const it = await opened(400)
  void it.model.open({ at: 'position', position: 50 })
  await it.archive.answer()
  it.model.look(false, true)
  for (let number = 401; number <= 403; number++) it.model.apply(told(it.archive.add(false, number)))
  assert.equal(it.model.view.newBelow, 3)
  assert.ok(!keys(it).includes(id(401)))
  void it.model.toEnd()
  await it.archive.answer()
  assert.equal(keys(it).at(-1), id(403))
  assert.equal(it.model.view.newBelow, 0)
})

test('a burst that is too large to hold is read from the archive', async () => {
  const it = await opened(10)
  for (let number = 11; number <= 3_000; number++) it.model.apply(told(it.archive.add(false, number)))
  while (it.archive.waiting.length > 0) await it.archive.answer()
  void it.model.refresh()
  while (it.archive.waiting.length > 0) await it.archive.answer()
  assert.equal(keys(it).at(-1), id(3_000))
  assert.equal(new Set(keys(it)).size, keys(it).length)
})

test('the line of what is new stands above the first unread message, stays, and comes anew for what comes unseen', async () => {
  const it = bench()
  for (let number = 1; number <= 6; number++) it.archive.add(false, number)
  void it.model.open({ at: 'unread', readTo: 4 })
  await it.archive.answer()
  assert.equal(it.model.view.unreadKey, id(5))
  it.model.look(true, true)
  it.model.lineWasRead()
  it.model.apply(told(it.archive.add(false, 7)))
  assert.equal(it.model.view.unreadKey, id(5), 'somebody looked at it as it came')
  it.model.look(true, false)
  it.model.apply(told(it.archive.add(false, 8)))
  it.model.apply(told(it.archive.add(false, 9)))
  assert.equal(it.model.view.unreadKey, id(8))
  it.model.apply(told(it.archive.add(true, 10)))
  assert.equal(it.model.view.unreadKey, undefined, 'who answers has read')
})

test('events of other conversations change nothing', async () => {
  const it = await opened(3)
  const before = it.model.view
  const entry = told(it.archive.add(false, 4))
  it.model.apply({ ...entry, conversation: 'carol', from: 'carol' } as PeerEvent)
  it.model.apply({ type: 'state', id: id(77), to: 'carol', state: 'stored' })
  assert.equal(it.model.view, before)
})

test('a failed load says why, and the next try goes on', async () => {
  let fails = true
  const archive = new Archive()
  archive.add(false, 1)
  const model = new TranscriptModel({
    key: { kind: 'channel' },
    self,
    source: () => ({
      transcript: (query) => (fails ? Promise.reject(new Error('lost')) : Promise.resolve(archive.page(query))),
    }),
    onChange: () => undefined,
    onStale: () => undefined,
  })
  await model.open({ at: 'end' })
  assert.ok(model.view.problem instanceof Error)
  fails = false
  await model.resume()
  assert.equal(model.view.problem, undefined)
  assert.equal(model.view.entries.length, 1)
})

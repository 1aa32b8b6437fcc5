import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import type { SearchHit, SearchQuery } from '../../../api/index.ts'
import { ParleyError } from '../../../base/index.ts'
import { groupHits, snippet } from './hit-groups.ts'
import { hitsPerPage, SearchModel } from './search-model.ts'

function hit(name: string, position: number, text = 'text'): SearchHit {
  const entry = { position, kind: 'message', id: String(position), isOwn: false, text, sentAt: position } as const
  return { key: { kind: 'person', name }, entry, marks: [[0, 1]], cursor: `c${position}` }
}

const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

interface Bench {
  readonly model: SearchModel
  readonly asked: {
    readonly query: SearchQuery
    readonly answer: (hits: readonly SearchHit[]) => void
    readonly fail: (error: unknown) => void
  }[]
  readonly tick: () => void
}

function bench(): Bench {
  const timers = new Set<() => void>()
  const asked: { query: SearchQuery; answer: (hits: readonly SearchHit[]) => void; fail: (error: unknown) => void }[] =
    []
  const model = new SearchModel({
    scope: undefined,
    search: (query) => new Promise((answer, fail) => void asked.push({ query, answer, fail })),
    later: (_, run) => {
      timers.add(run)
      return () => void timers.delete(run)
    },
    onChange: () => undefined,
  })
  const tick = (): void => {
    for (const run of timers) {
      timers.delete(run)
      run()
    }
  }
  return { model, asked, tick }
}

test('it asks once after the last key, and a stale answer changes nothing', async () => {
  const { model, asked, tick } = bench()
  for (const words of ['h', 'he', 'hel']) model.type(words)
  tick()
  assert.deepEqual(
    asked.map(({ query }) => query.words),
    ['hel'],
  )
  model.type('hello')
  tick()
  asked[1]?.answer([hit('bob', 2)])
  await settled()
  asked[0]?.answer([hit('bob', 1), hit('carol', 3)])
  await settled()
  assert.deepEqual(
    model.view.hits.map(({ cursor }) => cursor),
    ['c2'],
  )
  assert.deepEqual([model.view.answered, model.view.isBusy], ['hello', false])
})

test('an empty field shows nothing, also where an answer is on its way', async () => {
  const { model, asked, tick } = bench()
  model.type('a')
  tick()
  model.type('  ')
  asked[0]?.answer([hit('bob', 1)])
  await settled()
  assert.deepEqual([model.view.hits, model.view.isBusy], [[], false])
})

test('older hits follow the last one, and an end is an end', async () => {
  const { model, asked, tick } = bench()
  model.type('a')
  tick()
  asked[0]?.answer(Array.from({ length: hitsPerPage }, (_, at) => hit('bob', 1_000 - at)))
  await settled()
  assert.ok(model.view.hasMore)
  void model.more()
  assert.equal(asked[1]?.query.cursor, `c${1_001 - hitsPerPage}`)
  asked[1]?.answer([hit('bob', 1)])
  await settled()
  assert.deepEqual([model.view.hits.length, model.view.hasMore], [hitsPerPage + 1, false])
})

test('signs without a word find nothing; another failure is told, and the next key tries again', async () => {
  const { model, asked, tick } = bench()
  model.type('"')
  tick()
  asked[0]?.fail(new ParleyError('badSearch'))
  await settled()
  assert.equal(model.view.problem, undefined)
  model.type('a')
  tick()
  asked[1]?.fail(new ParleyError('peerLost'))
  await settled()
  assert.ok(hasCode(model, 'peerLost'))
  model.type('ab')
  tick()
  asked[2]?.answer([hit('bob', 1)])
  await settled()
  assert.equal(model.view.problem, undefined)
})

const hasCode = ({ view }: SearchModel, code: string): boolean =>
  view.problem instanceof ParleyError && view.problem.code === code

test('hits stand by conversation, the latest first', () => {
  const groups = groupHits([hit('bob', 9), hit('carol', 8), hit('BOB', 7)])
  assert.deepEqual(
    groups.map(({ hits }) => hits.map(({ entry }) => entry.position)),
    [[9, 7], [8]],
  )
})

test('a snippet shows the first mark, marks only what was found, and cuts no character', () => {
  const text = `${'x '.repeat(100)}needle and needle ${'😀'.repeat(200)}`
  const at = text.indexOf('needle')
  const parts = snippet(text, [
    [at, at + 6],
    [at + 11, at + 17],
  ])
  assert.deepEqual(
    parts.filter(({ isMark }) => isMark).map((part) => part.text),
    ['needle', 'needle'],
  )
  assert.ok(parts.every((part) => part.text.isWellFormed()))
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 400 }),
      fc.array(fc.tuple(fc.nat(400), fc.nat(400))),
      (any, pairs) => {
        const marks = pairs.map(([one, other]) => [Math.min(one, other), Math.max(one, other)] as const)
        const sorted = marks.toSorted(([one], [other]) => one - other)
        const shown = snippet(any, sorted)
          .map((part) => part.text)
          .join('')
        assert.ok(any.replace(/\s+/g, '').includes(shown.replace(/[\s…]+/g, '')) || any.includes('…'))
      },
    ),
  )
})

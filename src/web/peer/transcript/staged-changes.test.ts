import assert from 'node:assert/strict'
import test from 'node:test'
import { type Stage, StagedChanges } from './staged-changes.ts'
import type { ChangeKind, TranscriptView } from './transcript-model.ts'

const view = {} as TranscriptView

interface Bench {
  readonly staged: StagedChanges<number>
  readonly drawn: Stage<number>[]
  readonly waits: number[]
  now: number
  /** Runs what is due. */
  readonly tick: () => void
}

function bench(): Bench {
  const due: (() => void)[] = []
  const it: Bench = {
    drawn: [],
    waits: [],
    now: 0,
    tick: () => {
      for (const run of due.splice(0)) run()
    },
    staged: new StagedChanges<number>({
      draw: (stage) => void it.drawn.push(stage),
      now: () => it.now,
      later: (ms, run) => {
        it.waits.push(ms)
        due.push(run)
      },
    }),
  }
  return it
}

const push = ({ staged }: Bench, kind: ChangeKind, extra: number): void => staged.push({ kind, view, extra })

test('changes at the end go together, one at the start is drawn by itself, and a new window replaces what was before it', () => {
  const it = bench()
  for (const [at, kind] of (['end', 'end', 'start', 'end', 'end'] as const).entries()) push(it, kind, at)
  it.tick()
  assert.deepEqual(
    it.drawn.map(({ kind, extra }) => [kind, extra]),
    [
      ['end', 1],
      ['start', 2],
      ['end', 4],
    ],
  )
  push(it, 'start', 5)
  push(it, 'reset', 6)
  push(it, 'end', 7)
  it.tick()
  assert.deepEqual(
    it.drawn.slice(3).map(({ kind, extra }) => [kind, extra]),
    [['reset', 7]],
  )
})

test('a message and its marks are drawn at once; a flood waits', () => {
  const it = bench()
  for (let at = 0; at < 6; at++) {
    it.now += 2
    push(it, 'end', at)
    it.tick()
  }
  assert.deepEqual(it.waits.slice(0, 5), [0, 0, 0, 0, 0])
  assert.ok((it.waits[5] ?? 0) > 60)
  it.now += 1_000
  push(it, 'end', 9)
  assert.equal(it.waits.at(-1), 0)
})

test('what is over draws nothing', () => {
  const it = bench()
  push(it, 'end', 1)
  it.staged.end()
  it.tick()
  assert.deepEqual(it.drawn, [])
})

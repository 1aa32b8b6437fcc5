// The transcript of one conversation in React: its model, kept up to date by the page's events, and what of it is drawn.

import { useEffect, useMemo, useReducer, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import type { ConversationKey } from '../../../api/index.ts'
import { outgoingOf } from '../composer/page-outgoing.ts'
import type { OutgoingItem } from '../composer/outgoing.ts'
import { type PageModel, sameKey, usePage } from '../model/index.ts'
import type { Opening } from './opening.ts'
import { type Row, RowBuilder } from './rows.ts'
import type { ShownEntry } from './shown-entry.ts'
import { type Stage, StagedChanges } from './staged-changes.ts'
import { type ChangeKind, TranscriptModel, type TranscriptView } from './transcript-model.ts'

/** Events get their place in the archive's order so much later; while they come, not more often than this. */
const refreshAfterMs = 400
/** After a try that found nothing new. */
const refreshMaxMs = 8_000

/** Own messages are often stored within milliseconds: one drawing for the message and its mark, and hardly later. */
const markPatienceMs = 14
const ownKinds: ReadonlySet<string> = new Set(['sent', 'roomSent', 'roomPlaced', 'channelSent'])

export interface Drawn {
  readonly rows: readonly Row[]
  readonly view: TranscriptView
  readonly kind: ChangeKind
  /** Counts drawings of another window: the place on the screen is chosen anew. */
  readonly resets: number
}

export interface Transcript {
  readonly model: TranscriptModel
  readonly drawn: Drawn
  /** Where it opened first. */
  readonly opening: Opening
}

/** `self`: the own name. The component stands for one conversation of one account: it has a `key` of both. */
export function useTranscript(conversation: ConversationKey, self: string, focus: number | undefined): Transcript {
  const page = usePage()
  const [made] = useState(() => make(page, conversation, self, focus))
  const [, redraw] = useReducer((count: number) => count + 1, 0)
  const drawn = useRef<Drawn>(made.first)
  useEffect(
    () =>
      made.start(page, (next) => {
        drawn.current = next
        flushSync(redraw)
      }),
    [made, page],
  )
  const current = drawn.current
  return useMemo(() => ({ model: made.model, drawn: current, opening: made.opening }), [made, current])
}

interface Made {
  readonly model: TranscriptModel
  readonly opening: Opening
  readonly first: Drawn
  start(page: PageModel, draw: (drawn: Drawn) => void): () => void
}

function make(page: PageModel, conversation: ConversationKey, self: string, focus: number | undefined): Made {
  const opening = openingOf(page, conversation, focus)
  let onChange: ((kind: ChangeKind) => void) | undefined
  let onStale: (() => void) | undefined
  const model = new TranscriptModel({
    key: conversation,
    self,
    source: () => page.peer,
    onChange: (kind) => onChange?.(kind),
    onStale: () => onStale?.(),
  })
  const builder = new RowBuilder()
  let resets = 0
  const first: Drawn = { rows: [], view: model.view, kind: 'reset', resets }
  const start = (owner: PageModel, draw: (drawn: Drawn) => void): (() => void) => {
    const outgoing = outgoingOf(owner)
    const staged = new StagedChanges<readonly OutgoingItem[]>({
      now: () => performance.now(),
      later: (ms, run) => (ms <= 0 ? queueMicrotask(run) : void setTimeout(run, ms)),
      draw: ({ kind, view, extra }: Stage<readonly OutgoingItem[]>) => {
        if (kind === 'reset') resets++
        const entries = withOutgoing(view, extra, conversation)
        draw({ rows: builder.build(entries, view.unreadKey, Date.now()), view, kind, resets })
      },
    })
    let patienceMs = 0
    onChange = (kind) => staged.push({ kind, view: model.view, extra: outgoing.items }, patienceMs)
    const refresher = new Refresher(() => model.refresh())
    onStale = () => refresher.want()
    const stopOutgoing = outgoing.watch(() => {
      patienceMs = markPatienceMs
      onChange?.('end')
      patienceMs = 0
    })
    const stopEvents = owner.on((event) => {
      patienceMs = ownKinds.has(event.type) ? markPatienceMs : 0
      if (event.type === 'resumed') void model.resume()
      else model.apply(event)
      patienceMs = 0
    })
    void model.open(opening)
    return () => {
      stopOutgoing()
      stopEvents()
      staged.end()
      refresher.end()
    }
  }
  return { model, opening, first, start }
}

function openingOf(page: PageModel, conversation: ConversationKey, focus: number | undefined): Opening {
  if (focus !== undefined) return { at: 'position', position: focus }
  const row = page.state.conversations.find(({ key }) => sameKey(key, conversation))
  return row !== undefined && row.unread > 0 ? { at: 'unread', readTo: row.readTo } : { at: 'end' }
}

/** What is on its way to the peer stands at the end. */
function withOutgoing(
  { entries, hasAfter, loading }: TranscriptView,
  items: readonly OutgoingItem[],
  conversation: ConversationKey,
): readonly ShownEntry[] {
  if (hasAfter || loading === 'first') return entries
  const mine = items.filter(({ key }) => sameKey(key, conversation))
  if (mine.length === 0) return entries
  const known = new Set(entries.map(({ key }) => key))
  return [...entries, ...mine.filter(({ id }) => !known.has(id)).map(outgoingEntry)]
}

function outgoingEntry({ id, text, at, state, problem }: OutgoingItem): ShownEntry {
  const entry: ShownEntry = { key: id, id, kind: 'message', isOwn: true, text, sentAt: at }
  if (state === 'taken') return { ...entry, state: 'kept' }
  return { ...entry, outgoing: state, ...(problem !== undefined && { problem }) }
}

/** Asks again a moment after the first wish, and less and less often while the wishes follow from its own answers. */
class Refresher {
  readonly #run: () => Promise<void>
  #timer: ReturnType<typeof setTimeout> | undefined
  #waitMs = refreshAfterMs
  #isRunning = false

  constructor(run: () => Promise<void>) {
    this.#run = run
  }

  want(): void {
    if (this.#isRunning) this.#waitMs = Math.min(this.#waitMs * 2, refreshMaxMs)
    else if (this.#timer === undefined) this.#waitMs = refreshAfterMs
    this.#timer ??= setTimeout(() => void this.#refresh(), this.#waitMs)
  }

  end(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => undefined, 0)
  }

  async #refresh(): Promise<void> {
    this.#timer = undefined
    this.#isRunning = true
    await this.#run()
    this.#isRunning = false
  }
}

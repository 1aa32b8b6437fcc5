// The registry's public channel: what we say in it, and what others said. Invariants: an own message is kept first and
// said in order, the same again after a crash or a lost answer; the mark rises only together with the rows below it, and
// the registry hears of it after that commit. docs/protocol/peer.md, "Channel".

import { fail, fromHex, type MonotonicMs, ok, type Random, toHex, type WallMs } from '../../base/index.ts'
import { type AccountName, type ChannelRow, foldName, type RegistryPush } from '../../protocol/index.ts'
import type { Answer } from './account-desk.ts'
import type { Journal } from './journal.ts'
import { readText } from './message-text.ts'
import type { MessageId, PeerEvent, Reason } from './peer-event.ts'
import type { PeerLimits } from './peer-limits.ts'
import type { PeerChange, PeerState, PeerStore } from './peer-store.ts'
import type { RegistrySession } from './registry-session.ts'
import type { AnswerTo } from './request-table.ts'
import type { StoredChannelDraft, StoredChannelRow } from './stored-room.ts'

export interface ChannelDeskOptions {
  readonly session: Pick<RegistrySession, 'request' | 'isOnline'>
  readonly store: Pick<PeerStore, 'channelHistory'>
  readonly own: { readonly name: AccountName }
  readonly journal: Journal
  readonly random: Random
  readonly wallMs: () => WallMs
  readonly limits: PeerLimits
  /** Whether we do not want to hear somebody (folded name). */
  readonly isBlocked: (key: string) => boolean
  readonly emit: (event: PeerEvent) => void
}

export class ChannelDesk {
  readonly #options: ChannelDeskOptions
  readonly #drafts: StoredChannelDraft[]
  /** Drafts whose first commit is under way. */
  #keeping = 0
  #mark: number | undefined
  /** Up to here was said while we were away. */
  #missedTo = 0
  #isSaying = false
  #sayAt: MonotonicMs | undefined
  #isFetching = false
  /** The registry has more than we have. */
  #isBehind = false
  #fetchAt: MonotonicMs | undefined
  /** What the registry has not been told of yet. */
  #heard: number | undefined
  #heardAt: MonotonicMs | undefined
  /** Grows with every session, so that answers of an older one change nothing. */
  #round = 0

  constructor(options: ChannelDeskOptions, state: Pick<PeerState, 'channelMark' | 'channelDrafts'>) {
    this.#options = options
    this.#mark = state.channelMark
    this.#drafts = [...state.channelDrafts]
  }

  /** Keeps a message for everybody. Fails with what a text can be wrong with, and with `tooManyWaiting` {limit}. */
  send(now: MonotonicMs, typed: string, done: Answer<{ readonly id: MessageId }>, givenId?: MessageId): void {
    const { random, journal, limits, wallMs, emit } = this.#options
    const text = readText(typed)
    if (!text.ok) return done(now, text)
    if (this.#drafts.length + this.#keeping >= limits.channelDraftsMax) {
      return done(now, fail({ code: 'tooManyWaiting', details: { limit: limits.channelDraftsMax } }))
    }
    const sentAt = Math.max(0, Math.floor(wallMs()))
    const draft = { id: givenId ?? toHex(random.bytes(16)), text: text.value, sentAt }
    this.#keeping += 1
    journal.commit([{ kind: 'channelDraft', draft }], (later, committed) => {
      this.#keeping -= 1
      if (!committed.ok) {
        const { code, detail } = committed.error
        return done(later, fail({ code, details: { detail } }))
      }
      this.#drafts.push(draft)
      emit({ type: 'channelSent', id: draft.id, text: draft.text, at: sentAt })
      done(later, ok({ id: draft.id }))
      this.#say(later)
    })
  }

  /** The last messages of the channel, oldest first. */
  history(_now: MonotonicMs, limit: number, done: Answer<readonly StoredChannelRow[]>): void {
    this.#options.store.channelHistory({ limit }, (later, rows) => {
      if (rows.ok) return done(later, rows)
      const { code, detail } = rows.error
      done(later, fail({ code, details: { detail } }))
    })
  }

  /** Own messages that the registry does not have yet. */
  get draftCount(): number {
    return this.#drafts.length
  }

  /** A session begins; `latest`: the number of the channel's latest message. */
  welcomed(now: MonotonicMs, latest: number): void {
    this.#round += 1
    this.#isSaying = false
    this.#isFetching = false
    this.#isBehind = false
    this.#sayAt = undefined
    this.#fetchAt = undefined
    // What was said before the first login is not for us; and a registry that counts anew has nothing of before.
    if (this.#mark === undefined || this.#mark > latest) this.#setMark(latest)
    // The last word may have been lost with the session before.
    else if (this.#mark > 0) this.#noteHeard(now, this.#mark)
    this.#missedTo = latest
    if (latest > (this.#mark ?? latest)) this.#fetch(now)
    this.#say(now)
  }

  pushed(now: MonotonicMs, { row }: Extract<RegistryPush, { t: 'channel' }>): void {
    const mark = this.#mark
    if (mark === undefined || row.number <= mark) return
    // What is between may be an own message, whose number we have not heard of yet; or one that did not come.
    if (row.number === mark + 1 && !this.#isFetching) return this.#take([row])
    this.#isBehind = true
    this.#fetch(now)
  }

  heard({ entries }: Extract<RegistryPush, { t: 'channelHeard' }>): void {
    for (const { id, names, total } of entries) {
      this.#options.emit({ type: 'channelHeard', id: toHex(id), names: [...names], total })
    }
  }

  handleTimeout(now: MonotonicMs): void {
    if (this.#sayAt !== undefined && this.#sayAt <= now) {
      this.#sayAt = undefined
      this.#say(now)
    }
    if (this.#fetchAt !== undefined && this.#fetchAt <= now) {
      this.#fetchAt = undefined
      this.#fetch(now)
    }
    if (this.#heardAt !== undefined && this.#heardAt <= now) {
      this.#heardAt = undefined
      this.#tellHeard(now)
    }
  }

  pollTimeout(): MonotonicMs | undefined {
    if (!this.#options.session.isOnline) return undefined
    const next = Math.min(this.#sayAt ?? Infinity, this.#fetchAt ?? Infinity, this.#heardAt ?? Infinity)
    return next === Infinity ? undefined : next
  }

  #setMark(number: number): void {
    this.#mark = number
    this.#options.journal.commit([{ kind: 'channelMark', number }])
  }

  /** Says the first draft; one at a time, as a refused one would be overtaken. */
  #say(now: MonotonicMs): void {
    const { session, limits } = this.#options
    const draft = this.#drafts[0]
    if (!draft || this.#isSaying || this.#sayAt !== undefined || !session.isOnline) return
    this.#isSaying = true
    const round = this.#round
    const id = fromHex(draft.id) as Uint8Array
    session.request(now, { t: 'say', id, text: draft.text }, (later, outcome) => {
      if (round !== this.#round) return
      this.#isSaying = false
      if (outcome.kind === 'answer') {
        this.#drafts.shift()
        this.#said(later, draft, outcome.answer)
        return this.#say(later)
      }
      if (outcome.kind === 'error' && outcome.error === 'tooLarge') {
        this.#drafts.shift()
        this.#failed(draft, { code: outcome.error, details: {} })
        return this.#say(later)
      }
      const retryMs = outcome.kind === 'error' ? outcome.answer.retryMs : undefined
      this.#sayAt = later + (retryMs ?? limits.depositRetryMs)
    })
  }

  #said(now: MonotonicMs, { id, text }: StoredChannelDraft, { number, at, online }: AnswerTo<'say'>): void {
    const { own, journal, emit } = this.#options
    const row = { number, id, from: own.name, text, at }
    const changes: PeerChange[] = [
      { kind: 'channelRow', row },
      { kind: 'channelDraftErased', id },
    ]
    const rises = number === (this.#mark ?? 0) + 1 && !this.#isFetching
    if (rises) {
      this.#mark = number
      changes.push({ kind: 'channelMark', number })
    }
    journal.commit(changes, (later, committed) => {
      if (!committed.ok) return
      emit({ type: 'channelState', id, state: 'said', online })
      if (rises) this.#noteHeard(later, number)
    })
    if (rises || number <= (this.#mark ?? 0)) return
    this.#isBehind = true
    this.#fetch(now)
  }

  #failed({ id }: StoredChannelDraft, reason: Reason): void {
    const { journal, emit } = this.#options
    journal.commit([{ kind: 'channelDraftErased', id }], (_later, committed) => {
      if (committed.ok) emit({ type: 'channelState', id, state: 'failed', reason })
    })
  }

  /** Fetches what is above the mark. */
  #fetch(now: MonotonicMs): void {
    const { session, limits } = this.#options
    if (this.#isFetching || !session.isOnline || this.#mark === undefined) return
    this.#isFetching = true
    this.#isBehind = false
    const round = this.#round
    session.request(now, { t: 'fetchChannel', after: this.#mark }, (later, outcome) => {
      if (round !== this.#round) return
      this.#isFetching = false
      if (outcome.kind !== 'answer') {
        const retryMs = outcome.kind === 'error' ? outcome.answer.retryMs : undefined
        this.#fetchAt = later + (retryMs ?? limits.depositRetryMs)
        return
      }
      const before = this.#mark ?? 0
      this.#take(outcome.answer.rows)
      const hasRisen = (this.#mark ?? 0) > before
      if ((outcome.answer.more && hasRisen) || this.#isBehind) this.#fetch(later)
    })
  }

  /** Rows with nothing before them that is still to come. */
  #take(told: readonly ChannelRow[]): void {
    const mark = this.#mark ?? 0
    const rows = told.filter((row) => row.number > mark).map(rowOf)
    const number = rows.at(-1)?.number
    if (number === undefined) return
    this.#mark = number
    const changes: PeerChange[] = rows.map((row) => ({ kind: 'channelRow', row }))
    this.#options.journal.commit([...changes, { kind: 'channelMark', number }], (later, committed) => {
      if (!committed.ok) return
      for (const row of rows) this.#show(row)
      this.#noteHeard(later, number)
    })
  }

  #show(entry: StoredChannelRow): void {
    const { own, isBlocked, emit } = this.#options
    const from = entry.from === undefined ? undefined : foldName(entry.from)
    if (from === foldName(own.name) || (from !== undefined && isBlocked(from))) return
    emit({ type: 'channelMessage', entry, missed: entry.number <= this.#missedTo })
  }

  /** The registry may tell the senders that it is on this disk: many at once, as all who are here do. */
  #noteHeard(now: MonotonicMs, upTo: number): void {
    this.#heard = upTo
    this.#heardAt ??= now + this.#options.limits.channelHeardMs
  }

  #tellHeard(now: MonotonicMs): void {
    if (this.#heard === undefined) return
    this.#options.session.request(now, { t: 'heard', upTo: this.#heard }, () => {})
    this.#heard = undefined
  }
}

function rowOf({ number, id, from, at, text }: ChannelRow): StoredChannelRow {
  return { number, id: toHex(id), ...(from !== undefined && { from }), text, at }
}

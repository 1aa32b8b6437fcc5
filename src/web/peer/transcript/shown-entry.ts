// An entry as the page shows it: what the archive says of it, and what events have told since. Kept: a state never goes
// back, whatever comes later or is read from an older page; what one says, the other does not take away.

import type { CopyState, MessageState, PeerEvent, Reason, Road, TranscriptEntry } from '../../../api/index.ts'

/** A member's copy of an own room message, with how long it took where that was measured. */
export interface ShownCopy extends CopyState {
  readonly ms?: number
  readonly why?: Reason
}

/** What events tell of one message beyond what the archive keeps. */
export interface Fact {
  readonly state?: MessageState
  readonly road?: Road
  /** From `send` to this state. */
  readonly ms?: number
  readonly why?: Reason
  readonly number?: number
  readonly copies?: readonly ShownCopy[]
  /** Of the channel: how many were told, and who has it. */
  readonly told?: number
  readonly heard?: { readonly names: readonly string[]; readonly total: number }
}

export interface ShownEntry extends Omit<TranscriptEntry, 'position' | 'copies'> {
  /** The message's id, or the change's number: one entry, one key. */
  readonly key: string
  /** Undefined while only an event told of it. */
  readonly position?: number
  readonly copies?: readonly ShownCopy[]
  readonly ms?: number
  readonly why?: Reason
  readonly told?: number
  readonly heard?: { readonly names: readonly string[]; readonly total: number }
  /** Not confirmed by the peer: on its way to it, or refused. */
  readonly outgoing?: 'sending' | 'refused'
  /** Why it was refused. */
  readonly problem?: unknown
}

const ranks: Readonly<Record<MessageState, number>> = { kept: 0, mailbox: 1, stored: 2, expired: 2, failed: 2 }

/** Whether a state is reached later than another; ends are never left. */
export function isLater(state: MessageState, than: MessageState | undefined): boolean {
  return than === undefined || ranks[state] > ranks[than]
}

/** The key of an entry of the archive. */
export function keyOf(entry: Pick<TranscriptEntry, 'id' | 'number' | 'kind'> & { readonly position?: number }): string {
  return entry.id !== '' ? entry.id : `#${entry.number ?? `at${entry.position}`}`
}

/** An entry of the archive with what events have told of it. */
export function shownEntry(entry: TranscriptEntry, fact: Fact | undefined): ShownEntry {
  return withFact({ ...entry, key: keyOf(entry) }, fact)
}

/** The same entry with what events told of it. */
export function withFact(entry: ShownEntry, fact: Fact | undefined): ShownEntry {
  if (fact === undefined) return entry
  const { number, copies: told, told: online, heard } = fact
  const copies = mergeCopies(entry.copies, told)
  return {
    ...withProgress(entry, fact),
    ...(number !== undefined && { number }),
    ...(copies && { copies }),
    ...(online !== undefined && { told: online }),
    ...(heard && { heard }),
  }
}

/** What is known after `next`, where `before` was known. */
export function mergeFacts(before: Fact | undefined, next: Fact): Fact {
  if (before === undefined) return next
  const { state, road: _nextRoad, ms: _nextMs, why: _nextWhy, ...rest } = next
  const { state: _state, road: _road, ms: _ms, why: _why, ...others } = before
  const isNewer = state !== undefined && isAtLeast(state, before.state)
  const progress = isNewer ? next : before
  const copies = mergeCopies(before.copies, next.copies)
  return {
    ...others,
    ...rest,
    ...(progress.state && { state: progress.state }),
    ...(progress.road && { road: progress.road }),
    ...(progress.ms !== undefined && { ms: progress.ms }),
    ...(progress.why && { why: progress.why }),
    ...(copies && { copies }),
    ...(rest.heard && { heard: mergeHeard(before.heard, rest.heard) }),
  }
}

/** The archive's word of a state that is not later than the event's is older. */
function withProgress(entry: ShownEntry, { state, road, ms, why }: Fact): ShownEntry {
  if (!entry.isOwn || state === undefined || !isAtLeast(state, entry.state)) return entry
  const { reason, ...rest } = entry
  return {
    ...rest,
    state,
    ...(state === entry.state && reason !== undefined && { reason }),
    ...(road && { road }),
    ...(ms !== undefined && { ms }),
    ...(why && { why }),
  }
}

/** The same state once more, which may know more of it, or a later one. */
function isAtLeast(state: MessageState, than: MessageState | undefined): boolean {
  return state === than || isLater(state, than)
}

/** What an event tells of the message with its id; undefined of other events. */
export function factOf(event: PeerEvent): { readonly id: string; readonly fact: Fact } | undefined {
  if (event.type === 'state') return { id: event.id, fact: progressOf(event) }
  if (event.type === 'roomPlaced') {
    const copies = event.members.map((to) => ({ to, state: 'kept' as const }))
    return { id: event.id, fact: { number: event.number, copies } }
  }
  if (event.type === 'roomState') {
    const { to, ...progress } = event
    const fact = progressOf(progress)
    return { id: event.id, fact: to === undefined ? fact : { copies: [{ to, ...fact, state: event.state }] } }
  }
  if (event.type === 'channelState') {
    const { online, reason } = event
    const state = event.state === 'said' ? 'stored' : 'failed'
    const fact: Fact = { state, ...(online !== undefined && { told: online }), ...(reason && { why: reason }) }
    return { id: event.id, fact }
  }
  if (event.type !== 'channelHeard') return undefined
  return { id: event.id, fact: { heard: { names: event.names, total: event.total } } }
}

type Progress = Pick<Extract<PeerEvent, { type: 'state' }>, 'state' | 'road' | 'ms' | 'reason'>

function progressOf({ state, road, ms, reason }: Progress): Fact {
  return { state, ...(road && { road }), ...(ms !== undefined && { ms }), ...(reason && { why: reason }) }
}

function mergeCopies(
  before: readonly ShownCopy[] | undefined,
  next: readonly ShownCopy[] | undefined,
): readonly ShownCopy[] | undefined {
  if (before === undefined || next === undefined) return before ?? next
  const found = new Map(before.map((copy) => [copy.to, copy]))
  for (const copy of next) {
    const known = found.get(copy.to)
    if (known === undefined || !isLater(known.state, copy.state))
      found.set(copy.to, known ? betterCopy(known, copy) : copy)
  }
  return [...found.values()]
}

function betterCopy(known: ShownCopy, next: ShownCopy): ShownCopy {
  if (isLater(next.state, known.state)) return next
  if (next.state !== known.state) return known
  return { ...known, ...next }
}

function mergeHeard(before: Fact['heard'], next: NonNullable<Fact['heard']>): NonNullable<Fact['heard']> {
  const names = [...new Set([...(before?.names ?? []), ...next.names])]
  return { names: names.slice(0, heardNamesMax), total: Math.max(before?.total ?? 0, next.total) }
}

/** How many who heard an own message for everybody are kept by name. */
const heardNamesMax = 100

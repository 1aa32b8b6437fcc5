// How far an own message came, as an icon, a word and a sentence. Kept: the word alone says it; nothing depends on colour
// or on the icon; what is not known is not said.

import type { ConversationKey, MessageState, Reason, Road } from '../../../api/index.ts'
import { unreachable } from '../../../base/index.ts'
import { reasonWords } from '../words/index.ts'
import { duration } from './moment.ts'
import type { ShownCopy, ShownEntry } from './shown-entry.ts'

/** What a mark looks like; the page draws an icon for each. */
export type MarkKind = 'sending' | 'kept' | 'mailbox' | 'stored' | 'expired' | 'failed'

export interface Mark {
  readonly kind: MarkKind
  /** `stored`, `stored by 3 of 4`, `said, heard by 12`. */
  readonly word: string
  /** The sentence of the tooltip. */
  readonly hint: string
  /** Each member's copy, where there are several. */
  readonly list?: readonly { readonly name: string; readonly kind: MarkKind; readonly word: string }[]
  /** It will not get there by itself: the page offers to send it again. */
  readonly isLost: boolean
}

/** The mark of an own message; undefined of all else. */
export function markOf(entry: ShownEntry, key: ConversationKey): Mark | undefined {
  if (!entry.isOwn || entry.kind !== 'message') return undefined
  if (entry.outgoing === 'sending') {
    const hint = 'On its way to your own peer. It is repeated until it is there, and never sent twice.'
    return { kind: 'sending', word: 'sending', hint, isLost: false }
  }
  if (entry.outgoing === 'refused') {
    return { kind: 'failed', word: 'not sent', hint: 'Your peer did not take it; nothing was sent.', isLost: true }
  }
  if (key.kind === 'channel') return channelMark(entry)
  if (key.kind === 'room') return roomMark(entry)
  return personMark(entry, key.name)
}

/** `direct, 3 ms`; `over the mailbox`. */
export function roadWords(road: Road | undefined, ms: number | undefined): string {
  const way = road === undefined ? '' : road === 'direct' ? 'direct' : 'through the mailbox'
  return [way, ms === undefined ? '' : duration(ms)].filter((part) => part !== '').join(', ')
}

function personMark(entry: ShownEntry, name: string): Mark | undefined {
  const { state } = entry
  // Of what was brought from another place nothing is known.
  if (state === undefined) return undefined
  const cause = whyOf(entry, name)
  const way = roadWords(entry.road, entry.ms)
  switch (state) {
    case 'kept':
      return plain('kept', 'kept', join(`On your disk; Parley keeps trying to reach ${name}.`, cause))
    case 'mailbox':
      return plain(
        'mailbox',
        'in the mailbox',
        `Sealed in ${name}'s mailbox at the registry; ${name} gets it at the next login.`,
      )
    case 'stored':
      return plain('stored', 'stored', `On ${name}'s disk${way === '' ? '' : `: ${way}`}.`)
    case 'expired':
      return lost('expired', 'expired', join(`${name} never collected it; the mailbox let it go.`, cause))
    case 'failed':
      return lost('failed', 'not sent', cause === '' ? `It could not be delivered to ${name}.` : cause)
    default:
      return unreachable(state)
  }
}

/** The state of the whole: the least that holds for all copies. */
function roomState(entry: ShownEntry): MessageState {
  const states = (entry.copies ?? []).map(({ state }) => state)
  if (entry.state === 'failed' && states.length === 0) return 'failed'
  if (states.length === 0) return entry.number === undefined ? (entry.state ?? 'kept') : 'stored'
  if (states.includes('kept')) return 'kept'
  if (states.includes('mailbox')) return 'mailbox'
  return states.every((state) => state === 'failed' || state === 'expired') ? 'failed' : 'stored'
}

function roomMark(entry: ShownEntry): Mark | undefined {
  const copies = entry.copies ?? []
  if (entry.state === undefined && entry.number === undefined) return undefined
  const state = roomState(entry)
  const list = copies.map((copy) => ({ name: copy.to, kind: copy.state, word: copyWord(copy) }))
  const cause = whyOf(entry)
  if (copies.length === 0) {
    if (state === 'failed' || state === 'expired')
      return lost('failed', 'not sent', cause === '' ? 'It could not be sent.' : cause)
    if (entry.number === undefined) {
      return plain('kept', 'kept', join('On your disk; Parley keeps trying to give it its place in the room.', cause))
    }
    return plain('stored', 'in the room', 'Nobody else was in the room.')
  }
  const stored = copies.filter((copy) => copy.state === 'stored').length
  const word = stored === copies.length && copies.length === 1 ? 'stored' : `stored by ${stored} of ${copies.length}`
  const sentence = list.map(({ name, word: what }) => `${name}: ${what}`).join('; ')
  const some = copies.some((copy) => copy.state === 'failed' || copy.state === 'expired')
  return {
    kind: state === 'expired' ? 'failed' : state,
    word: some ? `${word}, ${copies.length - stored - waiting(copies)} not sent` : word,
    hint: `${sentence}.`,
    list,
    isLost: state === 'failed',
  }
}

function waiting(copies: readonly ShownCopy[]): number {
  return copies.filter(({ state }) => state === 'kept' || state === 'mailbox').length
}

function copyWord({ state, road, ms }: ShownCopy): string {
  const way = roadWords(road, ms)
  switch (state) {
    case 'kept':
      return 'kept here'
    case 'mailbox':
      return 'in the mailbox'
    case 'stored':
      return way === '' ? 'stored' : `stored (${way})`
    case 'expired':
      return 'expired'
    case 'failed':
      return 'not sent'
    default:
      return unreachable(state)
  }
}

function channelMark(entry: ShownEntry): Mark {
  const cause = whyOf(entry)
  if (entry.state === 'failed' || entry.state === 'expired') {
    return lost('failed', 'not sent', cause === '' ? 'The registry did not take it.' : cause)
  }
  const isSaid = entry.number !== undefined || entry.state !== 'kept' || entry.heard !== undefined
  if (!isSaid) return plain('kept', 'kept', join('On your disk; it is said as soon as the registry answers.', cause))
  const told = entry.told === undefined ? '' : ` Told to ${entry.told} who ${entry.told === 1 ? 'is' : 'are'} on line.`
  if (entry.heard === undefined || entry.heard.total === 0) {
    return plain('mailbox', 'said', `The registry has it, and can read it.${told}`)
  }
  const { names, total } = entry.heard
  const who = names.length === total && total <= 8 ? names.join(', ') : `${total} people`
  return plain('stored', `heard by ${total}`, `On the disk of ${who}.${told}`)
}

function plain(kind: MarkKind, word: string, hint: string): Mark {
  return { kind, word, hint, isLost: false }
}

function lost(kind: MarkKind, word: string, hint: string): Mark {
  return { kind, word, hint, isLost: true }
}

/** Why it waits or will not go; empty where nothing is known. */
function whyOf({ why, reason }: ShownEntry, name?: string): string {
  const details = name === undefined ? {} : { name }
  const known: Reason | undefined = why ?? (reason === undefined ? undefined : { code: reason, details })
  return known === undefined ? '' : reasonWords(known).text
}

function join(sentence: string, more: string): string {
  return more === '' ? sentence : `${sentence} ${more}`
}

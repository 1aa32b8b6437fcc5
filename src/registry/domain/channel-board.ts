// Tells everybody what is said in the public channel, and those who said it who has it by now. A message is encoded once,
// however many hear it; who heard is gathered for a moment. Invariants: a message is told only after it was committed, in
// the order of the numbers; nobody is counted twice for one message, nor for an own one.
// docs/protocol/registry.md, "Channel".

import { encodeUtf8, fail, type MonotonicMs, ok, type Result } from '../../base/index.ts'
import {
  type AccountName,
  type ChannelRow,
  encodeRegistryMessage,
  foldName,
  pageEntriesMax,
  type RegistryPush,
  textBytesMax,
} from '../../protocol/index.ts'
import type { ChannelHead, Heard, Said, Saying } from './channel-store.ts'
import type { HandlerContext } from './handlers/handler-context.ts'
import type { SessionTable } from './session-table.ts'
import type { SessionAccount } from './session.ts'
import type { StoreFailure } from './store.ts'

type HeardEntry = Extract<RegistryPush, { t: 'channelHeard' }>['entries'][number]
export type SayProblem = { readonly code: 'empty' | 'tooLarge' } | StoreFailure
/** What became of a message of the console: its number, and how many accounts are told now. */
export type SayDone = (now: MonotonicMs, outcome: Result<{ number: number; online: number }, SayProblem>) => void

interface Message {
  readonly id: Uint8Array
  /** Folded; undefined where the console spoke. */
  readonly from: string | undefined
  /** Accounts that were told at once. */
  readonly online: number
  heardBy: number
  /** Who heard it since its sender was told last. */
  heardNow: AccountName[]
}

/** A name takes at most 34 bytes, an entry without names some 50: so a push stays within a message of the protocol. */
const namesPerPushMax = 1_500

export class ChannelBoard {
  readonly #context: HandlerContext
  readonly #sessions: SessionTable
  /** The latest, by ascending number. */
  readonly #messages = new Map<number, Message>()
  #pending = new Set<number>()
  #flushAt: MonotonicMs | undefined

  constructor(context: HandlerContext, sessions: SessionTable) {
    this.#context = context
    this.#sessions = sessions
    context.store.channelHeads(context.limits.channelHeardMax, (_now, heads) => {
      if (!heads.ok) return context.noteFailure(heads.error)
      for (const head of heads.value) this.#learn(head)
    })
  }

  /** A new message is committed: tells all but its sender. How many accounts it was told to. */
  tell(now: MonotonicMs, { sender, id, text, at }: Saying, { number }: Said): number {
    const row: ChannelRow = { number, id, ...(sender && { from: sender }), at, text }
    const from = sender && foldName(sender)
    const bytes = encodeRegistryMessage({ t: 'channel', row })
    const told = new Set<string>()
    for (const session of this.#sessions.all()) {
      const { account } = session
      if (!account || account.key === from) continue
      told.add(account.key)
      this.#context.sendBytes(now, session, bytes)
    }
    this.#remember(number, { id, from, online: told.size, heardBy: 0, heardNow: [] })
    this.#context.events.add({ type: 'channel', from: sender, text })
    return told.size
  }

  /** How many accounts were told of a message when it was new; 0 where that is forgotten. */
  onlineThen(number: number): number {
    return this.#messages.get(number)?.online ?? 0
  }

  /** The account has these messages on its disk now. */
  noteHeard(now: MonotonicMs, account: SessionAccount, { after, upTo }: Heard): void {
    const [first = upTo + 1] = this.#messages.keys()
    for (let number = Math.max(after + 1, first); number <= upTo; number++) {
      const message = this.#messages.get(number)
      if (!message || message.from === account.key) continue
      message.heardBy += 1
      if (message.from === undefined) continue
      // Beyond so many at a time the number tells enough.
      if (message.heardNow.length < pageEntriesMax) message.heardNow.push(account.name)
      this.#pending.add(number)
    }
    if (this.#pending.size > 0) this.#flushAt ??= now + this.#gatherMs()
  }

  /** The registry itself speaks. `done` is called in any case. */
  sayAsRegistry(now: MonotonicMs, text: string, done: SayDone): void {
    const problem = sayProblem(text)
    if (problem) return done(now, fail({ code: problem }))
    const saying = sayingOf(this.#context, undefined, this.#context.random.bytes(16), text)
    this.#context.store.say(saying, (committed, said) => {
      if (said.ok)
        return done(committed, ok({ number: said.value.number, online: this.tell(committed, saying, said.value) }))
      this.#context.noteFailure(said.error)
      done(committed, said)
    })
  }

  pollTimeout(): MonotonicMs | undefined {
    return this.#flushAt
  }

  handleTimeout(now: MonotonicMs): void {
    if (this.#flushAt === undefined || this.#flushAt > now) return
    const entries = this.#takeEntries()
    if (this.#context.isDraining) return
    for (const [sender, heard] of entries) {
      if (this.#context.sessionsOf(sender).length === 0) continue
      for (const page of pagesOf(heard)) this.#context.pushToAccount(now, sender, { t: 'channelHeard', entries: page })
    }
  }

  /** What the senders are to be told, by sender; from here on it counts as told. */
  #takeEntries(): Map<string, HeardEntry[]> {
    const entries = new Map<string, HeardEntry[]>()
    for (const number of this.#pending) {
      const message = this.#messages.get(number)
      if (message?.from === undefined) continue
      const { id, from, heardNow, heardBy } = message
      message.heardNow = []
      const entry = { id, number, names: heardNow, total: heardBy }
      const known = entries.get(from)
      if (known) known.push(entry)
      else entries.set(from, [entry])
    }
    this.#pending = new Set()
    this.#flushAt = undefined
    return entries
  }

  #gatherMs(): number {
    const { limits, presence } = this.#context
    // The more there are to hear, the more pushes one message makes: the work per second stays level, as with presence.
    const ms = limits.channelGatherMs + limits.presenceGatherPerSessionMs * presence.onlineCount
    return Math.min(ms, limits.presenceGatherMaxMs)
  }

  #learn({ number, id, from, heardBy }: ChannelHead): void {
    this.#remember(number, { id, from: from && foldName(from), online: 0, heardBy, heardNow: [] })
  }

  #remember(number: number, message: Message): void {
    this.#messages.set(number, message)
    const [oldest] = this.#messages.keys()
    if (oldest !== undefined && this.#messages.size > this.#context.limits.channelHeardMax)
      this.#messages.delete(oldest)
  }
}

/** Why a text may not be said, or undefined where it may. */
export function sayProblem(text: string): 'empty' | 'tooLarge' | undefined {
  if (text === '') return 'empty'
  // A UTF-16 unit is at most three bytes: only longer texts need counting.
  return text.length * 3 > textBytesMax && encodeUtf8(text).length > textBytesMax ? 'tooLarge' : undefined
}

export function sayingOf(
  context: HandlerContext,
  sender: AccountName | undefined,
  id: Uint8Array,
  text: string,
): Saying {
  const { policy, limits } = context
  return {
    sender,
    id,
    text,
    at: context.wallMs(),
    messagesMax: policy.channelMessagesMax,
    rememberedMax: limits.channelRememberedMax,
  }
}

function pagesOf(entries: readonly HeardEntry[]): HeardEntry[][] {
  const pages: HeardEntry[][] = []
  let page: HeardEntry[] = []
  let names = 0
  for (const entry of entries) {
    names += entry.names.length
    if (page.length > 0 && (page.length >= pageEntriesMax || names > namesPerPushMax)) {
      pages.push(page)
      page = []
      names = entry.names.length
    }
    page.push(entry)
  }
  return page.length > 0 ? [...pages, page] : pages
}

// What happened while no peer was at hand, as the events that would have told it: read from the archive and the status of
// the peer that came after. Invariant: what was told is not told again, and no state goes back.

import type { ConversationKey, JourneyStep, TranscriptEntry } from './archive-api.ts'
import type { MessageState, PeerApi, PeerEvent, Reason } from './peer-api.ts'
import type { Room } from './room-api.ts'

/** Of those told last: for more than this, what is shown must be read anew. */
const rememberedMax = 5_000
/** Own messages whose way is looked up. */
const journeysMax = 500
/** Conversations in a row without anything new, after which no more are read. */
const quietMax = 16
/** Entries of a conversation that are told; who missed more reads the transcript. */
const entriesMax = 2_000
const pageEntries = 200

const rank: Readonly<Record<MessageState, number>> = { kept: 0, mailbox: 1, stored: 2, expired: 2, failed: 2 }

interface OwnMessage {
  readonly id: string
  readonly to?: string
  readonly room?: number
  /** By recipient; the empty name for the message as a whole. */
  readonly states: Map<string, MessageState>
}

export class MissedEvents {
  readonly #told = new Set<string>()
  readonly #own = new Map<string, OwnMessage>()
  readonly #askers = new Set<string>()
  #session: string | undefined

  /** An event that listeners were told. */
  note(event: PeerEvent): void {
    const key = keyOf(event)
    if (key !== undefined) remember(this.#told, key)
    if (event.type === 'account') this.#forget()
    else if (event.type === 'sent' || event.type === 'roomSent') this.#begin(ownMessage(event))
    else if (event.type === 'state') this.#step(event.id, '', event.state)
    else if (event.type === 'roomState') this.#step(event.id, event.to ?? '', event.state)
    else if (event.type === 'chatRequest') this.#askers.add(event.from)
    else if (event.type === 'chatRequestOver') this.#askers.delete(event.from)
    else if (event.type === 'chatOpened' || event.type === 'chatClosed') {
      this.#session = event.type === 'chatOpened' ? event.name : undefined
      this.#askers.delete(event.name)
    }
  }

  /** Whether this very event was told already. */
  isTold(event: PeerEvent): boolean {
    const key = keyOf(event)
    return key !== undefined && this.#told.has(key)
  }

  /** In the order in which listeners should hear them; none that was told. `wallMs`: since when some may be missing. */
  async since(peer: PeerApi, wallMs: number): Promise<readonly PeerEvent[]> {
    const [rows, rooms, status] = await Promise.all([peer.conversations(), peer.rooms(), peer.status()])
    const own = new Map([...this.#own].slice(-journeysMax))
    const events: PeerEvent[] = []
    // The latest come first, so that after many without anything new there is none.
    let quiet = 0
    for (const { key } of rows) {
      const entries = await entriesSince(peer, key, wallMs)
      const missed = entries.flatMap((entry) => eventsOf(key, entry, rooms)).filter((event) => !this.isTold(event))
      events.push(...missed)
      quiet = entries.length > 0 ? 0 : quiet + 1
      if (quiet >= quietMax) break
    }
    for (const event of events) {
      // Another face sent it meanwhile; its way was told to nobody here.
      if (event.type === 'sent' || event.type === 'roomSent') own.set(event.id, ownMessage(event))
    }
    for (const message of own.values()) events.push(...(await this.#journeyOf(peer, message)))
    for (const from of status.requests) if (!this.#askers.has(from)) events.push({ type: 'chatRequest', from })
    for (const from of this.#askers) {
      if (!status.requests.includes(from)) events.push({ type: 'chatRequestOver', from, outcome: 'withdrawn' })
    }
    if (this.#session !== undefined && status.session !== this.#session) {
      events.push({ type: 'chatClosed', name: this.#session, by: 'absence' })
    }
    const clients = await peer.clients()
    // The table may be another one by now; who shows it asks for it.
    if (clients.length > 0) events.push({ type: 'directory', count: clients.length })
    return events
  }

  /** What another account had has nothing to do with this one. */
  #forget(): void {
    this.#own.clear()
    this.#askers.clear()
    this.#session = undefined
  }

  #begin(message: OwnMessage): void {
    this.#own.set(message.id, message)
    if (this.#own.size > rememberedMax) this.#own.delete(this.#own.keys().next().value as string)
  }

  #step(id: string, to: string, state: MessageState): void {
    const message = this.#own.get(id)
    message?.states.set(to, state)
    // A room's message has as many ends as it has members.
    if (message?.room === undefined && rank[state] === 2) this.#own.delete(id)
  }

  async #journeyOf(peer: PeerApi, message: OwnMessage): Promise<PeerEvent[]> {
    let steps: readonly JourneyStep[]
    try {
      steps = await peer.journey(message.id)
    } catch (error) {
      // A send that the former peer never kept is made again by its caller, and has no way yet.
      if (error instanceof Error && 'code' in error && error.code === 'unknownMessage') return []
      throw error
    }
    return steps.flatMap(({ step, to = '', road, reason }): PeerEvent[] => {
      const known = message.states.get(message.room === undefined ? '' : to)
      if (step === 'received' || step === 'kept' || (known !== undefined && rank[step] <= rank[known])) return []
      const end = { state: step, ...(road && { road }), ...(reason !== undefined && { reason: reasonOf(reason) }) }
      const { id, room } = message
      if (room !== undefined) return [{ type: 'roomState', room, id, ...(to !== '' && { to }), ...end }]
      return [{ type: 'state', id, to: message.to ?? to, ...end }]
    })
  }
}

/** The last entries of a conversation, back to the first that is older than `wallMs`; oldest first. */
async function entriesSince(peer: PeerApi, key: ConversationKey, wallMs: number): Promise<TranscriptEntry[]> {
  const found: TranscriptEntry[] = []
  let before: number | undefined
  while (found.length < entriesMax) {
    const page = await peer.transcript({ key, count: pageEntries, ...(before !== undefined && { before }) })
    const fresh = page.entries.filter(({ receivedAt, sentAt }) => (receivedAt ?? sentAt) >= wallMs)
    found.unshift(...fresh)
    before = page.entries[0]?.position
    if (fresh.length < page.entries.length || !page.hasBefore || before === undefined) break
  }
  return found
}

function ownMessage(event: Extract<PeerEvent, { type: 'sent' | 'roomSent' }>): OwnMessage {
  const { id } = event
  const states = new Map<string, MessageState>([['', 'kept']])
  return event.type === 'sent' ? { id, to: event.to, states } : { id, room: event.room, states }
}

/** The same for the same message, whoever tells it; undefined where an event may well come twice. */
function keyOf(event: PeerEvent): string | undefined {
  if (event.type === 'message') return `message ${event.from.toLowerCase()} ${event.id}`
  if (event.type === 'roomMessage') return `room ${event.room} ${event.number}`
  if (event.type === 'room') return `room ${event.room.room} ${event.entry.number}`
  if (event.type === 'channelMessage') return `channel ${event.entry.number}`
  if (event.type === 'state') return `state ${event.id} ${event.state}`
  if (event.type === 'roomState') return `state ${event.id} ${event.to ?? ''} ${event.state}`
  const isOwn = event.type === 'sent' || event.type === 'roomSent' || event.type === 'channelSent'
  return isOwn ? `own ${event.id}` : undefined
}

function eventsOf(key: ConversationKey, entry: TranscriptEntry, rooms: readonly Room[]): PeerEvent[] {
  const event =
    key.kind === 'person'
      ? personEvent(key.name, entry)
      : key.kind === 'room'
        ? roomEvent(key.room, entry, rooms)
        : channelEvent(entry)
  return event === undefined ? [] : [event]
}

function personEvent(name: string, entry: TranscriptEntry): PeerEvent | undefined {
  const { id, from = name, text = '', sentAt, receivedAt = sentAt, road = 'mailbox', gapBefore, isOwn } = entry
  if (entry.kind !== 'message') return undefined
  if (isOwn) return { type: 'sent', id, to: name, text, at: sentAt }
  const gap = gapBefore === undefined ? {} : { gapBefore }
  return { type: 'message', id, from, conversation: from, text, road, sentAt, receivedAt, ...gap }
}

function roomEvent(number: number, entry: TranscriptEntry, rooms: readonly Room[]): PeerEvent | undefined {
  const { id, from = '', by, text = '', sentAt, receivedAt = sentAt, road = 'mailbox', isOwn } = entry
  if (entry.kind === 'message') {
    if (isOwn) return { type: 'roomSent', room: number, id, text, at: sentAt }
    const place = entry.number ?? entry.position
    return { type: 'roomMessage', room: number, number: place, id, from, text, road, sentAt, receivedAt }
  }
  const room = rooms.find((one) => one.room === number)
  if (room === undefined || entry.number === undefined) return undefined
  const more = { ...(by !== undefined && { by }), ...(entry.text !== undefined && { text }) }
  return { type: 'room', room, entry: { number: entry.number, kind: entry.kind, name: from, ...more, at: sentAt } }
}

function channelEvent({ id, from, text = '', sentAt, isOwn, number, kind }: TranscriptEntry): PeerEvent | undefined {
  if (kind !== 'message') return undefined
  if (isOwn) return { type: 'channelSent', id, text, at: sentAt }
  if (number === undefined) return undefined
  const entry = { number, id, ...(from !== undefined && { from }), text, at: sentAt }
  return { type: 'channelMessage', entry, missed: true }
}

function reasonOf(code: string): Reason {
  return { code, details: {} }
}

function remember(set: Set<string>, key: string): void {
  set.delete(key)
  set.add(key)
  if (set.size > rememberedMax) set.delete(set.values().next().value as string)
}

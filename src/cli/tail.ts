// `parley tail`: the last messages, and then each new one as it comes. Invariant: every message is told once, also what
// comes while the past is being read, and what the peer tells again because another process took it over.

import type { ConversationKey, PeerApi, PeerEvent, Room } from '../api/index.ts'
import { jsonLine } from '../terminal/index.ts'
import { type CommandDesk, fired, type Outcome } from './command-desk.ts'
import { conversationOf, isSameConversation } from './conversation-word.ts'
import { entryLine, eventsOf, type Saying, sayingOf } from './entry.ts'
import { ensureRoom } from './history.ts'
import { lastEntries } from './transcript-pages.ts'

export interface TailRequest {
  /** NAME, #ROOM or `everyone`; absent: everything. */
  readonly of?: string
  /** How many of the past. */
  readonly lines: number
  readonly isFollowing: boolean
}

/** Ids of messages that were told; the oldest are let go of first. */
const toldMax = 10_000

export async function tail(desk: CommandDesk, { of: word, lines, isFollowing }: TailRequest): Promise<Outcome> {
  const { peer } = desk
  const key = word === undefined ? undefined : await conversationOf(peer, word)
  if (key?.kind === 'room') await ensureRoom(desk, key.room)
  const log = new TailLog(desk, key)
  const stop = isFollowing ? peer.subscribe((event) => log.hear(event)) : (): void => undefined
  try {
    await log.tellPast(lines)
    if (isFollowing) await fired(AbortSignal.any([desk.signal, desk.results.closed]))
  } finally {
    stop()
  }
  return undefined
}

class TailLog {
  readonly #desk: CommandDesk
  readonly #key: ConversationKey | undefined
  readonly #told = new Set<string>()
  /** What came while the past is being read. */
  #held: PeerEvent[] | undefined = []

  constructor(desk: CommandDesk, key: ConversationKey | undefined) {
    this.#desk = desk
    this.#key = key
  }

  /** The last `count`; then whatever came meanwhile. */
  async tellPast(count: number): Promise<void> {
    try {
      const { peer, results } = this.#desk
      const rooms = new Map((await peer.rooms()).map((room) => [room.room, room]))
      for (const saying of await lastSayings(peer, this.#key, count)) {
        this.#tell(saying, eventsOf(saying, roomOf(saying, rooms)))
        await results.drained()
      }
    } finally {
      const held = this.#held ?? []
      this.#held = undefined
      for (const event of held) this.hear(event)
    }
  }

  hear(event: PeerEvent): void {
    if (this.#held !== undefined) {
      this.#held.push(event)
      return
    }
    const saying = sayingOf(event, this.#desk.peer.name)
    if (saying !== undefined) this.#tell(saying, [event])
    else if (this.#isWanted(event)) this.#write([event])
  }

  #tell(saying: Saying, events: readonly PeerEvent[]): void {
    if (this.#key !== undefined && !isSameConversation(saying.key, this.#key)) return
    const { id } = saying.entry
    if (id !== '') {
      if (this.#told.has(id)) return
      this.#told.add(id)
      if (this.#told.size > toldMax) this.#told.delete(this.#told.keys().next().value as string)
    }
    const { results, nowMs } = this.#desk
    if (results.form === 'json') this.#write(events)
    else results.line(entryLine(saying, nowMs(), this.#key === undefined))
  }

  /** States of what was told: for programs only. */
  #isWanted(event: PeerEvent): boolean {
    return 'id' in event && typeof event.id === 'string' && this.#told.has(event.id)
  }

  #write(events: readonly PeerEvent[]): void {
    const { results } = this.#desk
    if (results.form !== 'json') return
    for (const event of events) {
      const line = jsonLine(event as Parameters<typeof jsonLine>[0])
      if (line !== undefined) results.line(line)
    }
  }
}

/** The last of one conversation, or of all: those can only be in as many conversations as are asked for. */
async function lastSayings(peer: PeerApi, key: ConversationKey | undefined, count: number): Promise<readonly Saying[]> {
  if (count <= 0) return []
  if (key !== undefined) return (await lastEntries(peer, key, count)).map((entry) => ({ key, entry }))
  const rows = (await peer.conversations())
    .filter(({ latest }) => latest !== undefined)
    .toSorted((a, b) => (b.latest?.at ?? 0) - (a.latest?.at ?? 0))
    .slice(0, count)
  const found: Saying[] = []
  for (const row of rows) {
    for (const entry of await lastEntries(peer, row.key, count)) found.push({ key: row.key, entry })
  }
  const sorted = found.toSorted((a, b) => a.entry.sentAt - b.entry.sentAt)
  return sorted.slice(-count)
}

function roomOf({ key }: Saying, rooms: ReadonlyMap<number, Room>): Room | undefined {
  return key.kind === 'room' ? rooms.get(key.room) : undefined
}

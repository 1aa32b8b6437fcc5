// The whole of a conversation out of what lies on a disk in memory, made anew each time.

import { foldName } from '../../src/protocol/index.ts'
import { draftPositionMin, positionOf, worstOf } from '../../src/peer/domain/archive.ts'
import type {
  ImportedRow,
  RoomKey,
  StoredChannelDraft,
  StoredChannelRow,
  StoredRoom,
  StoredRoomDraft,
  StoredRoomEntry,
  TalkCopy,
  TalkEntry,
  TalkKey,
} from '../../src/peer/domain/index.ts'

/** A message as it lies on the disk, with one person or a copy of a room's. */
export interface ShelvedMessage {
  readonly row: number
  readonly id: string
  readonly isOwn: boolean
  /** The other person. */
  readonly name: string
  readonly text: string
  readonly sentAt: number
  readonly receivedAt?: number
  readonly road?: 'direct' | 'mailbox'
  readonly state?: TalkCopy['state']
  readonly reason?: string
  readonly gapBefore?: number
  readonly mailboxAt?: number
  readonly settledAt?: number
  readonly room?: { readonly key: RoomKey; readonly number: number; readonly id: string }
}

export interface ShelvedEntry extends StoredRoomEntry {
  readonly row: number
  readonly room: RoomKey
}

/** What the shelf reads. All lists are in the order of their rows. */
export interface ArchiveGround {
  messages(): readonly ShelvedMessage[]
  rooms(): readonly StoredRoom[]
  entries(): readonly ShelvedEntry[]
  roomDrafts(): readonly (StoredRoomDraft & { readonly row: number })[]
  channel(): readonly (StoredChannelRow & { readonly row: number })[]
  channelDrafts(): readonly (StoredChannelDraft & { readonly row: number })[]
  isBlocked(folded: string): boolean
  addMessage(row: ImportedRow): void
  addEntry(room: RoomKey, entry: Omit<StoredRoomEntry, 'number'>): void
  addChannelRow(row: Omit<StoredChannelRow, 'number'>): void
}

/** An entry with the row by which a search counts. */
export interface Line extends TalkEntry {
  readonly row: number
}

export class ArchiveLines {
  readonly #ground: ArchiveGround

  constructor(ground: ArchiveGround) {
    this.#ground = ground
  }

  /** The whole of a conversation, oldest first. */
  of(key: TalkKey, own: string): Line[] {
    if (key.kind === 'person') return this.#person(foldName(key.name), own)
    return key.kind === 'room' ? this.#room(key.room, own) : this.#channel(own)
  }

  #person(folded: string, own: string): Line[] {
    const talk = this.#ground.messages().filter((message) => !message.room && foldName(message.name) === folded)
    return talk.map(({ row, id, isOwn, name, text, sentAt, receivedAt, road, state, reason, gapBefore = 0 }) => {
      const known = road ?? (state === 'mailbox' ? 'mailbox' : undefined)
      return {
        row,
        position: row,
        kind: 'message',
        id,
        from: isOwn ? own : name,
        isOwn,
        text,
        sentAt,
        ...(receivedAt !== undefined && { receivedAt }),
        ...(known && { road: known }),
        ...(state && { state }),
        ...(reason !== undefined && { reason }),
        ...(gapBefore > 0 && { gapBefore }),
      }
    })
  }

  #room(room: RoomKey, own: string): Line[] {
    const entries = this.#ground
      .entries()
      .filter((entry) => entry.room === room)
      .toSorted((a, b) => a.number - b.number || order([foldName(a.name), a.id ?? ''], [foldName(b.name), b.id ?? '']))
    const lines = placed(entries, (entry) => entry.number).map(({ position, of }): Line => {
      const { row, kind, name, by, id = '', text, at: sentAt, number } = of
      const isOwn = foldName(name) === foldName(own)
      const facts = kind === 'message' ? this.#facts(of, isOwn) : {}
      const fixed = { row, position, kind, id, from: name, ...(by && { by }), isOwn, sentAt }
      return { ...fixed, ...(text !== undefined && { text }), ...facts, ...(number > 0 && { number }) }
    })
    return [
      ...lines,
      ...draftLines(
        this.#ground.roomDrafts().filter((draft) => draft.room === room),
        own,
      ),
    ]
  }

  #facts({ room, id, name, number }: ShelvedEntry, isOwn: boolean): Partial<TalkEntry> {
    const copies = this.#ground.messages().filter((message) => message.room?.id === id && message.room?.key === room)
    if (!isOwn) {
      const copy = copies.find(
        (each) => !each.isOwn && foldName(each.name) === foldName(name) && each.room?.number === number,
      )
      return copy?.receivedAt !== undefined && copy.road ? { receivedAt: copy.receivedAt, road: copy.road } : {}
    }
    const own = copies.filter((copy) => copy.isOwn && copy.state)
    const states = own
      .map(({ name: to, state = 'kept', road }): TalkCopy => {
        const known = road ?? (state === 'mailbox' ? 'mailbox' : undefined)
        return { to, state, ...(known && { road: known }) }
      })
      .toSorted((a, b) => (a.to < b.to ? -1 : 1))
    const worst = worstOf(states)
    if (!worst) return {}
    const reason = own.find((copy) => copy.name === worst.to)?.reason
    return { state: worst.state, ...(worst.road && { road: worst.road }), ...(reason && { reason }), copies: states }
  }

  #channel(own: string): Line[] {
    const rows = this.#ground.channel().toSorted((a, b) => a.at - b.at || order([a.number, a.id], [b.number, b.id]))
    const lines = placed(rows, (row) => row.at).map(({ position, of }): Line => {
      const { row, id, from, text, at: sentAt, number } = of
      const isOwn = from !== undefined && foldName(from) === foldName(own)
      const fixed = { row, position, kind: 'message', id, ...(from && { from }), isOwn, text, sentAt } as const
      return { ...fixed, ...(number > 0 && { number }) }
    })
    return [...lines, ...draftLines(this.#ground.channelDrafts(), own)]
  }
}

function draftLines(drafts: readonly (StoredChannelDraft & { readonly row: number })[], own: string): Line[] {
  return drafts.map(({ row, id, text, sentAt }) => {
    const position = draftPositionMin + row
    return { row, position, kind: 'message', id, from: own, isOwn: true, text, sentAt, state: 'kept' }
  })
}

function placed<T>(items: readonly T[], slotOf: (item: T) => number): { position: number; of: T }[] {
  const ranks = new Map<number, number>()
  return items.map((of) => {
    const slot = Math.min(slotOf(of), 2 ** 42 - 1)
    const rank = ranks.get(slot) ?? 0
    ranks.set(slot, rank + 1)
    return { position: positionOf(slot, rank), of }
  })
}
/** When it came to be known here. */
export function timeOf({ receivedAt, sentAt }: TalkEntry): number {
  return receivedAt ?? sentAt
}

function order(a: readonly (number | string)[], b: readonly (number | string)[]): number {
  for (const [at, left] of a.entries()) {
    const right = b[at] as typeof left
    if (left !== right) return left < right ? -1 : 1
  }
  return 0
}

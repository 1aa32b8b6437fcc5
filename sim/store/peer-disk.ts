// What a peer has on the disk, in memory: every change of the port written as plainly as can be, since the real store is
// compared with it.

import { equalBytes, toHex, unreachable } from '../../src/base/index.ts'
import { foldName } from '../../src/protocol/index.ts'
import type {
  HistoryRow,
  ImportedRow,
  KnownMessage,
  MessageId,
  NewOutgoing,
  PeerChange,
  PeerState,
  Received,
  RoomKey,
  StoredChannelRow,
  StoredContact,
  StoredInbox,
  StoredPrekey,
} from '../../src/peer/domain/index.ts'
import type { ShelvedMessage } from './archive-lines.ts'
import { ArchiveShelf } from './archive-shelf.ts'
import { RoomShelf, rowAt } from './room-shelf.ts'

type Own = { -readonly [K in keyof NewOutgoing]: NewOutgoing[K] } & {
  isOwn: true
  /** None of what was imported without an end. */
  state?: NonNullable<HistoryRow['state']>
  road?: HistoryRow['road']
  reason?: string
  receiptKeys: Uint8Array[]
  unreadable: number
  isNote: boolean
  mailboxAt?: number
  settledAt?: number
}
type Other = Omit<Received, 'road'> & { isOwn: false; gapBefore: number; road?: Received['road'] }

export class PeerDisk {
  #messages: (Own | Other)[] = []
  #held: Received[] = []
  readonly #nextCounters = new Map<string, number>()
  readonly #contacts = new Map<string, StoredContact>()
  readonly #inboxes = new Map<string, StoredInbox>()
  readonly #prekeys = new Map<number, StoredPrekey>()
  #nextPrekey = 1
  readonly #friends = new Map<string, PeerState['friends'][number]>()
  readonly #addresses = new Map<string, PeerState['addresses'][number]>()
  #login: PeerState['login'] = { hasLoggedIn: false, hasPassword: false }
  readonly #shelf = new RoomShelf()
  /** Of the messages, how many at the front were imported. */
  #imported = 0
  readonly archive = new ArchiveShelf({
    messages: () => this.#messages.map((message, at) => shelvedOf(message, rowAt(at, this.#imported))),
    rooms: () => this.#shelf.ground.rooms,
    entries: () => this.#shelf.ground.entries,
    roomDrafts: () => this.#shelf.ground.roomDrafts,
    channel: () => this.#shelf.ground.channel,
    channelDrafts: () => this.#shelf.ground.channelDrafts,
    isBlocked: (folded) => this.#friends.get(folded)?.isBlocked === true,
    addMessage: (row) => this.#import(row),
    addEntry: (room, entry) => this.#shelf.importEntry(room, entry),
    addChannelRow: (row) => this.#shelf.importRow(row),
  })

  /** A copy of everything, and in `paste` what a machine finds that got a copy of another's disk. */
  copy(): object {
    return structuredClone({
      messages: this.#messages,
      held: this.#held,
      nextPrekey: this.#nextPrekey,
      login: this.#login,
      maps: this.#maps,
      shelf: this.#shelf.copy(),
      imported: this.#imported,
      archive: this.archive.copy(),
    })
  }

  paste(disk: object): void {
    const copy = structuredClone(disk) as ReturnType<PeerDisk['copy']> & {
      messages: (Own | Other)[]
      held: Received[]
      nextPrekey: number
      login: PeerState['login']
      maps: Map<unknown, unknown>[]
      shelf: object
      imported: number
      archive: object
    }
    this.#messages = copy.messages
    this.#held = copy.held
    this.#nextPrekey = copy.nextPrekey
    this.#login = copy.login
    this.#shelf.paste(copy.shelf)
    this.#imported = copy.imported
    this.archive.paste(copy.archive)
    for (const [at, map] of this.#maps.entries()) {
      map.clear()
      for (const [key, value] of copy.maps[at] ?? []) map.set(key, value)
    }
  }

  forgetPrekeys(): void {
    this.#prekeys.clear()
  }

  get held(): readonly Received[] {
    return [...this.#held]
  }

  received(): readonly (Received & { readonly gapBefore: number })[] {
    return this.#messages.filter((message): message is Received & Other => !message.isOwn && message.road !== undefined)
  }

  hasSent(id: MessageId): boolean {
    return this.#own(id) !== undefined
  }

  /** Of a room or the channel. */
  hasDraftOrEntry(id: MessageId): boolean {
    return this.#shelf.has(id)
  }

  /** Everything shown to or sent by this peer, or what of it is said with one person. */
  history(name?: string): readonly HistoryRow[] {
    if (name === undefined) return this.#messages.map(rowOf)
    const key = foldName(name)
    return this.#talk.filter((message) => foldName(otherOf(message)) === key).map(rowOf)
  }

  conversations(): readonly string[] {
    const latest = new Map(this.#talk.map((message) => [foldName(otherOf(message)), otherOf(message)]))
    return [...latest].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, name]) => name)
  }

  get roomEntryCount(): number {
    return this.#shelf.size
  }

  roomKeyOf(number: number): RoomKey | undefined {
    return this.#shelf.keyOf(number)
  }

  roomHistory(room: RoomKey): PeerState['roomChanges'][number]['entry'][] {
    return this.#shelf.entries(room)
  }

  channelHistory(): StoredChannelRow[] {
    return this.#shelf.channel()
  }

  find(query: { device: Uint8Array; counter: number; id: MessageId }): readonly KnownMessage[] {
    return this.#messages
      .filter((message) => !message.isOwn && equalBytes(message.device, query.device))
      .filter((message) => message.counter === query.counter || message.id === query.id)
      .map(({ id, counter, text }) => ({ id, counter, text }))
  }

  state(): PeerState {
    return structuredClone({
      outgoing: this.#messages.flatMap((message) => {
        if (!message.isOwn || (message.state !== 'kept' && message.state !== 'mailbox')) return []
        const { id, to, counter, text, sentAt, state, receiptKeys, unreadable, room } = message
        return [{ id, to, counter, text, sentAt, state, receiptKeys, unreadable, ...(room && { room }) }]
      }),
      nextCounters: [...this.#nextCounters].map(([to, next]) => ({ to, next })),
      contacts: [...this.#contacts.values()],
      inboxes: [...this.#inboxes.values()],
      held: this.#held,
      prekeys: [...this.#prekeys.values()],
      nextPrekey: this.#nextPrekey,
      friends: byKey(this.#friends),
      addresses: byKey(this.#addresses),
      login: this.#login,
      ...this.#shelf.state(),
    })
  }

  /** The ids of received messages that were there already. */
  apply(change: PeerChange): MessageId[] {
    if (change.kind === 'received') return this.#receive(change.message, change.gapBefore)
    this.#write(change)
    return []
  }

  #write(change: Exclude<PeerChange, { kind: 'received' }>): unknown {
    switch (change.kind) {
      case 'outgoing':
      case 'note': {
        const isNote = change.kind === 'note'
        const fresh = { ...change.message, isOwn: true, receiptKeys: [], unreadable: 0, isNote } as const
        if (isNote) {
          const end = { state: 'stored', road: 'direct', settledAt: fresh.sentAt } as const
          return this.#messages.push({ ...fresh, receiptKeys: [], ...end })
        }
        return this.#messages.push({ ...fresh, receiptKeys: [], state: 'kept' })
      }
      case 'nextCounter':
        return this.#nextCounters.set(change.to, change.next)
      case 'renumbered':
        return this.#change(change.id, { counter: change.counter, state: 'kept', receiptKeys: [] })
      case 'sealed':
        return this.#own(change.id)?.receiptKeys.push(change.receiptKey)
      case 'deposited':
        return this.#change(change.id, { state: 'mailbox', mailboxAt: change.at })
      case 'unreadable':
        return this.#change(change.id, { state: 'kept', unreadable: change.times })
      case 'settled': {
        const { state, at: settledAt, road, reason } = change
        const end = { state, settledAt, receiptKeys: [] }
        return this.#change(change.id, { ...end, ...(road && { road }), ...(reason && { reason }) })
      }
      case 'contact':
        return this.#contacts.set(foldName(change.contact.name), change.contact)
      case 'inbox':
        return this.#inboxes.set(toHex(change.inbox.device), change.inbox)
      case 'held':
        return this.#held.push(change.message)
      case 'prekey':
        this.#nextPrekey = Math.max(this.#nextPrekey, change.prekey.id + 1)
        return this.#prekeys.set(change.prekey.id, change.prekey)
      case 'prekeyErased':
        return this.#prekeys.delete(change.id)
      case 'friend': {
        const { name, alias, isFriend, isBlocked } = change.friend
        if (isFriend || isBlocked || alias !== undefined) return this.#friends.set(foldName(name), change.friend)
        return this.#friends.delete(foldName(name))
      }
      case 'address': {
        const { to, address } = change
        return address ? this.#addresses.set(to, { to, address }) : this.#addresses.delete(to)
      }
      case 'login':
        return (this.#login = change.login)
      case 'room':
      case 'roomEntry':
      case 'roomDraft':
      case 'roomDraftErased':
      case 'channelRow':
      case 'channelMark':
      case 'channelDraft':
      case 'channelDraftErased':
        return this.#shelf.write(change)
      default:
        return unreachable(change)
    }
  }

  #receive(message: Received, gapBefore: number): MessageId[] {
    const { device, counter, id, room } = message
    this.#held = this.#held.filter((held) => !equalBytes(held.device, device) || held.counter !== counter)
    const isDoubled = this.#messages.some(
      (known) => !known.isOwn && equalBytes(known.device, device) && (known.counter === counter || known.id === id),
    )
    if (isDoubled) return [id]
    this.#messages.push({ ...message, isOwn: false, gapBefore })
    if (room) {
      const { from: name, text, sentAt: at } = message
      const entry = { number: room.number, kind: 'message', name, id: room.id, text, at } as const
      this.#shelf.write({ kind: 'roomEntry', room: room.key, entry })
    }
    return []
  }

  /** Before all that is here. */
  #import({ key, id, isOwn, text, sentAt, receivedAt = sentAt, road, state }: ImportedRow): void {
    if (key.kind !== 'person') return
    const counter = -this.#imported - 1
    const kept = { id, counter, text, sentAt }
    if (isOwn) {
      const end = { ...(state && { state }), ...(state === 'stored' && road && { road }) }
      this.#messages.unshift({ ...kept, to: key.name, isOwn, receiptKeys: [], unreadable: 0, isNote: false, ...end })
    } else {
      const from = key.name as Received['from']
      const device = new Uint8Array(1)
      this.#messages.unshift({ ...kept, device, from, receivedAt, ...(road && { road }), isOwn, gapBefore: 0 })
    }
    this.#imported += 1
  }

  /** What is in conversations: everything but copies of rooms' messages. */
  get #talk(): (Own | Other)[] {
    return this.#messages.filter((message) => !message.room)
  }

  get #maps(): Map<unknown, unknown>[] {
    const people = [this.#friends, this.#addresses] as Map<unknown, unknown>[]
    return [this.#nextCounters, this.#contacts, this.#inboxes, this.#prekeys, ...people] as Map<unknown, unknown>[]
  }

  #own(id: MessageId): Own | undefined {
    const found = this.#messages.find((message) => message.isOwn && message.id === id)
    return found?.isOwn ? found : undefined
  }

  #change(id: MessageId, fields: Partial<Own>): void {
    const own = this.#own(id)
    if (own) Object.assign(own, fields)
  }
}

function shelvedOf(message: Own | Other, row: number): ShelvedMessage {
  const { mailboxAt, settledAt } = message.isOwn ? message : {}
  const times = { ...(mailboxAt !== undefined && { mailboxAt }), ...(settledAt !== undefined && { settledAt }) }
  return { row, ...rowOf(message), ...times, ...(message.room && { room: message.room }) }
}

function byKey<T>(map: ReadonlyMap<string, T>): T[] {
  return [...map].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value)
}

function otherOf(message: Own | Other): string {
  return message.isOwn ? message.to : message.from
}

function rowOf(message: Own | Other): HistoryRow {
  const { id, isOwn, text, sentAt } = message
  const row = { id, isOwn, name: otherOf(message), text, sentAt }
  if (message.isOwn) {
    const { state, road, reason } = message
    return { ...row, ...(state && { state }), ...(road && { road }), ...(reason && { reason }) }
  }
  const { receivedAt, road, gapBefore } = message
  return { ...row, receivedAt, ...(road && { road }), ...(gapBefore > 0 && { gapBefore }) }
}

// What was said, read from a disk in memory as plainly as can be: every question makes the whole transcript and looks
// through it. The real store is compared with this.

import { foldName } from '../../src/protocol/index.ts'
import { draftPositionMin, marksOf } from '../../src/peer/domain/archive.ts'
import type {
  ImportedRow,
  ReadMark,
  RoadRun,
  TalkKey,
  TalkPage,
  TalkPageQuery,
  TalkStep,
  TalkSummary,
  WordHit,
  WordQuery,
} from '../../src/peer/domain/index.ts'
import { type ArchiveGround, ArchiveLines, type ShelvedMessage, timeOf } from './archive-lines.ts'

interface Mark {
  name: string
  readTo: number
  draft: string
}

export class ArchiveShelf {
  readonly #ground: ArchiveGround
  readonly #lines: ArchiveLines
  #marks = new Map<string, Mark>()

  constructor(ground: ArchiveGround) {
    this.#ground = ground
    this.#lines = new ArchiveLines(ground)
  }

  copy(): object {
    return structuredClone(this.#marks)
  }

  paste(marks: object): void {
    this.#marks = structuredClone(marks) as Map<string, Mark>
  }

  talks({ own }: { own: string }): TalkSummary[] {
    const ground = this.#ground
    const drafted = [...this.#marks].flatMap(([key, { name, draft }]) =>
      key.startsWith('p') && draft !== '' ? [name] : [],
    )
    const talked = ground.messages().flatMap(({ room, name }) => (room ? [] : [name]))
    const people = new Map([...drafted, ...talked].map((name) => [foldName(name), name]))
    const rooms = ground.rooms().filter(({ key, state }) => {
      const hasEntries = ground.entries().some((entry) => entry.room === key)
      return state !== 'left' || hasEntries || (this.#marks.get(`r${key}`)?.draft ?? '') !== ''
    })
    const rows = [
      ...[...people.values()].map((name) => this.#summary({ kind: 'person', name }, name, own)),
      ...rooms.map(({ key, name }) => this.#summary({ kind: 'room', room: key }, name, own)),
      this.#summary({ kind: 'channel' }, '', own),
    ]
    return rows.toSorted((a, b) => b.activeAt - a.activeAt)
  }

  page({ key, own, count, before, after, around }: TalkPageQuery): TalkPage {
    const all = this.#lines.of(key, own).map(({ row: _row, ...entry }) => entry)
    const first = (position: number): number => {
      const found = all.findIndex((entry) => entry.position >= position)
      return found < 0 ? all.length : found
    }
    let [from, to] = [all.length - count, all.length]
    if (around !== undefined) {
      const middle = first(around)
      from = middle - Math.floor(count / 2)
      to = middle + count - Math.floor(count / 2)
    } else if (after !== undefined) {
      from = first(after + 1)
      to = from + count
    } else if (before !== undefined) {
      to = first(before)
      from = to - count
    }
    from = Math.max(0, from)
    return { entries: all.slice(from, to), hasBefore: from > 0, hasAfter: to < all.length }
  }

  find({ terms, key, from, own, count, cursor = '' }: WordQuery): WordHit[] {
    const top = Number.MAX_SAFE_INTEGER
    const reached = cursor === '' ? [top, top, top] : cursor.split('.').map(Number)
    const kinds = ['person', 'room', 'channel'] as const
    const lines = this.#keys(own)
      .filter((each) => key === undefined || keyText(each) === keyText(key))
      .flatMap((each) =>
        this.#lines
          .of(each, own)
          .map(({ row, ...entry }) => ({ kind: kinds.indexOf(each.kind), row, key: each, entry })),
      )
      .filter(
        ({ entry, kind, row }) =>
          entry.kind === 'message' && entry.position < draftPositionMin && row < (reached[kind] ?? top),
      )
      .filter(
        ({ entry }) => from === undefined || (entry.from !== undefined && foldName(entry.from) === foldName(from)),
      )
      .filter(({ entry }) => marksOf(entry.text ?? '', terms) !== undefined)
    // Each kind by its rows; of the three the one whose next is the latest.
    const queues = kinds.map((_, kind) => lines.filter((line) => line.kind === kind).toSorted((a, b) => b.row - a.row))
    const hits: WordHit[] = []
    while (hits.length < count) {
      const heads = queues.flatMap((queue) => queue.slice(0, 1))
      const [latest] = heads.toSorted((a, b) => timeOf(b.entry) - timeOf(a.entry))
      if (!latest) break
      queues[latest.kind]?.shift()
      reached[latest.kind] = latest.row
      hits.push({ key: this.#spelled(latest.key, latest.row), entry: latest.entry, cursor: reached.join('.') })
    }
    return hits
  }

  markRead({ key, id, own }: { key: TalkKey; id?: string; own: string }): ReadMark | undefined {
    const all = this.#lines.of(key, own)
    const last = all.findLast((entry) => entry.position < draftPositionMin)?.position ?? 0
    const found = id === undefined ? undefined : all.findLast((entry) => entry.id === id)
    if (id !== undefined && !found) return undefined
    const position = Math.min(found?.position ?? last, last)
    const mark = this.#mark(key)
    const hasChanged = position > mark.readTo
    if (hasChanged) mark.readTo = position
    return { hasChanged, unread: this.#unread(key, own, mark.readTo), readTo: mark.readTo }
  }

  putDraft({ key, text }: { key: TalkKey; text: string }): boolean {
    const mark = this.#mark(key)
    if (mark.draft === text) return false
    mark.draft = text
    if (key.kind === 'person') mark.name = key.name
    return true
  }

  journey({ own, id }: { own: string; id: string }): TalkStep[] | undefined {
    const ground = this.#ground
    const person = ground.messages().filter((message) => !message.room && message.id === id)
    const sent = person.find((message) => message.isOwn)
    if (sent) return inOrder([{ at: sent.sentAt, step: 'kept' }, ...endsOf(sent)])
    const draft = [...ground.roomDrafts(), ...ground.channelDrafts()].find((each) => each.id === id)
    if (draft) return [{ at: draft.sentAt, step: 'kept' }]
    const entries = ground.entries().filter((entry) => entry.kind === 'message' && entry.id === id)
    const entry = entries.find(({ name }) => foldName(name) === foldName(own)) ?? entries[0]
    const copies = ground.messages().filter(({ room: at }) => at?.id === id && at.key === entry?.room)
    if (entry && foldName(entry.name) === foldName(own)) {
      const ours = copies.filter((copy) => copy.isOwn)
      const ends = ours.flatMap((copy) => endsOf(copy).map((step) => ({ ...step, to: copy.name })))
      return inOrder([{ at: entry.at, step: 'kept' }, ...ends])
    }
    const copy = copies.find(({ isOwn, name }) => !isOwn && foldName(name) === foldName(entry?.name ?? ''))
    const received = person[0] ?? copy
    if (received)
      return [{ at: received.receivedAt ?? 0, step: 'received', ...(received.road && { road: received.road }) }]
    if (entries.length > 0) return []
    const row = ground.channel().findLast((each) => each.id === id)
    return row && [{ at: row.at, step: row.from && foldName(row.from) === foldName(own) ? 'mailbox' : 'received' }]
  }

  roadRuns({ name, limit }: { name: string; limit: number }): RoadRun[] {
    const runs: { road: RoadRun['road']; from: number; to: number; messages: number }[] = []
    const talk = this.#ground.messages().filter((message) => !message.room && foldName(message.name) === foldName(name))
    for (const { road: known, state, receivedAt, settledAt, mailboxAt, sentAt } of talk.slice(-limit).toReversed()) {
      const road = state === 'mailbox' ? 'mailbox' : known
      const at = receivedAt ?? settledAt ?? mailboxAt ?? sentAt
      const run = runs.at(-1)
      if (road === undefined) continue
      if (run?.road !== road) runs.push({ road, from: at, to: at, messages: 1 })
      else Object.assign(run, { from: Math.min(run.from, at), to: Math.max(run.to, at), messages: run.messages + 1 })
    }
    return runs.slice(0, 20)
  }

  import({ own, rows }: { own: string; rows: readonly ImportedRow[] }): { added: number; known: number } {
    const fresh: ImportedRow[] = []
    for (const row of rows) if (!this.#isKnown(row, own) && !fresh.some((each) => isSame(each, row))) fresh.push(row)
    for (const row of fresh.toReversed()) {
      const { key, id, from, text, sentAt: at } = row
      if (key.kind === 'person') this.#ground.addMessage(row)
      else if (key.kind === 'channel')
        this.#ground.addChannelRow({ id, ...(from && { from }), text, at: Math.max(0, at) })
      else if (from) this.#ground.addEntry(key.room, { kind: 'message', name: from, id, text, at })
    }
    return { added: fresh.length, known: rows.length - fresh.length }
  }

  #isKnown(row: ImportedRow, own: string): boolean {
    const { key, id, isOwn } = row
    if (key.kind === 'person' && isOwn) return this.#ground.messages().some((each) => each.isOwn && each.id === id)
    if (key.kind === 'channel') return this.#ground.channel().some((each) => each.id === id)
    return this.#lines
      .of(key, own)
      .some(
        (entry) =>
          entry.id === id &&
          entry.position < draftPositionMin &&
          entry.isOwn === isOwn &&
          (isOwn || foldName(entry.from ?? '') === foldName(row.from ?? '')),
      )
  }

  #keys(own: string): TalkKey[] {
    const rooms = new Set(this.#ground.entries().map(({ room }) => room))
    const listed = this.talks({ own }).map(({ key }) => key)
    return [
      ...listed.filter((key) => key.kind !== 'room'),
      ...[...rooms].map((room): TalkKey => ({ kind: 'room', room })),
    ]
  }

  /** A person as spelled in that message. */
  #spelled(key: TalkKey, row: number): TalkKey {
    if (key.kind !== 'person') return key
    return { kind: 'person', name: this.#ground.messages().find((message) => message.row === row)?.name ?? key.name }
  }

  #summary(key: TalkKey, name: string, own: string): TalkSummary {
    const all = this.#lines.of(key, own)
    const mark = this.#marks.get(keyText(key))
    const latest = all.findLast((entry) => entry.kind === 'message')
    const end = all.findLast((entry) => entry.position < draftPositionMin)
    const readTo = mark?.readTo ?? 0
    const title = key.kind === 'person' ? (this.#lastSpelling(name) ?? mark?.name ?? name) : name
    return {
      key: key.kind === 'person' ? { kind: 'person', name: title } : key,
      title,
      ...(latest && {
        latest: {
          ...(latest.from !== undefined && { from: latest.from }),
          isOwn: latest.isOwn,
          text: (latest.text ?? '').slice(0, 200).replace(/[\uD800-\uDBFF]$/, ''),
          at: timeOf(latest),
        },
      }),
      activeAt: Math.max(latest ? timeOf(latest) : 0, end && end.kind !== 'message' ? end.sentAt : 0),
      unread: this.#unread(key, own, readTo),
      readTo,
      draft: mark?.draft ?? '',
    }
  }

  #lastSpelling(name: string): string | undefined {
    return this.#ground.messages().findLast((each) => !each.room && foldName(each.name) === foldName(name))?.name
  }

  #unread(key: TalkKey, own: string, readTo: number): number {
    if (key.kind === 'person' && this.#ground.isBlocked(foldName(key.name))) return 0
    return this.#lines
      .of(key, own)
      .filter(
        ({ kind, isOwn, position, from, number }) =>
          kind === 'message' &&
          !isOwn &&
          position > readTo &&
          (key.kind === 'person' ||
            (number !== undefined && !(from !== undefined && this.#ground.isBlocked(foldName(from))))),
      ).length
  }

  #mark(key: TalkKey): Mark {
    let mark = this.#marks.get(keyText(key))
    if (!mark) this.#marks.set(keyText(key), (mark = { name: '', readTo: 0, draft: '' }))
    return mark
  }
}

function endsOf({ road, state, reason, mailboxAt, settledAt }: ShelvedMessage): TalkStep[] {
  const steps: TalkStep[] = mailboxAt === undefined ? [] : [{ at: mailboxAt, step: 'mailbox', road: 'mailbox' }]
  if (settledAt === undefined || !state || state === 'kept' || state === 'mailbox') return steps
  return [...steps, { at: settledAt, step: state, ...(road && { road }), ...(reason && { reason }) }]
}

function inOrder([first, ...others]: readonly TalkStep[]): TalkStep[] {
  return first ? [first, ...others.toSorted((a, b) => a.at - b.at)] : []
}

function isSame(a: ImportedRow, b: ImportedRow): boolean {
  if (a.id !== b.id) return false
  if (a.key.kind === 'channel' || b.key.kind === 'channel') return a.key.kind === b.key.kind
  if (a.isOwn !== b.isOwn) return false
  if (a.isOwn && a.key.kind === 'person') return b.key.kind === 'person'
  return keyText(a.key) === keyText(b.key) && foldName(a.from ?? '') === foldName(b.from ?? '')
}

function keyText(key: TalkKey): string {
  if (key.kind === 'person') return `p${foldName(key.name)}`
  return key.kind === 'room' ? `r${key.room}` : 'c'
}

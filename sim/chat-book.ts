// The truth of a history: who asked to send what, what senders were told, what recipients have. It believes only disks:
// a state that a sender is shown is compared, at that instant and ever after, with what the recipient's store or the
// registry's has committed (S1), and everything stored is compared with what was asked to be sent (S2, S3, S4).

import { check } from './violation.ts'

/** A message in somebody's committed history, from somebody else. */
export interface StoredMessage {
  readonly id: string
  readonly from: string
  readonly text: string
  /** How many messages of this sender will never come, as the history shows it before this one. */
  readonly gapBefore: number
}

export interface MailboxRow {
  readonly recipient: string
  readonly sender: string
  readonly id: string
}

/** What survives a crash, as it is at this instant. */
export interface Disks {
  /** Messages of others, in the order in which they were stored. */
  received(owner: string): readonly StoredMessage[]
  /** Whether a message is stored, though not shown because one before it is still to come. */
  holdsBack(owner: string, id: string): boolean
  /** Ids of own messages that wait for a receipt, or were ever sent. */
  hasSent(owner: string, id: string): boolean
  mail(): readonly MailboxRow[]
}

export type ShownState = 'kept' | 'mailbox' | 'stored' | 'expired' | 'failed'

interface Submission {
  readonly from: string
  readonly to: string
  readonly text: string
  /** Among those from one to another. */
  readonly number: number
  id: string | undefined
  state: ShownState | 'asked' | 'refused'
  readonly askedAt: number
}

interface Shelf {
  read: number
  readonly byId: Map<string, StoredMessage>
  /** Number of the latest message of each sender. */
  readonly latest: Map<string, number>
}

export class ChatBook {
  readonly #disks: Disks
  readonly #now: () => number
  readonly #byText = new Map<string, Submission>()
  readonly #byId = new Map<string, Submission>()
  readonly #conversations = new Map<string, Submission[]>()
  readonly #shelves = new Map<string, Shelf>()
  readonly #shown = new Set<string>()
  #mail = new Map<string, MailboxRow>()

  constructor(disks: Disks, now: () => number) {
    this.#disks = disks
    this.#now = now
  }

  /** How many messages were accepted. */
  get accepted(): number {
    return this.#byId.size
  }

  /** Somebody asks to send a text; it must be unlike every other of the history. */
  ask(from: string, to: string, text: string): void {
    const name = `${from}>${to}`
    let conversation = this.#conversations.get(name)
    if (conversation === undefined) this.#conversations.set(name, (conversation = []))
    const number = conversation.length
    const askedAt = this.#now()
    const submission: Submission = { from, to, text, number, id: undefined, state: 'asked', askedAt }
    conversation.push(submission)
    this.#byText.set(text, submission)
  }

  /** The program did not take it: it must never appear anywhere. */
  refuse(text: string): void {
    const submission = this.#byText.get(text)
    if (submission !== undefined) submission.state = 'refused'
  }

  /** The sender is told that the message is kept. */
  keep(from: string, to: string, id: string, text: string): void {
    const submission = this.#byText.get(text)
    const what = `${from} > ${to}: "${text.slice(0, 40)}"`
    check(submission?.from === from && submission.to === to, 'S3', () => `${what} kept, but never asked for`)
    check(submission.id === undefined || submission.id === id, 'S2', () => `${what} kept under two ids`)
    check(this.#disks.hasSent(from, id), 'S1', () => `${what} called kept before it was committed`)
    this.#byId.set(id, submission)
    submission.id = id
    if (submission.state === 'asked') submission.state = 'kept'
  }

  /** The sender is told how its message is. */
  tellState(from: string, id: string, state: ShownState): void {
    const submission = this.#byId.get(id) ?? this.#adopt(id)
    if (submission === undefined) return
    const { to, number } = submission
    const what = `${from} > ${to} number ${number} called ${state}`
    check(submission.from === from, 'S3', () => `${what}, to somebody who did not send it`)
    if (state === 'stored') check(this.#has(to, id), 'S1', () => `${what}, but ${to} does not have it`)
    if (state === 'mailbox') {
      const isThere = this.#inMailbox(to, id) || this.#has(to, id)
      check(isThere, 'S1', () => `${what}, but it is neither there nor with ${to}`)
    }
    // Once stored it is stored: an older word that comes late is no news, and no lie either.
    if (submission.state !== 'stored') submission.state = state
  }

  /** The recipient is shown a message. */
  show(to: string, id: string, from: string, text: string): void {
    const what = `${from} > ${to}: "${text.slice(0, 40)}"`
    check(!this.#shown.has(`${to} ${id}`), 'S2', () => `${what} shown twice`)
    this.#shown.add(`${to} ${id}`)
    this.look(to)
    const stored = this.#shelf(to).byId.get(id)
    check(stored !== undefined, 'S1', () => `${what} shown before it was committed`)
    check(stored.from === from && stored.text === text, 'S3', () => `${what} shown, but stored otherwise`)
  }

  /** Reads what is new in somebody's committed history; to be called whenever it may have changed. */
  look(owner: string): void {
    const shelf = this.#shelf(owner)
    const received = this.#disks.received(owner)
    check(received.length >= shelf.read, 'S1', () => `${owner} lost ${shelf.read - received.length} messages`)
    for (; shelf.read < received.length; shelf.read++) this.#place(owner, shelf, received[shelf.read] as StoredMessage)
  }

  /** Compares the mailboxes with what they were: to be called after each commit of the registry's store. */
  lookAtMail(): void {
    const rows = this.#disks.mail()
    const mail = new Map(rows.map((row) => [`${row.recipient} ${row.id}`, row]))
    check(mail.size === rows.length, 'S2', () => 'a message lies in a mailbox twice')
    for (const [key, { recipient, sender, id }] of this.#mail) {
      if (mail.has(key) || this.#byId.get(id)?.state === 'expired') continue
      const what = () => `the message ${id} of ${sender} left the mailbox of ${recipient}, who does not have it`
      check(this.#has(recipient, id), 'S5', what)
    }
    this.#mail = mail
  }

  /** Everything that was ever called stored, or in the mailbox, is still there. */
  audit(): void {
    this.lookAtMail()
    for (const owner of this.#shelves.keys()) this.look(owner)
    for (const { from, to, number, id, state } of this.#byId.values()) {
      if (id === undefined) continue
      const what = () => `${from} > ${to} number ${number} was called ${state} and is gone`
      if (state === 'stored') check(this.#has(to, id), 'S1', what)
      if (state === 'mailbox') check(this.#has(to, id) || this.#inMailbox(to, id), 'S1', what)
    }
  }

  /**
   * An accepted message that its recipient does not have, or whose sender does not know that it does; or one that was
   * asked for since the instant `since`, when nobody crashed any more, and is neither accepted nor refused. In words.
   */
  pending(since: number): string | undefined {
    for (const { from, to, number, state, askedAt } of this.#byText.values()) {
      if (state === 'asked' && askedAt >= since) return `${from} > ${to} number ${number} is not kept`
    }
    for (const { from, to, number, id, state } of this.#byId.values()) {
      if (state === 'expired' || state === 'failed') continue
      const what = `${from} > ${to} number ${number} (${id}, ${state})`
      if (id === undefined || !this.#isShown(to, id)) return `${what} has not arrived`
      if (state !== 'stored') return `${what} has arrived, but ${from} does not know`
    }
    return undefined
  }

  /** How many accepted messages ended in each state. */
  states(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {}
    for (const { state } of this.#byId.values()) counts[state] = (counts[state] ?? 0) + 1
    return counts
  }

  #place(owner: string, shelf: Shelf, message: StoredMessage): void {
    const { id, from, text, gapBefore } = message
    const what = `${from} > ${owner}: "${text.slice(0, 40)}"`
    const asked = this.#byText.get(text)
    const isTrue = asked?.from === from && asked.to === owner && (asked.id === undefined || asked.id === id)
    check(isTrue && asked.state !== 'refused', 'S3', () => `${what} stored, but never sent so`)
    check(!shelf.byId.has(id) && this.#isFirst(shelf, text), 'S2', () => `${what} stored twice`)
    const latest = shelf.latest.get(from) ?? -1
    check(asked.number > latest, 'S4', () => `${what}, number ${asked.number}, stored after number ${latest}`)
    const missing = (this.#conversations.get(`${from}>${owner}`) ?? [])
      .slice(latest + 1, asked.number)
      .filter(({ state }) => state !== 'asked' && state !== 'refused')
    check(
      missing.length <= gapBefore,
      'S4',
      () => `${what}: ${missing.length} before it are missing, ${gapBefore} shown`,
    )
    shelf.byId.set(id, message)
    shelf.latest.set(from, asked.number)
  }

  #isFirst(shelf: Shelf, text: string): boolean {
    for (const stored of shelf.byId.values()) if (stored.text === text) return false
    return true
  }

  #has(owner: string, id: string): boolean {
    this.look(owner)
    return this.#shelf(owner).byId.has(id) || this.#disks.holdsBack(owner, id)
  }

  #isShown(owner: string, id: string): boolean {
    this.look(owner)
    return this.#shelf(owner).byId.has(id)
  }

  #inMailbox(recipient: string, id: string): boolean {
    return this.#disks.mail().some((row) => row.recipient === recipient && row.id === id)
  }

  /** A message that was committed just before a crash, so that nobody was told its id: its recipient's copy tells. */
  #adopt(id: string): Submission | undefined {
    for (const shelf of this.#shelves.values()) {
      const stored = shelf.byId.get(id)
      if (stored !== undefined) return this.#byText.get(stored.text)
    }
    return undefined
  }

  #shelf(owner: string): Shelf {
    let shelf = this.#shelves.get(owner)
    if (shelf === undefined) this.#shelves.set(owner, (shelf = { read: 0, byId: new Map(), latest: new Map() }))
    return shelf
  }
}

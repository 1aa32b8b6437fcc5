// Our own mailbox: fetches what waits, opens it, hands it to the intake, and lets go of each row only after the commit.
// Invariants: a row is collected as stored only when its message is on our disk; what cannot be taken now (an identity
// that is not accepted, no room) stays in the mailbox; what can never be read is given back, so that its sender learns of
// it. docs/protocol/peer.md, "Collecting mail".

import { equalBytes, type MonotonicMs, type WallMs } from '../../base/index.ts'
import {
  decodeDeviceList,
  decodeSealedEnvelope,
  foldName,
  pageEntriesMax,
  type SealedEnvelope,
} from '../../protocol/index.ts'
import type { Contact, Contacts } from './contacts.ts'
import type { Directory } from './directory.ts'
import type { Intake, IntakeOutcome } from './intake.ts'
import type { Journal } from './journal.ts'
import type { PeerEvent } from './peer-event.ts'
import type { PrekeyPool } from './prekey-pool.ts'
import type { RegistrySession } from './registry-session.ts'
import type { AnswerTo } from './request-table.ts'
import { openMessage, type OwnDevice, storedProof } from './sealed-mail.ts'

export interface MailDeskOptions {
  readonly session: Pick<RegistrySession, 'request' | 'isOnline'>
  readonly own: OwnDevice
  readonly contacts: Contacts
  readonly directory: Directory
  readonly journal: Journal
  readonly intake: Intake
  readonly prekeys: PrekeyPool
  readonly wallMs: () => WallMs
  readonly emit: (event: PeerEvent) => void
  /** The first mail under a one-time prekey is stored. */
  readonly onPrekeyUsed: () => void
}

type MailRow = AnswerTo<'fetchMail'>['rows'][number]

interface Collected {
  readonly row: number
  readonly outcome: 'stored' | 'unreadable' | 'refused'
  readonly proof?: Uint8Array
}

export class MailDesk {
  readonly #options: MailDeskOptions
  #isFetching = false
  #isAsked = false
  /** Rows of the page in work without an outcome yet. */
  #unsettled = 0
  #page: { readonly last: number; readonly more: boolean } | undefined
  #collected: Collected[] = []
  #after = 0
  /** Rows were left in the mailbox, or could not be fetched. */
  #hasLeft = false
  /** A request ended without an answer. */
  #hasFailed = false
  /** The next page is the first one again. */
  #isRewound = false
  /** Grows with every session, so that answers of an older one change nothing. */
  #round = 0

  constructor(options: MailDeskOptions) {
    this.#options = options
  }

  /** A session begins: everything that waits is looked at from the start. */
  begin(now: MonotonicMs): void {
    this.#round += 1
    this.#isFetching = false
    this.#unsettled = 0
    this.#page = undefined
    this.#collected = []
    this.#hasFailed = false
    this.#after = 0
    this.fetch(now)
  }

  /** Fetches what came since the last page; once more afterwards where it is asked for meanwhile. */
  fetch(now: MonotonicMs): void {
    this.#isAsked = true
    if (!this.#isFetching) this.#fetchPage(now)
  }

  /** Asks again where the registry did not answer in time, though the session goes on. */
  retryFailed(now: MonotonicMs): void {
    if (!this.#hasFailed || this.#isFetching) return
    this.#hasFailed = false
    this.fetch(now)
  }

  /** What was left in the mailbox may be taken now. */
  retryLeft(now: MonotonicMs): void {
    if (!this.#hasLeft) return
    this.#hasLeft = false
    this.#after = 0
    this.#isRewound = this.#isFetching
    this.fetch(now)
  }

  /** Tells the registry of the rows that the last commit settled, and goes on when the page is done. */
  flush(now: MonotonicMs): void {
    if (this.#unsettled > 0 && this.#collected.length < pageEntriesMax / 2) return
    while (this.#collected.length > 0) {
      const rows = this.#collected.splice(0, pageEntriesMax)
      const round = this.#round
      this.#options.session.request(now, { t: 'collect', rows }, (_later, outcome) => {
        // Whether the rows are gone is not known: they are looked at again, and collected again.
        if (outcome.kind === 'answer' || round !== this.#round) return
        this.#hasFailed = true
        this.#after = 0
        this.#isRewound = this.#isFetching
      })
    }
    const page = this.#page
    if (this.#unsettled > 0 || !page) return
    this.#page = undefined
    this.#isFetching = false
    this.#after = this.#isRewound ? 0 : Math.max(this.#after, page.last)
    this.#isRewound = false
    if (page.more || this.#isAsked) this.#fetchPage(now)
  }

  #fetchPage(now: MonotonicMs): void {
    if (!this.#options.session.isOnline) return
    const round = this.#round
    this.#isFetching = true
    this.#isAsked = false
    this.#options.session.request(now, { t: 'fetchMail', after: this.#after }, (later, outcome) => {
      if (round !== this.#round) return
      if (outcome.kind !== 'answer') {
        this.#isFetching = false
        this.#hasFailed = true
        return
      }
      const { rows, more } = outcome.answer
      this.#page = { last: rows.at(-1)?.row ?? 0, more: more && rows.length > 0 }
      this.#unsettled = rows.length
      for (const row of rows) this.#take(later, row)
      this.flush(later)
    })
  }

  #take(now: MonotonicMs, mail: MailRow): void {
    const round = this.#round
    const settle = (outcome: Collected['outcome'] | 'later', proof?: Uint8Array): void => {
      if (round !== this.#round) return
      this.#unsettled -= 1
      if (outcome === 'later') this.#hasLeft = true
      else this.#collected.push({ row: mail.row, outcome, ...(proof && { proof }) })
    }
    const envelope = decodeSealedEnvelope(mail.envelope)
    if (!envelope.ok) return settle('unreadable')
    const sender = this.#sender(now, mail, envelope.value)
    if (sender === 'refused' || sender === 'later') return settle(sender)
    this.#openBox(now, mail, envelope.value, sender, settle)
  }

  /** Who sent it: the contact, if the envelope's list is the pinned identity's. */
  #sender(now: MonotonicMs, mail: MailRow, envelope: SealedEnvelope): Contact | 'refused' | 'later' {
    const { contacts, directory } = this.#options
    const key = foldName(mail.from)
    const list = decodeDeviceList(envelope.sender.body)
    if (!list.ok || foldName(envelope.senderName) !== key) {
      this.#warn('wrongAccount', mail.from)
      return 'refused'
    }
    const card = { name: mail.from, identity: list.value.identity, devices: envelope.sender }
    const contact = directory.seen(now, key, card)
    if (contact) return contact
    // Blocked until a person decides; anything else about the list stays wrong.
    return contacts.get(key)?.offered ? 'later' : 'refused'
  }

  #openBox(
    now: MonotonicMs,
    mail: MailRow,
    envelope: SealedEnvelope,
    sender: Contact,
    settle: (outcome: Collected['outcome'] | 'later', proof?: Uint8Array) => void,
  ): void {
    const { own, prekeys, intake, journal, wallMs } = this.#options
    const isOurs = equalBytes(envelope.device, own.linkKey.publicKey)
    const pair = isOurs ? prekeys.pair(envelope.prekey) : undefined
    if (!pair) return settle('unreadable')
    const opened = openMessage(own, sender, pair, mail.id, envelope)
    pair.erase()
    if (!opened.ok) {
      if (opened.error === 'foreignDevice') this.#warn('wrongAccount', mail.from)
      return settle(opened.error === 'unreadable' ? 'unreadable' : 'refused')
    }
    const { message, device, receiptKey } = opened.value
    const proof = storedProof(receiptKey, mail.id)
    intake.accept(now, { name: sender.name, device }, message, 'mailbox', (later, outcome: IntakeOutcome) => {
      const changes = outcome === 'stored' ? prekeys.use(envelope.prekey, wallMs()) : []
      if (changes.length > 0) {
        journal.note(later, changes)
        this.#options.onPrekeyUsed()
      }
      settle(outcome, outcome === 'stored' ? proof : undefined)
    })
  }

  #warn(code: string, name: string): void {
    this.#options.emit({ type: 'warning', reason: { code, details: { name } } })
  }
}

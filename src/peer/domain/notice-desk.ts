// What the registry tells us of messages that we deposited. Invariant: `stored` is believed only with the proof that the
// opener of the box alone can make; a notice is removed only after what it says is committed here.
// docs/protocol/peer.md, "Notices".

import { type MonotonicMs, toHex } from '../../base/index.ts'
import { pageEntriesMax } from '../../protocol/index.ts'
import type { Journal } from './journal.ts'
import type { MailboxRoad } from './mailbox-road.ts'
import type { Outbox, Outgoing } from './outbox.ts'
import type { PeerEvent } from './peer-event.ts'
import type { PeerLimits } from './peer-limits.ts'
import type { RegistrySession } from './registry-session.ts'
import type { AnswerTo } from './request-table.ts'
import { provesStored } from './sealed-mail.ts'
import type { Settlement } from './settlement.ts'

export interface NoticeDeskOptions {
  readonly session: Pick<RegistrySession, 'request' | 'isOnline'>
  readonly journal: Journal
  readonly outbox: Outbox
  readonly settlement: Settlement
  readonly mailbox: MailboxRoad
  readonly limits: PeerLimits
  readonly emit: (event: PeerEvent) => void
  /** A message is in no mailbox any more and has to find a road again. */
  readonly onReturned: (now: MonotonicMs, message: Outgoing) => void
}

type Notice = AnswerTo<'fetchNotices'>['rows'][number]

export class NoticeDesk {
  readonly #options: NoticeDeskOptions
  #isFetching = false
  #isAsked = false
  #hasFailed = false

  constructor(options: NoticeDeskOptions) {
    this.#options = options
  }

  /** Fetches what waits; once more afterwards where it is asked for meanwhile. */
  fetch(now: MonotonicMs): void {
    this.#isAsked = true
    if (!this.#isFetching) this.#fetchPage(now, 0)
  }

  /** Asks again where the registry could not answer. */
  retry(now: MonotonicMs): void {
    if (this.#hasFailed) this.fetch(now)
  }

  #fetchPage(now: MonotonicMs, after: number): void {
    this.#isFetching = true
    if (after === 0) this.#isAsked = false
    this.#options.session.request(now, { t: 'fetchNotices', after }, (later, outcome) => {
      this.#isFetching = false
      this.#hasFailed = outcome.kind !== 'answer'
      if (outcome.kind !== 'answer') return
      const { rows, more } = outcome.answer
      for (const row of rows) this.#take(later, row)
      this.#confirm(rows.map((row) => row.row))
      const last = rows.at(-1)
      if (more && last) this.#fetchPage(later, last.row)
      else if (this.#isAsked) this.#fetchPage(later, 0)
    })
  }

  #take(now: MonotonicMs, { id, outcome, proof }: Notice): void {
    const { outbox, settlement, mailbox } = this.#options
    const message = outbox.get(toHex(id))
    if (!message) return
    const details = { name: message.toName }
    switch (outcome) {
      case 'stored':
        // They were here and took it: what we send next belongs to another absence.
        mailbox.endAbsence(message.to)
        if (proof && provesStored(message.receiptKeys, id, proof)) return settlement.stored(now, message, 'mailbox')
        this.#options.emit({ type: 'warning', reason: { code: 'badReceipt', details } })
        return this.#again(now, message)
      case 'unreadable':
        return this.#again(now, message)
      case 'refused':
        return settlement.failed(now, message, { code: 'refusedByRecipient', details })
      case 'expired':
        return settlement.expired(now, message)
    }
  }

  /** It left the mailbox and nobody has it: with a new prekey once more, but not for ever (bad input 35, 36). */
  #again(now: MonotonicMs, message: Outgoing): void {
    const { journal, outbox, settlement, limits } = this.#options
    message.unreadable += 1
    if (message.unreadable >= limits.unreadableMax) {
      return settlement.failed(now, message, { code: 'unreadable', details: { name: message.toName } })
    }
    journal.note(now, [{ kind: 'unreadable', id: message.id, times: message.unreadable }])
    outbox.setResting(message, false)
    message.isQueuedForMailbox = false
    message.link = undefined
    this.#options.onReturned(now, message)
  }

  #confirm(rows: readonly number[]): void {
    if (rows.length === 0) return
    this.#options.journal.commit([], (now, committed) => {
      if (!committed.ok) return
      for (let at = 0; at < rows.length; at += pageEntriesMax) {
        this.#options.session.request(now, { t: 'noticed', rows: rows.slice(at, at + pageEntriesMax) }, () => {})
      }
    })
  }
}

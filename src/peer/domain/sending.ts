// What `send` does before a message travels: checks it, finds out who it is for, keeps it. Invariants: what was refused
// leaves no trace; messages to one person keep the order of the calls, also while a name is being looked up; `kept` is
// said after the commit only. docs/protocol/peer.md, "Sending".

import { fail, type MonotonicMs, ok, type Random, type Result, toHex, type WallMs } from '../../base/index.ts'
import { foldName, nameProblem } from '../../protocol/index.ts'
import { type Contact, type Contacts, fingerprintsOf } from './contacts.ts'
import type { Delivery } from './delivery.ts'
import type { Directory, LookupOutcome } from './directory.ts'
import type { Journal } from './journal.ts'
import { readText } from './message-text.ts'
import type { Outbox } from './outbox.ts'
import type { MessageId, PeerEvent, SendProblem } from './peer-event.ts'
import type { PeerLimits } from './peer-limits.ts'
import type { RegistrySession } from './registry-session.ts'
import type { Settlement } from './settlement.ts'

/** The id that `kept` or `refused` will name, or why nothing was kept. */
export type SendStart = Result<{ readonly id: MessageId }, SendProblem>

export interface SendingOptions {
  readonly ownName: string
  /** Whether one may send to oneself. */
  readonly selfNotes: boolean
  readonly session: Pick<RegistrySession, 'isOnline'>
  readonly contacts: Contacts
  readonly directory: Directory
  readonly delivery: Delivery
  readonly journal: Journal
  readonly outbox: Outbox
  readonly settlement: Settlement
  readonly random: Random
  readonly wallMs: () => WallMs
  readonly limits: PeerLimits
  readonly emit: (event: PeerEvent) => void
}

interface Draft {
  readonly id: MessageId
  readonly to: string
  readonly text: string
}

export class Sending {
  readonly #options: SendingOptions
  /** Drafts to names that are being looked up, by folded name. */
  readonly #drafts = new Map<string, Draft[]>()
  #draftCount = 0

  constructor(options: SendingOptions) {
    this.#options = options
  }

  /** Drafts whose recipient is being looked up. */
  get draftCount(): number {
    return this.#draftCount
  }

  send(now: MonotonicMs, to: string, typed: string, givenId?: MessageId): SendStart {
    const { contacts, session, journal, outbox, limits, random } = this.#options
    const problem = nameProblem(to)
    if (problem) return fail({ code: 'badName', details: { name: to, problem } })
    const text = readText(typed)
    if (!text.ok) return text
    const { failure } = journal
    if (failure) return fail({ code: failure.code, details: { detail: failure.detail } })
    if (outbox.size + this.#draftCount >= limits.waitingMax) {
      return fail({ code: 'tooManyWaiting', details: { limit: limits.waitingMax } })
    }
    const key = foldName(to)
    const draft = { id: givenId ?? toHex(random.bytes(16)), to, text: text.value }
    const contact = contacts.get(key)
    const waiting = this.#drafts.get(key)
    const isNote = key === foldName(this.#options.ownName)
    if (isNote && !this.#options.selfNotes) return fail({ code: 'selfRefused', details: {} })
    if (isNote) this.#keepNote(now, draft)
    else if (waiting) this.#wait(waiting, draft)
    else if (contact?.offered) return fail(changedReason(contact))
    else if (contact || !session.isOnline) this.#keep(now, draft)
    else this.#lookUp(now, key, draft)
    return ok({ id: draft.id })
  }

  #wait(waiting: Draft[], draft: Draft): void {
    waiting.push(draft)
    this.#draftCount += 1
  }

  #lookUp(now: MonotonicMs, key: string, draft: Draft): void {
    const waiting: Draft[] = []
    this.#drafts.set(key, waiting)
    this.#wait(waiting, draft)
    this.#options.directory.lookUp(now, draft.to, (later, outcome) => {
      this.#drafts.delete(key)
      this.#draftCount -= waiting.length
      for (const each of waiting) this.#decide(later, each, outcome)
    })
  }

  #decide(now: MonotonicMs, draft: Draft, outcome: LookupOutcome): void {
    switch (outcome.kind) {
      // Without an answer the message is kept all the same; who it is for is found out later.
      case 'found':
      case 'lost':
        return this.#keep(now, draft)
      case 'changed':
        return this.#refuse(draft, changedReason(outcome.contact))
      case 'unknown':
        return this.#refuse(draft, {
          code: 'unknownName',
          details: { name: draft.to, nearest: [...outcome.nearest] },
        })
    }
  }

  #keep(now: MonotonicMs, { id, to, text }: Draft): void {
    const { contacts, delivery, journal, outbox, settlement } = this.#options
    const key = foldName(to)
    const sentAt = this.#wall()
    const message = outbox.add(now, { id, to: contacts.get(key)?.name ?? to, text, sentAt })
    const { counter, toName } = message
    const kept = { id, to: toName, counter, text, sentAt }
    journal.commit(
      [
        { kind: 'outgoing', message: kept },
        { kind: 'nextCounter', to: key, next: outbox.queue(key).nextCounter },
      ],
      (later, committed) => {
        if (!committed.ok) return this.#refuse({ id, to, text }, storeReason(committed.error))
        settlement.kept(later, message, sentAt)
        delivery.startBudget(later, message)
        delivery.consider(later, key)
      },
    )
  }

  /** A note to oneself is stored as soon as it is kept, and never on the wire. */
  #keepNote(now: MonotonicMs, { id, to, text }: Draft): void {
    const { journal, emit } = this.#options
    const sentAt = this.#wall()
    journal.commit([{ kind: 'note', message: { id, to, counter: 0, text, sentAt } }], (later, committed) => {
      if (!committed.ok) return this.#refuse({ id, to, text }, storeReason(committed.error))
      emit({ type: 'kept', id, to, text, at: sentAt })
      emit({ type: 'state', id, to, state: 'stored', road: 'direct', ms: later - now })
    })
  }

  #refuse({ id, to }: Draft, reason: SendProblem): void {
    this.#options.emit({ type: 'refused', id, to, reason })
  }

  #wall(): WallMs {
    return Math.max(0, Math.floor(this.#options.wallMs()))
  }
}

function changedReason(contact: Contact): SendProblem {
  return { code: 'identityChanged', details: { name: contact.name, ...fingerprintsOf(contact) } }
}

function storeReason(failure: { code: string; detail: string }): SendProblem {
  return { code: failure.code, details: { detail: failure.detail } }
}

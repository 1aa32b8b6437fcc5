// Which road each waiting message takes, and when it takes another one as well. Rules: a link is used at once; without one,
// people who are on line are introduced to us and people who are away get mail; what has no receipt after the direct
// budget goes to the mailbox too, with the same id. One queue of deadlines, no timer for a message.
// docs/protocol/peer.md, "Roads".

import type { MonotonicMs } from '../../base/index.ts'
import { BudgetQueue } from './budget-queue.ts'
import type { Contact, Contacts } from './contacts.ts'
import type { Introductions } from './introductions.ts'
import type { LastAddresses } from './last-addresses.ts'
import type { MailboxRoad } from './mailbox-road.ts'
import type { Outbox, Outgoing, RecipientQueue } from './outbox.ts'
import type { PeerLinks } from './peer-links.ts'
import type { PresenceTable } from './presence-table.ts'
import type { RegistrySession } from './registry-session.ts'

export interface DeliveryOptions {
  readonly session: Pick<RegistrySession, 'isOnline' | 'isUnreachable'>
  readonly contacts: Contacts
  readonly outbox: Outbox
  readonly presence: PresenceTable
  readonly links: PeerLinks
  readonly introductions: Introductions
  readonly mailbox: MailboxRoad
  readonly addresses: LastAddresses
  /** A name that was kept without being known has to be looked up. */
  readonly onUnresolved: (now: MonotonicMs, queue: RecipientQueue) => void
}

export class Delivery {
  readonly #options: DeliveryOptions
  readonly #budget = new BudgetQueue<Outgoing>()
  /** Up to which position the waiting messages of a recipient were given to the mailbox road. */
  readonly #depositedTo = new Map<string, number>()
  /** Silence of a recipient after which mail goes out as well, in ms. */
  budgetMs: number

  constructor(options: DeliveryOptions, budgetMs: number) {
    this.#options = options
    this.budgetMs = budgetMs
  }

  /** Its budget runs from now. */
  startBudget(now: MonotonicMs, message: Outgoing): void {
    this.#budget.add(now + this.budgetMs, message)
  }

  /** Looks at everybody for whom something waits. */
  considerAll(now: MonotonicMs): void {
    for (const queue of this.#options.outbox.recipients()) this.consider(now, queue.to)
  }

  /** Looks at what waits for one recipient, after anything changed about it. */
  consider(now: MonotonicMs, key: string): void {
    const { session, contacts, outbox, links, introductions } = this.#options
    const queue = outbox.queue(key)
    if (queue.size === 0) return
    const contact = contacts.get(key)
    if (!contact) return this.#options.onUnresolved(now, queue)
    if (contact.offered) return
    if (links.has(key)) return links.pump(now, key)
    if (session.isUnreachable) return this.#dial(now, contact)
    if (!session.isOnline || queue.size === queue.resting) return
    if (this.#options.presence.stateOf(key) === 'away') return this.deposit(now, key)
    if (introductions.isUnderWay(key)) return
    if (introductions.isPausing(now, key)) return this.deposit(now, key)
    introductions.ask(now, contact)
  }

  /** Without a registry: straight to where they were last, with the pinned key. What rests in the mailbox goes as well. */
  #dial(now: MonotonicMs, contact: Contact): void {
    const { introductions, addresses } = this.#options
    const address = addresses.get(contact.key)
    if (!address || introductions.isUnderWay(contact.key) || introductions.isPausing(now, contact.key)) return
    introductions.dial(now, contact, address)
  }

  /** Gives everything that waits for a recipient, and is not there yet, to the mailbox road. */
  deposit(now: MonotonicMs, key: string): void {
    const { outbox, mailbox } = this.#options
    const queue = outbox.queue(key)
    let at = Math.max(this.#depositedTo.get(key) ?? 0, queue.start)
    for (; at < queue.end; at++) {
      const message = queue.at(at)
      if (message?.state === 'keeping' && !message.isSettled) break
      if (message) mailbox.add(now, message)
    }
    this.#depositedTo.set(key, at)
  }

  /** From here on the recipient may be reached directly: later messages do not go to the mailbox at once. */
  endAbsence(key: string): void {
    this.#depositedTo.delete(key)
    this.#options.mailbox.endAbsence(key)
  }

  /** Looks again at what has waited long: nothing may be forgotten because one event did not come. */
  sweep(now: MonotonicMs): void {
    const { links, outbox, mailbox } = this.#options
    links.sweep(now)
    for (const queue of outbox.recipients()) {
      this.consider(now, queue.to)
      links.resend(now, queue.to)
    }
    mailbox.pumpAll(now)
  }

  handleTimeout(now: MonotonicMs): void {
    for (let message = this.#budget.take(now); message; message = this.#budget.take(now)) this.#budgetOver(now, message)
  }

  pollTimeout(): MonotonicMs | undefined {
    return this.#budget.pollTimeout()
  }

  #budgetOver(now: MonotonicMs, message: Outgoing): void {
    if (message.isSettled || message.rests || message.isQueuedForMailbox) return
    // Sent, or sent again, since: that has an entry of its own further back.
    if (message.budgetFrom + this.budgetMs > now) return
    // Of a long burst, what is queued in the link waits for its turn as much as what is not: receipts come in order.
    const isBehindOthers = this.#options.outbox.queue(message.to).floor(message) < message.counter
    const isWaiting = this.#options.links.has(message.to) && (message.link === undefined || isBehindOthers)
    if (isWaiting && this.#options.links.isFlowing(message.to, now - this.budgetMs)) {
      this.startBudget(now, message)
      return
    }
    this.#options.mailbox.add(now, message)
  }
}

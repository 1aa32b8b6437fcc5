// Who tells whom among the parts of a peer; it decides nothing itself. One core lives from a load of the store to its end:
// after a failure of the store another one is made from what is on the disk, because what was in memory may not be true.

import type { MonotonicMs } from '../../base/index.ts'
import { LinkErrorCode, type LinkEvent } from '../../link/index.ts'
import { foldName, type PresenceEntry, type RegistryPush } from '../../protocol/index.ts'
import type { Contact } from './contacts.ts'
import { isExpired } from './expiry.ts'
import type { IntroductionFailure } from './introductions.ts'
import type { Outgoing, RecipientQueue } from './outbox.ts'
import type { Reason, RegistryState } from './peer-event.ts'
import { type CoreOptions, makeParts, type PartHooks, type PeerParts } from './peer-parts.ts'
import type { PeerChange, PeerState, StoreFailure } from './peer-store.ts'
import type { AnswerTo } from './request-table.ts'

export interface CoreOwner {
  registryChanged(now: MonotonicMs, state: RegistryState, reason?: Reason): void
  registryKeyMet(now: MonotonicMs, key: Uint8Array): void
  storeFailed(now: MonotonicMs, failure: StoreFailure): void
}

export class PeerCore implements PartHooks {
  readonly #options: CoreOptions
  readonly #owner: CoreOwner
  readonly #parts: PeerParts
  /** Parts with deadlines of their own, in the order in which they are looked at. */
  readonly #timed: readonly Pick<PeerParts['session'], 'handleTimeout' | 'pollTimeout'>[]
  #keepMs: number
  #sweepAt: MonotonicMs
  #housekeepingAt: MonotonicMs

  constructor(now: MonotonicMs, options: CoreOptions, state: PeerState, owner: CoreOwner, keepMs: number) {
    this.#options = options
    this.#owner = owner
    this.#keepMs = keepMs
    this.#parts = makeParts(now, options, state, this)
    const { journal, session, privateSession, introductions, mailbox, delivery } = this.#parts
    const { order, roomSending, channel } = this.#parts
    this.#timed = [journal, session, privateSession, introductions, mailbox, delivery, order, roomSending, channel]
    this.#sweepAt = now + options.limits.sweepMs
    this.#housekeepingAt = now + options.limits.housekeepingMs
  }

  get parts(): PeerParts {
    return this.#parts
  }

  handleLinkEvent(now: MonotonicMs, event: LinkEvent): void {
    const { session, introductions, links } = this.#parts
    if (session.owns(event.link)) return session.handleLinkEvent(now, event)
    // Who is logged out is not there for anybody.
    if (event.type === 'up' && session.isLoggedOut) {
      return this.#options.endpoint.close(now, event.link, LinkErrorCode.refused)
    }
    if (event.type === 'up' && event.purpose !== 'peer') return this.#options.endpoint.close(now, event.link)
    if (event.type === 'down' && introductions.ended(now, event.link)) return
    links.handleLinkEvent(now, event)
    links.flushReceipts(now)
  }

  handleTimeout(now: MonotonicMs): void {
    const { delivery } = this.#parts
    for (const part of this.#timed) part.handleTimeout(now)
    if (this.#sweepAt <= now) {
      this.#sweepAt = now + this.#options.limits.sweepMs
      delivery.sweep(now)
      this.#parts.mailDesk.retryFailed(now)
      this.#parts.noticeDesk.retry(now)
    }
    if (this.#housekeepingAt <= now) {
      this.#housekeepingAt = now + this.#options.limits.housekeepingMs
      this.#keepHouse(now)
    }
  }

  pollTimeout(): MonotonicMs {
    let next = Math.min(this.#sweepAt, this.#housekeepingAt)
    for (const part of this.#timed) next = Math.min(next, part.pollTimeout() ?? Infinity)
    return next
  }

  /** A person accepts the identity that a contact shows now: everything begins anew with it. False where there is none. */
  acceptIdentity(now: MonotonicMs, name: string): boolean {
    const { contacts, outbox, journal, introductions, links, delivery, mailDesk } = this.#parts
    const key = foldName(name)
    const accepted = contacts.accept(key)
    if (!accepted) return false
    const queue = outbox.queue(key)
    const changes: PeerChange[] = [...accepted.changes]
    for (const message of queue.renumber()) {
      outbox.setResting(message, false)
      message.link = undefined
      message.receiptKeys.length = 0
      changes.push({ kind: 'renumbered', id: message.id, counter: message.counter })
    }
    changes.push({ kind: 'nextCounter', to: key, next: queue.nextCounter })
    links.close(now, key, LinkErrorCode.refused)
    introductions.forgetFailures(key)
    delivery.endAbsence(key)
    journal.commit(changes, (later, committed) => {
      if (!committed.ok) return
      delivery.consider(later, key)
      mailDesk.retryLeft(later)
    })
    return true
  }

  /** Whether prekeys are on their way to the registry. */
  get isUploading(): boolean {
    return this.#parts.prekeyDesk.isUploading
  }

  close(now: MonotonicMs): void {
    this.#parts.privateSession.endAll(now)
    this.#parts.links.closeAll(now, LinkErrorCode.shuttingDown)
    this.#parts.session.close(now)
    this.#parts.journal.flush()
  }

  // What the session tells.

  registryChanged(now: MonotonicMs, state: RegistryState, reason?: Reason): void {
    this.#owner.registryChanged(now, state, reason)
    // Who is logged out is not there for anybody.
    if (state === 'loggedOut') this.#parts.links.closeAll(now, LinkErrorCode.none)
    // People who were met before are looked for where they were then.
    if (state === 'unreachable') this.#parts.delivery.considerAll(now)
  }

  registryKeyMet(now: MonotonicMs, key: Uint8Array): void {
    this.#owner.registryKeyMet(now, key)
  }

  welcomed(now: MonotonicMs, welcome: AnswerTo<'login'>): void {
    const { presence, delivery, prekeyDesk, mailDesk, noticeDesk, privateSession } = this.#parts
    const { name, registry, mail, policy } = welcome
    presence.begin()
    delivery.budgetMs = policy.directBudgetMs
    this.#keepMs = policy.mailboxKeepMs
    this.#options.emit({ type: 'loggedIn', name, registry, mail })
    prekeyDesk.welcomed({ once: welcome.prekeys, hasLast: welcome.lastResortPrekey })
    this.#parts.sync.welcomed(now, welcome.rooms)
    this.#parts.roomSending.welcomed(now)
    this.#parts.channel.welcomed(now, welcome.channel)
    mailDesk.begin(now)
    if (welcome.notices > 0) noticeDesk.fetch(now)
    privateSession.returned(now)
  }

  pushed(now: MonotonicMs, push: RegistryPush): void {
    switch (push.t) {
      case 'presence':
        return this.#presence(now, push)
      case 'introduced':
        return this.#parts.introductions.introduced(now, push)
      case 'mailWaiting':
        return this.#parts.mailDesk.fetch(now)
      case 'noticesWaiting':
        return this.#parts.noticeDesk.fetch(now)
      case 'signal':
        return this.#parts.privateSession.signalled(now, push)
      case 'check':
        return this.#parts.session.showLife(now)
      case 'channel':
        return this.#parts.channel.pushed(now, push)
      case 'channelHeard':
        return this.#parts.channel.heard(push)
      case 'roomEntry':
        return this.#parts.sync.pushed(now, push)
      case 'goodbye':
      // The close that follows says the same.
    }
  }

  sessionEnded(now: MonotonicMs): void {
    this.#parts.presence.end()
    this.#parts.sync.ended(now)
  }

  // What the other parts tell.

  storeFailed(now: MonotonicMs, failure: StoreFailure): void {
    this.#owner.storeFailed(now, failure)
  }

  flush(now: MonotonicMs): void {
    this.#parts.links.flushReceipts(now)
    this.#parts.mailDesk.flush(now)
  }

  contactSeen(now: MonotonicMs, { key }: Contact): void {
    this.consider(now, key)
  }

  consider(now: MonotonicMs, key: string): void {
    this.#parts.delivery.consider(now, key)
  }

  introductionFailed(now: MonotonicMs, key: string, failure: IntroductionFailure): void {
    if (failure === 'unknownName') return this.nameUnknown(now, key)
    if (failure === 'away') this.#parts.presence.setAway(key)
    this.consider(now, key)
  }

  linkGone(now: MonotonicMs, key: string, wasGood: boolean): void {
    this.#parts.introductions.linkGone(now, key, wasGood)
    this.consider(now, key)
  }

  linkReady(now: MonotonicMs, key: string): void {
    const { introductions, delivery } = this.#parts
    introductions.succeeded(key)
    delivery.endAbsence(key)
    delivery.consider(now, key)
  }

  messageSent(now: MonotonicMs, message: Outgoing): void {
    this.#parts.delivery.startBudget(now, message)
  }

  mailReturned(now: MonotonicMs, message: Outgoing): void {
    const { delivery, links, presence } = this.#parts
    // Who gave it back is there now, whatever the presence table still says.
    presence.doubt(message.to)
    message.budgetFrom = now
    delivery.startBudget(now, message)
    delivery.endAbsence(message.to)
    links.rewind(message.to)
    delivery.consider(now, message.to)
  }

  roomMade(now: MonotonicMs): void {
    this.#parts.mailDesk.retryLeft(now)
  }

  nameUnknown(now: MonotonicMs, key: string, nearest: readonly string[] = []): void {
    const { outbox, settlement } = this.#parts
    for (const message of outbox.queue(key).waiting()) {
      const details = { name: message.toName, nearest: [...nearest] }
      settlement.failed(now, message, { code: 'unknownName', details })
    }
  }

  resolve(now: MonotonicMs, queue: RecipientQueue): void {
    const { session, directory } = this.#parts
    const first = queue.at(queue.start)
    if (!first || !session.isOnline) return
    directory.lookUp(now, first.toName, (later, outcome) => {
      if (outcome.kind === 'unknown') this.nameUnknown(later, queue.to, outcome.nearest)
      else if (outcome.kind === 'found') this.consider(later, queue.to)
    })
  }

  #presence(now: MonotonicMs, push: Extract<RegistryPush, { t: 'presence' }>): void {
    const { presence, delivery, privateSession } = this.#parts
    const { changed, isWhole } = presence.take(push)
    for (const entry of changed) this.#presenceChanged(now, entry, push.snapshot)
    if (!isWhole) return
    for (const key of privateSession.concerned()) privateSession.seen(now, key, presence.stateOf(key))
    this.#options.emit({ type: 'clients', count: presence.all().length })
    delivery.considerAll(now)
  }

  #presenceChanged(now: MonotonicMs, entry: PresenceEntry, isSnapshot: boolean): void {
    const { introductions, delivery, privateSession } = this.#parts
    const { name, online, since, busy } = entry
    const key = foldName(name)
    if (key === foldName(this.#options.own.name)) return
    this.#options.emit({ type: 'presence', name, online, since, ...(busy && { busy }) })
    privateSession.seen(now, key, online ? 'online' : 'away')
    if (online) {
      introductions.forgetFailures(key)
      delivery.endAbsence(key)
    }
    if (!isSnapshot) delivery.consider(now, key)
  }

  #keepHouse(now: MonotonicMs): void {
    const { prekeyDesk, mailDesk, noticeDesk, expiryClock, outbox, settlement } = this.#parts
    prekeyDesk.handleHousekeeping()
    mailDesk.retryLeft(now)
    noticeDesk.retry(now)
    const wall = this.#options.wallMs()
    if (!expiryClock.isSteady(now, wall)) return
    for (const message of outbox.all()) {
      if (isExpired(message, wall, this.#keepMs)) settlement.expired(now, message)
    }
  }
}

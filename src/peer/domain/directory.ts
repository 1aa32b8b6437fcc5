// Names become contacts here: by looking them up, and by what the registry shows of an account with an introduction, a
// prekey or mail. Invariant: nothing that was shown is used before it was verified against the pinned identity; what
// does not fit is refused and told (bad input 37, 38). docs/protocol/peer.md, "Contacts".

import { type MonotonicMs, unreachable } from '../../base/index.ts'
import { type AccountName, foldName } from '../../protocol/index.ts'
import { type Card, type Contact, type Contacts, fingerprintsOf } from './contacts.ts'
import type { Journal } from './journal.ts'
import type { PeerEvent } from './peer-event.ts'
import type { RegistrySession } from './registry-session.ts'

export type LookupOutcome =
  | { readonly kind: 'found'; readonly contact: Contact }
  /** It shows another identity than the pinned one. */
  | { readonly kind: 'changed'; readonly contact: Contact }
  | { readonly kind: 'unknown'; readonly nearest: readonly AccountName[] }
  /** There was no answer, or none that can be used. */
  | { readonly kind: 'lost' }

type LookedUp = (now: MonotonicMs, outcome: LookupOutcome) => void

export interface DirectoryOptions {
  readonly contacts: Contacts
  readonly journal: Journal
  readonly session: Pick<RegistrySession, 'request' | 'isOnline'>
  readonly emit: (event: PeerEvent) => void
  /** A contact was seen whose identity is the pinned one, for the first time or with other devices than before. */
  readonly onSeen: (now: MonotonicMs, contact: Contact) => void
}

export class Directory {
  readonly #options: DirectoryOptions
  readonly #asked = new Map<string, LookedUp[]>()

  constructor(options: DirectoryOptions) {
    this.#options = options
  }

  /** Looks a name up; one question for all who ask meanwhile. */
  lookUp(now: MonotonicMs, name: string, done: LookedUp): void {
    const key = foldName(name)
    const asked = this.#asked.get(key)
    if (asked) {
      asked.push(done)
      return
    }
    this.#asked.set(key, [done])
    this.#options.session.request(now, { t: 'lookup', name }, (later, outcome) => {
      if (outcome.kind === 'answer') return this.#answer(later, key, this.#take(later, key, outcome.answer))
      const isUnknown = outcome.kind === 'error' && outcome.error === 'unknownName'
      const nearest = outcome.kind === 'error' ? (outcome.answer.nearest ?? []) : []
      this.#answer(later, key, isUnknown ? { kind: 'unknown', nearest } : { kind: 'lost' })
    })
  }

  /** Takes what the registry shows of the account that was asked for: the contact, where it may be used. */
  seen(now: MonotonicMs, asked: string, card: Card): Contact | undefined {
    const outcome = this.#take(now, foldName(asked), card)
    return outcome.kind === 'found' ? outcome.contact : undefined
  }

  #take(now: MonotonicMs, key: string, card: Card): LookupOutcome {
    if (foldName(card.name) !== key) {
      this.#warn('wrongAccount', card.name)
      return { kind: 'lost' }
    }
    const { contacts, journal, emit, onSeen } = this.#options
    const observation = contacts.observe(card)
    switch (observation.kind) {
      case 'known': {
        const { contact, changes } = observation
        if (changes.length > 0) {
          journal.commit(changes)
          onSeen(now, contact)
        }
        return { kind: 'found', contact }
      }
      case 'changed': {
        const { contact, changes } = observation
        if (changes.length > 0) journal.commit(changes)
        if (observation.isNews) emit({ type: 'identityChanged', name: contact.name, ...fingerprintsOf(contact) })
        return { kind: 'changed', contact }
      }
      case 'bad': {
        this.#warn('badDeviceList', card.name, observation.problem)
        // An old list of the right identity tells nothing new: the newer one that we have still holds.
        const known = contacts.get(key)
        const isUsable = observation.problem === 'olderVersion' && known && !known.offered
        return isUsable ? { kind: 'found', contact: known } : { kind: 'lost' }
      }
      default:
        return unreachable(observation)
    }
  }

  #answer(now: MonotonicMs, key: string, outcome: LookupOutcome): void {
    const waiting = this.#asked.get(key) ?? []
    this.#asked.delete(key)
    for (const done of waiting) done(now, outcome)
  }

  #warn(code: string, name: AccountName, problem?: string): void {
    this.#options.emit({ type: 'warning', reason: { code, details: problem ? { name, problem } : { name } } })
  }
}

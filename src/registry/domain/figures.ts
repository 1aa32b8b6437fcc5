// What the registry counts: how much it did, what it refused, and which limits were hit, since its start and for each of
// the last seconds. Invariants: counting costs an addition, whether anybody looks or not; counters never go back; no name
// and no address is in it. docs/operating.md, "Figures".

import type { MonotonicMs } from '../../base/index.ts'
import type { RegistryErrorName, SessionCloseReason } from '../../protocol/index.ts'
import type { RateClass } from './limits.ts'
import { PerSecond, secondsKept } from './per-second.ts'
import type { RegistryEvent } from './registry-event.ts'

/** What is counted, with what it means. */
export const counterNames = [
  'requests',
  'logins',
  'names',
  'deposited',
  'collected',
  'expired',
  'channelMessages',
  'roomMessages',
  'introductions',
  'sessionsOpened',
  'sessionsEnded',
  'storeFailures',
] as const
export type CounterName = (typeof counterNames)[number]

/** Limits that somebody can hit; a rate by its class. */
export type LimitName =
  | `rate.${RateClass}`
  | 'requestsInWork'
  | 'loginsPerHost'
  | 'passwordGuesses'
  | 'sessions'
  | 'accounts'
  | 'mailbox'
  | 'mailboxPerSender'
  | 'mailStore'
  | 'prekeys'
  | 'rooms'
  | 'messageBytes'
  | 'junk'
  | 'flood'
  | 'slowReader'
  | 'loginTime'

/** What is told for each of the last seconds. `messages`: to mailboxes, rooms and everybody; others never pass the registry. */
export const seriesNames = ['messages', 'logins', 'limits'] as const
export type SeriesName = (typeof seriesNames)[number]

export interface CountedFigures {
  readonly counters: Readonly<Record<CounterName, number>>
  readonly refusals: Readonly<Partial<Record<RegistryErrorName, number>>>
  readonly limits: Readonly<Partial<Record<LimitName, number>>>
}

const seriesOf: Readonly<Partial<Record<CounterName, SeriesName>>> = {
  deposited: 'messages',
  channelMessages: 'messages',
  roomMessages: 'messages',
  logins: 'logins',
}

export class Figures {
  readonly #counters = Object.fromEntries(counterNames.map((name) => [name, 0])) as Record<CounterName, number>
  readonly #refusals: Partial<Record<RegistryErrorName, number>> = {}
  readonly #limits: Partial<Record<LimitName, number>> = {}
  readonly #series: Readonly<Record<SeriesName, PerSecond>>
  #now: MonotonicMs

  constructor(now: MonotonicMs) {
    this.#now = now
    this.#series = { messages: new PerSecond(now), logins: new PerSecond(now), limits: new PerSecond(now) }
  }

  /** What is counted from here on happens at this instant. */
  turn(now: MonotonicMs): void {
    this.#now = now
  }

  count(name: CounterName, by = 1): void {
    this.#counters[name] += by
    const series = seriesOf[name]
    if (series !== undefined) this.#series[series].add(this.#now, by)
  }

  /** Somebody hit a limit. */
  hit(limit: LimitName): void {
    this.#limits[limit] = (this.#limits[limit] ?? 0) + 1
    this.#series.limits.add(this.#now, 1)
  }

  /** Counts what an event says. */
  note(event: RegistryEvent): void {
    const { type } = event
    if (type === 'refused') {
      this.#refusals[event.error] = (this.#refusals[event.error] ?? 0) + 1
      this.#hitIfAny(limitOfRefusal(event.error, event.request))
    } else if (type === 'closing') {
      this.#hitIfAny(limitOfClosing[event.reason])
    } else if (type === 'collected' || type === 'expired') {
      this.count(type, event.rows)
    } else {
      const counter = counterOf[type]
      if (counter !== undefined) this.count(counter)
    }
  }

  counted(): CountedFigures {
    return { counters: { ...this.#counters }, refusals: { ...this.#refusals }, limits: { ...this.#limits } }
  }

  /** Counts of the last `seconds` complete seconds, oldest first; all end at one instant. */
  series(now: MonotonicMs, seconds: number = secondsKept): Readonly<Record<SeriesName, readonly number[]>> {
    const { messages, logins, limits } = this.#series
    return {
      messages: messages.values(now, seconds),
      logins: logins.values(now, seconds),
      limits: limits.values(now, seconds),
    }
  }

  #hitIfAny(limit: LimitName | undefined): void {
    if (limit !== undefined) this.hit(limit)
  }
}

const counterOf: Readonly<Partial<Record<RegistryEvent['type'], CounterName>>> = {
  claimed: 'names',
  loggedIn: 'logins',
  deposited: 'deposited',
  channel: 'channelMessages',
  storeFailure: 'storeFailures',
}

const limitOfClosing: Readonly<Partial<Record<SessionCloseReason, LimitName>>> = {
  junk: 'junk',
  flood: 'flood',
  tooSlow: 'slowReader',
  noLogin: 'loginTime',
}

const fullThing: Readonly<Record<string, LimitName>> = {
  login: 'accounts',
  deposit: 'mailStore',
  addPrekeys: 'prekeys',
}

const limitOfError: Readonly<Partial<Record<RegistryErrorName, LimitName>>> = {
  mailboxFull: 'mailbox',
  senderQuota: 'mailboxPerSender',
  tooLarge: 'messageBytes',
  roomFull: 'rooms',
}

/** Which limit a refusal tells of; what is slowed down is counted where it is, since the answer is the same for all. */
function limitOfRefusal(error: RegistryErrorName, request: string): LimitName | undefined {
  return error === 'registryFull' ? (fullThing[request] ?? 'rooms') : limitOfError[error]
}

// How often a password may be guessed. Invariants: guesses at a name are counted alike whether anybody has it or not; the
// holder's own devices have a bucket of their own, so that nobody can lock an owner out by guessing (item 49 of the
// catalogue of bad input). docs/protocol/registry.md, "Passwords".

import type { MonotonicMs } from '../../base/index.ts'
import type { RegistryLimits } from './limits.ts'
import { RateLimiter } from './rate-limiter.ts'
import { hostKey } from './site.ts'

export class GuessLimits {
  readonly #ofNames: RateLimiter<'stranger' | 'owner'>
  readonly #ofHosts: RateLimiter<'host'>

  constructor(limits: RegistryLimits) {
    const { guessesByStrangers, guessesByOwner, guessesPerHost, rateHoldersMax } = limits
    this.#ofNames = new RateLimiter({ stranger: guessesByStrangers, owner: guessesByOwner }, rateHoldersMax)
    this.#ofHosts = new RateLimiter({ host: guessesPerHost }, rateHoldersMax)
  }

  /** 0 where a guess from this host may go on (and is counted), else the milliseconds until it may. */
  takeOfHost(now: MonotonicMs, host: string): number {
    return this.#ofHosts.take(now, hostKey(host), 'host')
  }

  /** The same for a folded name; `isOwner`: a device of the identity that holds it. */
  takeOfName(now: MonotonicMs, name: string, isOwner: boolean): number {
    return this.#ofNames.take(now, name, isOwner ? 'owner' : 'stranger')
  }
}

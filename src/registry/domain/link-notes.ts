// A note in the store of every link that is logged in, so that the registry, once it was killed and is back, can tell peers
// that are idle that their links are gone (docs/protocol/registry.md, "Login"). Invariant: nobody waits for a note. One
// that is missing costs its peer the time to its next keepalive, one too many a datagram that nobody believes.

import type { MonotonicMs } from '../../base/index.ts'
import type { SessionId, SessionPort } from './session.ts'
import type { Done, Store, StoreFailure } from './store.ts'

export interface LinkNotesOptions {
  readonly store: Store
  readonly port: SessionPort
  /** Notes kept at once. */
  readonly linksMax: number
  readonly noteFailure: (failure: StoreFailure) => void
}

export class LinkNotes {
  readonly #options: LinkNotesOptions
  /** The id under which each session's link is noted. */
  readonly #noted = new Map<SessionId, Uint8Array>()

  constructor(options: LinkNotesOptions) {
    this.#options = options
  }

  /** Resets what an earlier life has left; before anything is noted. */
  resetForgotten(): void {
    const { store, port } = this.#options
    store.takeLinks(this.#afterwards((now, links) => port.resetForgotten(now, links)))
  }

  /** A session has an account, or its link moved. */
  remember(session: SessionId): void {
    const { store, port, linksMax } = this.#options
    const link = port.linkMemo(session)
    if (!link) return
    this.#noted.set(session, link.ours)
    store.rememberLink(link, linksMax, this.#afterwards())
  }

  /** A session has no account any more, or has ended. */
  forget(session: SessionId): void {
    const ours = this.#noted.get(session)
    if (!ours) return
    this.#noted.delete(session)
    this.#options.store.forgetLink(ours, this.#afterwards())
  }

  #afterwards<T>(then?: (now: MonotonicMs, value: T) => void): Done<T> {
    return (now, outcome) => {
      if (outcome.ok) then?.(now, outcome.value)
      else this.#options.noteFailure(outcome.error)
    }
  }
}

// What a session with the registry stands on, and whom it tells. docs/protocol/peer.md, "Registry session".

import type { Address, MonotonicMs } from '../../base/index.ts'
import { fingerprint } from '../../crypto/index.ts'
import type { Endpoint, LinkId } from '../../link/index.ts'
import type { RegistryPush } from '../../protocol/index.ts'
import type { Reason, RegistryState } from './peer-event.ts'
import type { AnswerTo } from './request-table.ts'

export type PeerEndpoint = Pick<Endpoint, 'connect' | 'send' | 'close' | 'punch'> & Partial<Pick<Endpoint, 'stats'>>

/** What the session tells its owner. */
export interface SessionOwner {
  registryChanged(now: MonotonicMs, state: RegistryState, reason?: Reason): void
  /** A registry without a known key: nothing goes on until `trust`. */
  registryKeyMet(now: MonotonicMs, key: Uint8Array): void
  welcomed(now: MonotonicMs, welcome: AnswerTo<'login'>): void
  pushed(now: MonotonicMs, push: RegistryPush): void
  sessionEnded(now: MonotonicMs): void
}

export interface RegistryAccess {
  readonly addresses: readonly Address[]
  /** Pinned, or from an invite; without one the first key is shown, to be trusted or not. */
  readonly key?: Uint8Array | undefined
  /** Another key that an invite gives for a registry whose key is pinned: nobody is talked to until a person decides. */
  readonly otherKey?: Uint8Array | undefined
}

/** How far a session is. */
export type SessionPhase =
  | { readonly kind: 'idle' | 'stopped' | 'closed' }
  /** Nothing is said until a person logs in; the link may still stand. */
  | { readonly kind: 'loggedOut'; readonly link: LinkId | undefined }
  | { readonly kind: 'waiting'; readonly until: MonotonicMs }
  | { readonly kind: 'connecting' | 'loggingIn' | 'online'; readonly link: LinkId }
  | { readonly kind: 'untrusted'; readonly link: LinkId | undefined; readonly key: Uint8Array }

/** Nobody answers at the registry's address, or not in time. */
export const unreachable: Reason = { code: 'registryUnreachable', details: {} }

/** Both fingerprints of a registry that shows another key than the one we know. */
export function wrongKeyReason(expected: Uint8Array | undefined, offered: Uint8Array): Reason {
  return {
    code: 'wrongRegistryKey',
    details: { expected: expected && fingerprint(expected), offered: fingerprint(offered) },
  }
}

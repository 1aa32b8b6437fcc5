// The handshakes of ours under way, and when they end without a link (docs/protocol/link.md 3.2, 3.7). Invariant: every
// attempt that an owner started ends in exactly one of: a link, or one `down` for its LinkId.

import type { Address, MonotonicMs, Random } from '../base/index.ts'
import type { LinkKeyPair } from '../crypto/index.ts'
import {
  HandshakeInitiator,
  initiatesAgainst,
  isTowards,
  otherVersions,
  type ConnectTarget,
} from './handshake-initiator.ts'
import type { LinkDownCause, LinkEvent, LinkId } from './link-event.ts'
import type { LinkLimits } from './link-limits.ts'
import type { DropReason } from './link-trace.ts'
import { answerReceiverAt, connectionIdAt, connectionIdBytes, connectionKey, decodeVersion } from './packet.ts'

export interface AttemptTableOptions {
  readonly staticKey: LinkKeyPair
  readonly limits: LinkLimits
  readonly random: Random
  readonly timestamp: () => number
  readonly newConnectionId: () => { id: Uint8Array; token: Uint8Array }
  readonly events: { push(event: LinkEvent): void }
}

export class AttemptTable {
  readonly #options: AttemptTableOptions
  readonly #byConnection = new Map<number, HandshakeInitiator>()

  constructor(options: AttemptTableOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#byConnection.size
  }

  *links(): Iterable<LinkId> {
    for (const attempt of this.#byConnection.values()) yield attempt.link
  }

  /** Begins a handshake. `delayMs`: first message not before; `probeFor`: only to learn who answers. */
  start(
    now: MonotonicMs,
    link: LinkId,
    target: ConnectTarget,
    more: { delayMs?: number; probeFor?: HandshakeInitiator } = {},
  ): HandshakeInitiator {
    const { staticKey, limits, random, timestamp, newConnectionId } = this.#options
    const { id, token } = newConnectionId()
    const attempt = new HandshakeInitiator(now, {
      link,
      staticKey,
      localId: id,
      localToken: token,
      target,
      timestamp: target.remoteKey === undefined ? 0 : timestamp(),
      limits,
      random,
      ...more,
    })
    this.#byConnection.set(connectionKey(id, 0), attempt)
    return attempt
  }

  isUsed(connectionId: Uint8Array): boolean {
    return this.#byConnection.has(connectionKey(connectionId, 0))
  }

  /** The attempt that an answer, cookie or version datagram names. */
  named(bytes: Uint8Array): HandshakeInitiator | undefined {
    if (bytes.length < answerReceiverAt + connectionIdBytes) return undefined
    const attempt = this.#byConnection.get(connectionKey(bytes, answerReceiverAt))
    return attempt !== undefined && connectionIdAt(bytes, answerReceiverAt, attempt.localId) ? attempt : undefined
  }

  /** The attempt towards the owner of a key. */
  towards(remoteKey: Uint8Array): HandshakeInitiator | undefined {
    for (const attempt of this.#byConnection.values()) if (isTowards(attempt, remoteKey)) return attempt
    return undefined
  }

  /** The attempt that has this LinkId. */
  ofLink(link: LinkId): HandshakeInitiator | undefined {
    for (const attempt of this.#byConnection.values()) {
      if (attempt.link === link && attempt.probeFor === undefined) return attempt
    }
    return undefined
  }

  /**
   * Their first message meets an attempt of ours: if our key is the lower one, our attempt goes on, learns where they are,
   * and theirs is not answered. The attempt if so.
   */
  crossing(now: MonotonicMs, remoteKey: Uint8Array, from: Address): HandshakeInitiator | undefined {
    const attempt = this.towards(remoteKey)
    if (attempt === undefined || !initiatesAgainst(this.#options.staticKey.publicKey, remoteKey)) return undefined
    attempt.addAddress(now, from)
    return attempt
  }

  /** An attempt's instant has come: it ends, or a probe begins beside it, which is answered. */
  handleTimeout(now: MonotonicMs, attempt: HandshakeInitiator): HandshakeInitiator | undefined {
    // Its deadline may still stand in the queue after it became a link, or ended.
    if (attempt.isFinished) return undefined
    if (attempt.isExpired(now)) {
      const { offeredVersions } = attempt
      this.end(attempt, { kind: 'unreachable', ...(offeredVersions === undefined ? {} : { offeredVersions }) })
      return undefined
    }
    if (!attempt.wantsProbe()) return undefined
    attempt.isProbed = true
    const { addresses, purpose } = attempt.target
    return this.start(now, attempt.link, { addresses, purpose }, { probeFor: attempt })
  }

  /** A probe was answered: by the owner of another key, or by the expected one, and then our attempt just goes on. */
  handleProbed(probe: HandshakeInitiator, remoteKey: Uint8Array): void {
    this.forget(probe)
    const attempt = probe.probeFor
    if (attempt === undefined || attempt.isFinished || isTowards(attempt, remoteKey)) return
    this.end(attempt, { kind: 'wrongKey', remoteKey })
  }

  /** Somebody says which versions are spoken there: a reason where that is dropped. */
  handleVersion(bytes: Uint8Array): DropReason | undefined {
    const version = decodeVersion(bytes)
    if (version === undefined) return 'malformed'
    const attempt = this.named(bytes)
    if (attempt === undefined) return 'unasked'
    // Anybody on the way could have written it: the attempt goes on, and tells if nothing better comes.
    attempt.offeredVersions = otherVersions(version.versions)
    return undefined
  }

  /** Ends an attempt without a link. */
  end(attempt: HandshakeInitiator, cause: LinkDownCause): void {
    this.forget(attempt)
    if (attempt.probeFor === undefined) this.#options.events.push({ type: 'down', link: attempt.link, cause })
  }

  forget(attempt: HandshakeInitiator): void {
    attempt.isFinished = true
    this.#byConnection.delete(connectionKey(attempt.localId, 0))
  }
}

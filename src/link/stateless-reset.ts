// Telling a peer that its link is gone, by one who has lost every state of it (docs/protocol/link.md 8): the token of a
// connection id is a keyed hash of it, handed over inside the handshake, so only the owner of the key can reset.
// Invariant: a reset is smaller than what it answers and never answers a reset.

import type { MonotonicMs, Random } from '../base/index.ts'
import { TokenBucket } from '../base/index.ts'
import { mac } from '../crypto/index.ts'
import { linkLabels } from './link-labels.ts'
import { dataReceiverAt, encodeReset, connectionIdBytes, minimumDataBytes, resetTokenBytes } from './packet.ts'

export class StatelessReset {
  readonly #key: Uint8Array
  readonly #random: Random
  readonly #rate: TokenBucket

  constructor(now: MonotonicMs, options: { key: Uint8Array; random: Random; perSecond: number }) {
    this.#key = options.key
    this.#random = options.random
    this.#rate = new TokenBucket(now, options.perSecond, options.perSecond)
  }

  /** The token of one of our connection ids; the same after a restart with the same key. */
  token(connectionId: Uint8Array): Uint8Array {
    return mac(this.#key, linkLabels.reset, connectionId).slice(0, resetTokenBytes)
  }

  /** The answer to a DATA datagram for an id that we do not know, or undefined where there is to be none. */
  answer(now: MonotonicMs, data: Uint8Array): Uint8Array | undefined {
    if (data.length < minimumDataBytes || !this.#rate.take(now)) return undefined
    return this.of(data.subarray(dataReceiverAt, dataReceiverAt + connectionIdBytes))
  }

  /** The reset of one of our connection ids. */
  of(connectionId: Uint8Array): Uint8Array {
    return encodeReset({ receiver: connectionId, token: this.token(connectionId) }, this.#random.bytes(7))
  }
}

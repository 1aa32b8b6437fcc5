// The keys of a link's next epoch, from the last chaining key and a fresh shared secret. What is erased afterwards cannot be
// found again from what is kept: the three outputs are independent, and the chaining key never made a packet key itself.
// Implements docs/protocol/crypto.md, "Rekey".

import { concatBytes } from '../base/index.ts'
import { hkdf } from './hash.ts'
import { labels } from './labels.ts'

/** A direction's packet key each, as 32 bytes, and what the next rekey starts from. */
export interface LinkKeys {
  readonly send: Uint8Array
  readonly receive: Uint8Array
  readonly chainingKey: Uint8Array
}

/** Both sides give the same chaining key and secret; the initiator of the link's handshake sends with the first key. */
export function nextEpochKeys(chainingKey: Uint8Array, sharedSecret: Uint8Array, initiator: boolean): LinkKeys {
  const input = concatBytes(labels.rekey, sharedSecret)
  const [first, second, next] = hkdf(chainingKey, input, 3) as [Uint8Array, Uint8Array, Uint8Array]
  input.fill(0)
  return { send: initiator ? first : second, receive: initiator ? second : first, chainingKey: next }
}

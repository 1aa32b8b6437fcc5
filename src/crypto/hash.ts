// Hash, MAC and key derivation over the platform's BLAKE2s (SHA-256 only for the official vectors of that suite).
// Results are plain Uint8Arrays of their own: a Buffer's `slice` would share memory with it, a hazard for whoever keeps one.
// Implements Noise revision 34 section 4.3 and docs/protocol/crypto.md, "Suite".

import { createHash, createHmac, createSecretKey, hkdfSync } from 'node:crypto'
import { assert } from '../base/index.ts'

/** The hash of a Noise suite, as protocol names spell it. Parley uses BLAKE2s. */
export type HashName = 'BLAKE2s' | 'SHA256'

/** Bytes of every hash, MAC and derived key here. */
export const hashBytes = 32

const nothing = new Uint8Array(0)
const platformNames = { BLAKE2s: 'blake2s256', SHA256: 'sha256' } as const satisfies Record<HashName, string>

/** Hash of the joined parts in the suite's hash: 32 bytes. */
export function suiteHash(name: HashName, parts: readonly Uint8Array[]): Uint8Array {
  const hasher = createHash(platformNames[name])
  for (const part of parts) hasher.update(part)
  return new Uint8Array(hasher.digest())
}

/** Noise's HKDF (revision 34 section 4.3), which is RFC 5869 with `key` as salt and no info: `count` keys of 32 bytes. */
export function suiteHkdf(name: HashName, key: Uint8Array, input: Uint8Array, count: 1 | 2 | 3): Uint8Array[] {
  const output = new Uint8Array(hkdfSync(platformNames[name], createSecretKey(input), key, nothing, count * hashBytes))
  const keys = Array.from({ length: count }, (_, i) => output.slice(i * hashBytes, (i + 1) * hashBytes))
  output.fill(0)
  return keys
}

/** BLAKE2s-256 of the joined parts (RFC 7693): 32 bytes. */
export function hash(...parts: readonly Uint8Array[]): Uint8Array {
  return suiteHash('BLAKE2s', parts)
}

/** HMAC-BLAKE2s (RFC 2104) of the joined parts: 32 bytes. The key may have any length but is 32 bytes in every use of ours. */
export function mac(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  // A raw key costs createHmac three times what a KeyObject and its import cost together.
  const hasher = createHmac(platformNames.BLAKE2s, createSecretKey(key))
  for (const part of parts) hasher.update(part)
  return new Uint8Array(hasher.digest())
}

/** Noise's HKDF over BLAKE2s: one to three independent keys of 32 bytes from a chaining key and fresh input. */
export function hkdf(key: Uint8Array, input: Uint8Array, count: 1 | 2 | 3): Uint8Array[] {
  assert(key.length === hashBytes, 'a chaining key has 32 bytes')
  return suiteHkdf('BLAKE2s', key, input, count)
}

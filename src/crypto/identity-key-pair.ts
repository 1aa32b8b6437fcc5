// An Ed25519 key pair: who somebody is, for as long as they are. It signs device lists and prekeys; it never agrees on keys.
// Implements docs/protocol/crypto.md, "Keys"; RFC 8032.

import { sign, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { Random } from '../base/index.ts'
import { exportPublicKey, importPublicKey, importSecretKey, keyBytes } from './platform-keys.ts'

const signatureBytes = 64

export class IdentityKeyPair {
  /** The 32 bytes others know the identity by. */
  readonly publicKey: Uint8Array
  readonly #seed: Uint8Array
  readonly #key: KeyObject

  private constructor(seed: Uint8Array) {
    this.#seed = seed.slice()
    this.#key = importSecretKey('Ed25519', seed)
    this.publicKey = exportPublicKey(this.#key)
  }

  /** The pair of a stored seed of 32 bytes (RFC 8032 section 5.1.5). */
  static fromSeed(seed: Uint8Array): IdentityKeyPair {
    return new IdentityKeyPair(seed)
  }

  /** A new identity. */
  static generate(random: Random): IdentityKeyPair {
    const seed = random.bytes(keyBytes)
    const pair = new IdentityKeyPair(seed)
    seed.fill(0)
    return pair
  }

  /** A copy of the 32 bytes of the seed, for the key file. */
  exportSeed(): Uint8Array {
    return this.#seed.slice()
  }

  /** The Ed25519 signature of the bytes: 64 bytes, the same for the same bytes. */
  sign(bytes: Uint8Array): Uint8Array {
    return new Uint8Array(sign(undefined, bytes, this.#key))
  }
}

/** Whether the signature is this key's over these bytes. Never throws: wrong lengths and impossible keys are a no. */
export function verifySignature(publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== keyBytes || signature.length !== signatureBytes) return false
  try {
    return verify(undefined, bytes, importPublicKey('Ed25519', publicKey), signature)
  } catch {
    // Some 32 bytes are no point of the curve, and the platform may say so by throwing.
    return false
  }
}

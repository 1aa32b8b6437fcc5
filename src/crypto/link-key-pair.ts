// An X25519 key pair: a device's or registry's link key, a prekey, or a handshake's ephemeral. Whatever is agreed with a key of
// small order is refused as a value, never used (RFC 7748 section 6.1).
// Implements docs/protocol/crypto.md, "Keys".

import { diffieHellman } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { assert, fail, ok } from '../base/index.ts'
import type { Random, Result } from '../base/index.ts'
import { isLowOrder } from './low-order.ts'
import { exportPublicKey, importPublicKey, importSecretKey, keyBytes } from './platform-keys.ts'

export class LinkKeyPair {
  /** The 32 bytes others know it by. */
  readonly publicKey: Uint8Array
  readonly #secret: Uint8Array
  #key: KeyObject | undefined

  private constructor(secret: Uint8Array) {
    this.#secret = secret.slice()
    this.#key = importSecretKey('X25519', secret)
    this.publicKey = exportPublicKey(this.#key)
  }

  /** The pair of a stored secret of 32 bytes (RFC 7748 section 5; clamped in use, kept as given). */
  static fromSecret(secret: Uint8Array): LinkKeyPair {
    return new LinkKeyPair(secret)
  }

  /** A new pair. */
  static generate(random: Random): LinkKeyPair {
    const secret = random.bytes(keyBytes)
    const pair = new LinkKeyPair(secret)
    secret.fill(0)
    return pair
  }

  /** A copy of the 32 secret bytes, for the key file. */
  exportSecret(): Uint8Array {
    assert(this.#key !== undefined, 'an erased key has no secret')
    return this.#secret.slice()
  }

  /** The 32 secret bytes shared with another key, or 'lowOrder' where there can be none. The key must have 32 bytes. */
  agree(publicKey: Uint8Array): Result<Uint8Array, 'lowOrder'> {
    assert(this.#key !== undefined, 'an erased key agrees on nothing')
    const theirs = importPublicKey('X25519', publicKey)
    if (isLowOrder(publicKey)) return fail('lowOrder')
    try {
      return ok(new Uint8Array(diffieHellman({ privateKey: this.#key, publicKey: theirs })))
    } catch {
      // The platform refuses an all-zero result too, and with two well-formed keys nothing else.
      return fail('lowOrder')
    }
  }

  /** Forgets the secret: the pair is of no use any more. */
  erase(): void {
    this.#secret.fill(0)
    this.#key = undefined
  }
}

/** Whether 32 bytes from outside may serve as a link key or prekey: ask before a handshake or a seal is made with them. */
export function isUsableLinkKey(publicKey: Uint8Array): boolean {
  return publicKey.length === keyBytes && !isLowOrder(publicKey)
}

// The key that seals a link's packets in one direction. A packet number is never sealed twice (invariant S7): numbers must
// grow strictly, and a breach is a bug that stops the program before two plaintexts share a nonce.
// Implements docs/protocol/crypto.md, "Packets"; the nonce is Noise's: four zero bytes, then 64 bits little-endian.

import { assert } from '../base/index.ts'
import { nonceBytes, tagBytes } from './aead.ts'
import type { AeadKey } from './aead.ts'
import { importAeadKey } from './aead-provider.ts'

const highWord = 2 ** 32

export class PacketKey {
  readonly #key: AeadKey
  readonly #nonce = new Uint8Array(nonceBytes)
  readonly #nonceView = new DataView(this.#nonce.buffer)
  #lastSealed = -1
  #erased = false

  /** Takes 32 key bytes and does not keep the array. */
  constructor(key: Uint8Array) {
    this.#key = importAeadKey(key)
  }

  /** Writes ciphertext and tag at the start of `out` and returns their length: the plaintext's plus 16. No overlap. */
  seal(packetNumber: number, header: Uint8Array, plaintext: Uint8Array, out: Uint8Array): number {
    assert(!this.#erased, 'an erased key seals nothing')
    assert(
      packetNumber > this.#lastSealed && Number.isSafeInteger(packetNumber),
      'packet numbers are sealed once, growing',
    )
    assert(out.length >= plaintext.length + tagBytes, 'the tag has room')
    this.#lastSealed = packetNumber
    this.#setNonce(packetNumber)
    return this.#key.seal(this.#nonce, header, plaintext, out)
  }

  /** The plaintext in an array of its own, or undefined where the tag is wrong or the key is erased. */
  open(packetNumber: number, header: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
    if (this.#erased || !Number.isSafeInteger(packetNumber) || packetNumber < 0) return undefined
    this.#setNonce(packetNumber)
    return this.#key.open(this.#nonce, header, sealed)
  }

  /** Forgets the key: it seals and opens nothing any more. */
  erase(): void {
    if (this.#erased) return
    this.#erased = true
    this.#key.erase()
  }

  #setNonce(packetNumber: number): void {
    this.#nonceView.setUint32(4, packetNumber % highWord, true)
    this.#nonceView.setUint32(8, Math.floor(packetNumber / highWord), true)
  }
}

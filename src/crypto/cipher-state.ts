// Noise's CipherState: one AEAD key with a counter for its nonce. A counter value seals or opens successfully at most once;
// a refused opening leaves it where it was (Noise revision 34 section 5.1).

import { assert } from '../base/index.ts'
import { nonceBytes, tagBytes } from './aead.ts'
import type { AeadKey } from './aead.ts'
import { importAeadKey } from './aead-provider.ts'

// A handshake seals a handful of texts per key; far below 2^32, so the upper half of the counter stays zero.
const counterMax = 2 ** 16

export class CipherState {
  readonly #key: AeadKey
  #counter: number

  constructor(key: Uint8Array | CipherState) {
    this.#key = key instanceof CipherState ? key.#key : importAeadKey(key)
    this.#counter = key instanceof CipherState ? key.#counter : 0
  }

  /** Ciphertext and tag in a new array. */
  seal(associated: Uint8Array, plaintext: Uint8Array): Uint8Array {
    const sealed = new Uint8Array(plaintext.length + tagBytes)
    this.#key.seal(this.#nonce(), associated, plaintext, sealed)
    this.#counter++
    return sealed
  }

  /** The plaintext, or undefined where the tag is wrong. */
  open(associated: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
    const opened = this.#key.open(this.#nonce(), associated, sealed)
    if (opened !== undefined) this.#counter++
    return opened
  }

  #nonce(): Uint8Array {
    assert(this.#counter < counterMax, 'a handshake key is used a few times only')
    const nonce = new Uint8Array(nonceBytes)
    new DataView(nonce.buffer).setUint32(4, this.#counter, true)
    return nonce
  }
}

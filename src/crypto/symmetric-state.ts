// Noise's SymmetricState: the hash of everything said so far, the chaining key of everything agreed so far, and the cipher made
// from it. Values are replaced, not changed, so that a refused message can be undone by going back to `saved` ones.
// Implements Noise revision 34 section 5.2.

import { assert, concatBytes, encodeUtf8 } from '../base/index.ts'
import { CipherState } from './cipher-state.ts'
import { hashBytes, suiteHash, suiteHkdf } from './hash.ts'
import type { HashName } from './hash.ts'

const nothing = new Uint8Array(0)

interface Values {
  readonly hash: Uint8Array
  readonly chainingKey: Uint8Array
  readonly cipher: CipherState | undefined
}

export class SymmetricState {
  readonly #hashName: HashName
  #hash: Uint8Array
  #chainingKey: Uint8Array
  #cipher: CipherState | undefined
  #saved: Values | undefined

  constructor(protocolName: string, hashName: HashName) {
    const name = encodeUtf8(protocolName)
    this.#hashName = hashName
    this.#hash =
      name.length <= hashBytes
        ? concatBytes(name, new Uint8Array(hashBytes - name.length))
        : suiteHash(hashName, [name])
    this.#chainingKey = this.#hash.slice()
  }

  /** The hash of the conversation so far. */
  get hash(): Uint8Array {
    return this.#hash.slice()
  }

  /** Whether texts are sealed already: the length of a static key in a message depends on it. */
  get hasKey(): boolean {
    return this.#cipher !== undefined
  }

  mixHash(bytes: Uint8Array): void {
    this.#hash = suiteHash(this.#hashName, [this.#hash, bytes])
  }

  mixKey(input: Uint8Array): void {
    const [chainingKey, key] = suiteHkdf(this.#hashName, this.#chainingKey, input, 2) as [Uint8Array, Uint8Array]
    this.#replaceChainingKey(chainingKey)
    this.#replaceCipher(key)
  }

  mixKeyAndHash(input: Uint8Array): void {
    const outputs = suiteHkdf(this.#hashName, this.#chainingKey, input, 3)
    const [chainingKey, hashed, key] = outputs as [Uint8Array, Uint8Array, Uint8Array]
    this.#replaceChainingKey(chainingKey)
    this.mixHash(hashed)
    this.#replaceCipher(key)
  }

  /** The text as it travels: sealed as soon as there is a key. */
  encryptAndHash(plaintext: Uint8Array): Uint8Array {
    const bytes = this.#cipher === undefined ? plaintext : this.#cipher.seal(this.#hash, plaintext)
    this.mixHash(bytes)
    return bytes
  }

  /** What {@link encryptAndHash} took, or undefined where the bytes were not made by the other side of this conversation. */
  decryptAndHash(bytes: Uint8Array): Uint8Array | undefined {
    const plaintext = this.#cipher === undefined ? bytes.slice() : this.#cipher.open(this.#hash, bytes)
    if (plaintext !== undefined) this.mixHash(bytes)
    return plaintext
  }

  /** Remembers the present values, until {@link restore} or {@link commit}. */
  save(): void {
    assert(this.#saved === undefined, 'one message is read at a time')
    const cipher = this.#cipher === undefined ? undefined : new CipherState(this.#cipher)
    this.#saved = { hash: this.#hash, chainingKey: this.#chainingKey, cipher }
  }

  /** Undoes everything since {@link save}. */
  restore(): void {
    assert(this.#saved !== undefined, 'there is something to restore')
    if (this.#chainingKey !== this.#saved.chainingKey) this.#chainingKey.fill(0)
    this.#hash = this.#saved.hash
    this.#chainingKey = this.#saved.chainingKey
    this.#cipher = this.#saved.cipher
    this.#saved = undefined
  }

  /** Makes everything since {@link save} final. */
  commit(): void {
    assert(this.#saved !== undefined, 'there is something to commit')
    if (this.#chainingKey !== this.#saved.chainingKey) this.#saved.chainingKey.fill(0)
    this.#saved = undefined
  }

  /** The initiator's and the responder's key and a third one, independent of both (section 5.2; 3 outputs). Erases itself. */
  split(): [Uint8Array, Uint8Array, Uint8Array] {
    const keys = suiteHkdf(this.#hashName, this.#chainingKey, nothing, 3)
    this.#chainingKey.fill(0)
    this.#cipher = undefined
    return keys as [Uint8Array, Uint8Array, Uint8Array]
  }

  #replaceChainingKey(chainingKey: Uint8Array): void {
    if (this.#chainingKey !== this.#saved?.chainingKey) this.#chainingKey.fill(0)
    this.#chainingKey = chainingKey
  }

  #replaceCipher(key: Uint8Array): void {
    this.#cipher = new CipherState(key)
    key.fill(0)
  }
}

// The AEAD port on libsodium, where somebody installed `sodium-native` beside Parley: about three times as fast a packet.
// Nothing depends on it, and what it says of itself is not believed before it sealed and refused like the platform (aead.ts).

import { assert } from '../base/index.ts'
import { tagBytes } from './aead.ts'
import type { AeadKey, AeadProvider } from './aead.ts'
import { useFasterAead } from './aead-provider.ts'

const moduleName: string = 'sodium-native'

type Seal = (
  out: Uint8Array,
  plaintext: Uint8Array,
  header: Uint8Array | null,
  secretNonce: null,
  nonce: Uint8Array,
  key: Uint8Array,
) => number
type Open = (
  out: Uint8Array,
  secretNonce: null,
  sealed: Uint8Array,
  header: Uint8Array | null,
  nonce: Uint8Array,
  key: Uint8Array,
) => number

interface Sodium {
  readonly crypto_aead_chacha20poly1305_ietf_encrypt: Seal
  readonly crypto_aead_chacha20poly1305_ietf_decrypt: Open
}

class SodiumAeadKey implements AeadKey {
  readonly #sodium: Sodium
  readonly #key: Uint8Array
  #erased = false

  constructor(sodium: Sodium, key: Uint8Array) {
    this.#sodium = sodium
    this.#key = key.slice()
  }

  seal(nonce: Uint8Array, header: Uint8Array, plaintext: Uint8Array, out: Uint8Array): number {
    assert(!this.#erased, 'an erased key seals nothing')
    const length = plaintext.length + tagBytes
    const room = out.subarray(0, length)
    this.#sodium.crypto_aead_chacha20poly1305_ietf_encrypt(room, plaintext, orNull(header), null, nonce, this.#key)
    return length
  }

  open(nonce: Uint8Array, header: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
    assert(!this.#erased, 'an erased key opens nothing')
    if (sealed.length < tagBytes) return undefined
    const opened = new Uint8Array(sealed.length - tagBytes)
    try {
      this.#sodium.crypto_aead_chacha20poly1305_ietf_decrypt(opened, null, sealed, orNull(header), nonce, this.#key)
    } catch {
      return undefined
    }
    return opened
  }

  erase(): void {
    this.#erased = true
    this.#key.fill(0)
  }
}

/** Tries to take `sodium-native` as the AEAD of all keys made from now on. Returns whether it is in use. */
export async function loadSodium(): Promise<boolean> {
  try {
    const loaded: unknown = await import(moduleName)
    const sodium = (loaded as { default?: unknown }).default ?? loaded
    return useFasterAead(sodiumAead(sodium as Sodium))
  } catch {
    return false
  }
}

function sodiumAead(sodium: Sodium): AeadProvider {
  return { name: moduleName, importKey: (key) => new SodiumAeadKey(sodium, key) }
}

function orNull(bytes: Uint8Array): Uint8Array | null {
  return bytes.length === 0 ? null : bytes
}

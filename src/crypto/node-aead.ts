// The AEAD port on node:crypto. The key is held as a KeyObject: a raw key would be imported anew for every packet, at several
// times the price of the packet.

import { createCipheriv, createDecipheriv, createSecretKey } from 'node:crypto'
import type { CipherGCM, DecipherGCM, KeyObject } from 'node:crypto'
import { assert } from '../base/index.ts'
import { tagBytes } from './aead.ts'
import type { AeadKey, AeadProvider } from './aead.ts'

const algorithm = 'chacha20-poly1305'
const options = { authTagLength: tagBytes } as const
// The platform's types ask for the plaintext's length with the header, which only CCM needs: these are the types without.

class NodeAeadKey implements AeadKey {
  #key: KeyObject | undefined

  constructor(key: Uint8Array) {
    this.#key = createSecretKey(key)
  }

  seal(nonce: Uint8Array, header: Uint8Array, plaintext: Uint8Array, out: Uint8Array): number {
    assert(this.#key !== undefined, 'an erased key seals nothing')
    const cipher: CipherGCM = createCipheriv(algorithm, this.#key, nonce, options)
    if (header.length > 0) cipher.setAAD(header)
    const length = plaintext.length
    if (length > 0) out.set(cipher.update(plaintext))
    cipher.final()
    out.set(cipher.getAuthTag(), length)
    return length + tagBytes
  }

  open(nonce: Uint8Array, header: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
    assert(this.#key !== undefined, 'an erased key opens nothing')
    const length = sealed.length - tagBytes
    if (length < 0) return undefined
    const decipher: DecipherGCM = createDecipheriv(algorithm, this.#key, nonce, options)
    if (header.length > 0) decipher.setAAD(header)
    decipher.setAuthTag(sealed.subarray(length))
    const opened = decipher.update(sealed.subarray(0, length))
    try {
      decipher.final()
    } catch {
      return undefined
    }
    return new Uint8Array(opened.buffer, opened.byteOffset, opened.length)
  }

  erase(): void {
    // The platform wipes a KeyObject's bytes when it collects it; there is no way to ask for it sooner.
    this.#key = undefined
  }
}

/** ChaCha20-Poly1305 of the platform. */
export const nodeAead: AeadProvider = {
  name: 'node',
  importKey: (key) => {
    assert(key.length === 32, 'an AEAD key has 32 bytes')
    return new NodeAeadKey(key)
  },
}

// One sealing with a key that is used a few times only (cookies, key files): the caller owns the nonce and answers for it.

import { assert } from '../base/index.ts'
import { nonceBytes, tagBytes } from './aead.ts'
import { importAeadKey } from './aead-provider.ts'

/** ChaCha20-Poly1305 ciphertext and tag. The key has 32 bytes, the nonce 12; never use a pair of them twice. */
export function sealBytes(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, bytes: Uint8Array): Uint8Array {
  assert(nonce.length === nonceBytes, 'a nonce has 12 bytes')
  const sealed = new Uint8Array(bytes.length + tagBytes)
  importAeadKey(key).seal(nonce, aad, bytes, sealed)
  return sealed
}

/** The plaintext, or undefined where key, nonce, associated data or bytes are not those that were sealed. */
export function openBytes(
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  assert(nonce.length === nonceBytes, 'a nonce has 12 bytes')
  return importAeadKey(key).open(nonce, aad, sealed)
}

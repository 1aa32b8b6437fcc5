// Raw 32-byte keys into the platform's key objects and back. Public keys come in as JWK and secret ones as DER (measured: the
// fastest that every Node 24 has), DER so that the secret lies only in an array that is wiped and never in a text.
// Only this folder imports it: its types name the platform, those of index.ts must not.

import { createPrivateKey, createPublicKey } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { assert } from '../base/index.ts'

export type CurveName = 'X25519' | 'Ed25519'

/** Bytes of every X25519 and Ed25519 key, public or secret. */
export const keyBytes = 32

// PKCS #8 wrappers of RFC 8410 section 7, up to the 32 bytes of the secret.
const secretPrefixes = {
  X25519: Uint8Array.of(48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 110, 4, 34, 4, 32),
  Ed25519: Uint8Array.of(48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32),
} as const satisfies Record<CurveName, Uint8Array>

// An import costs about as much as a Diffie-Hellman, and a handshake uses each public key twice. Public keys are no secret,
// so a flood of them costs others speed only; the bound keeps it at that.
const cacheSizeMax = 256
const cache = new Map<string, KeyObject>()

/** Imports a secret key; the bytes are not kept. */
export function importSecretKey(curve: CurveName, secret: Uint8Array): KeyObject {
  assert(secret.length === keyBytes, 'a secret key has 32 bytes')
  const prefix = secretPrefixes[curve]
  const der = Buffer.alloc(prefix.length + keyBytes)
  der.set(prefix)
  der.set(secret, prefix.length)
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  der.fill(0)
  return key
}

/** Imports a public key. Any 32 bytes are accepted: whether they are a good key shows in use. */
export function importPublicKey(curve: CurveName, publicKey: Uint8Array): KeyObject {
  assert(publicKey.length === keyBytes, 'a public key has 32 bytes')
  const name = curve + Buffer.from(publicKey.buffer, publicKey.byteOffset, keyBytes).toString('latin1')
  let key = cache.get(name)
  if (key === undefined) {
    key = createPublicKey({ key: { kty: 'OKP', crv: curve, x: base64Url(publicKey) }, format: 'jwk' })
    if (cache.size >= cacheSizeMax) cache.delete(cache.keys().next().value as string)
  } else {
    cache.delete(name)
  }
  cache.set(name, key)
  return key
}

/** The raw public half of a secret key. */
export function exportPublicKey(key: KeyObject): Uint8Array {
  const { x } = createPublicKey(key).export({ format: 'jwk' })
  const bytes = new Uint8Array(Buffer.from(x ?? '', 'base64url'))
  assert(bytes.length === keyBytes, 'the platform exports public keys as 32 bytes')
  return bytes
}

function base64Url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64url')
}

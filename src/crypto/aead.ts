// The port of the one AEAD, ChaCha20-Poly1305 (RFC 8439), so that its provider can be changed without anybody noticing.
// Whoever seals through it answers for nonces: never two texts under one key and nonce.

/** Bytes of the tag that follows every ciphertext. */
export const tagBytes = 16
/** Bytes of a nonce. */
export const nonceBytes = 12

/** One imported key. Nonces have 12 bytes; never seal twice with one (PacketKey and CipherState see to it). */
export interface AeadKey {
  /** Writes ciphertext and tag at the start of `out`, which must not overlap the plaintext; returns their length. */
  seal(nonce: Uint8Array, header: Uint8Array, plaintext: Uint8Array, out: Uint8Array): number
  /** The plaintext in an array of its own, or undefined where the tag is wrong or missing. */
  open(nonce: Uint8Array, header: Uint8Array, sealed: Uint8Array): Uint8Array | undefined
  /** Forgets the key; it must not be used afterwards. */
  erase(): void
}

/** A source of AEAD keys. */
export interface AeadProvider {
  readonly name: string
  /** Imports 32 key bytes; does not keep the array. */
  importKey(key: Uint8Array): AeadKey
}

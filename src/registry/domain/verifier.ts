// The port to the cryptography that the rules need themselves. The program fills it, as the domain imports no crypto.

export interface Verifier {
  /** Whether `signature` is the Ed25519 signature of `bytes` by `publicKey`; never throws. */
  verifySignature(publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean
  /** A cryptographic hash, 32 bytes. */
  digest(bytes: Uint8Array): Uint8Array
}

// The few public keys with which every shared secret is all zero, known by value, so that they are refused as input before a
// handshake depends on them: the points of small order of Curve25519, non-canonical spellings included. The highest bit,
// which X25519 ignores, is left out of the comparison.
// Implements docs/protocol/crypto.md, "Keys"; RFC 7748 section 6.1.

import { fromHex } from '../base/index.ts'

const lowOrderPoints = [
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  // p - 1, p and p + 1, where p is 2^255 - 19.
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
].map((hex) => fromHex(hex) as Uint8Array)

/** Whether these 32 bytes are an X25519 key whose shared secrets are all zero, whatever the other key. */
export function isLowOrder(publicKey: Uint8Array): boolean {
  return lowOrderPoints.some((point) => sameBelowTopBit(point, publicKey))
}

function sameBelowTopBit(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < 31; i++) if (a[i] !== b[i]) return false
  return (((a[31] as number) ^ (b[31] as number)) & 0x7f) === 0
}

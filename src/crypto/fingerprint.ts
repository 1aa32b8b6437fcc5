// How people compare keys: 160 bits of a hash as eight groups of four letters, which can be read over the telephone.
// Implements docs/protocol/crypto.md, "Fingerprint".

import { hash } from './hash.ts'

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'
const fingerprintBytes = 20

/** The fingerprint of a key for people: `k3vd-…`, eight groups of four characters of RFC 4648 base32 in lower case. */
export function fingerprint(publicKey: Uint8Array): string {
  const digest = hash(publicKey).subarray(0, fingerprintBytes)
  let text = ''
  let bits = 0
  let held = 0
  for (const byte of digest) {
    held = (held << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      if (text.length % 5 === 4) text += '-'
      text += alphabet[(held >> bits) & 31]
    }
    held &= (1 << bits) - 1
  }
  return text
}

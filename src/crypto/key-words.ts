// The same key as words, for telephones and for people who do not like letters: 128 bits of the hash that the fingerprint
// shows, as twelve words of the English list of BIP-39, whose last word holds a checksum. docs/protocol/crypto.md,
// "Fingerprint".

import { entropyToMnemonic } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { hash } from './hash.ts'

const wordBytes = 16

/** Twelve words for a key: BIP-39 over the first 128 bits of its hash. */
export function keyWords(publicKey: Uint8Array): readonly string[] {
  return entropyToMnemonic(hash(publicKey).subarray(0, wordBytes), wordlist).split(' ')
}

// Which AEAD new keys use: the platform's by default, a faster one where the program found it. A provider is taken only after it
// agreed with the platform's on sealing, opening and refusing, so a broken one costs speed, not secrecy.

import { equalBytes } from '../base/index.ts'
import { nonceBytes, tagBytes } from './aead.ts'
import type { AeadKey, AeadProvider } from './aead.ts'
import { nodeAead } from './node-aead.ts'

let provider: AeadProvider = nodeAead

/** Imports a key with the current provider. */
export function importAeadKey(key: Uint8Array): AeadKey {
  return provider.importKey(key)
}

/** The name of the provider that new keys use. */
export function aeadName(): string {
  return provider.name
}

/** Makes new keys use this provider, if it agrees with the platform's. Returns whether it was taken. */
export function useFasterAead(candidate: AeadProvider): boolean {
  if (!agrees(candidate)) return false
  provider = candidate
  return true
}

function agrees(candidate: AeadProvider): boolean {
  const key = new Uint8Array(32).fill(7)
  const nonce = new Uint8Array(nonceBytes).fill(9)
  const header = Uint8Array.of(1, 2, 3)
  try {
    const ours = nodeAead.importKey(key)
    const theirs = candidate.importKey(key)
    for (const length of [0, 1, 64, 1200]) {
      const plaintext = new Uint8Array(length).fill(length)
      const expected = new Uint8Array(length + tagBytes)
      const found = new Uint8Array(length + tagBytes)
      ours.seal(nonce, header, plaintext, expected)
      if (theirs.seal(nonce, header, plaintext, found) !== found.length || !equalBytes(found, expected)) return false
      const opened = theirs.open(nonce, header, found)
      if (opened === undefined || !equalBytes(opened, plaintext)) return false
      found[length] = (found[length] as number) ^ 1
      if (theirs.open(nonce, header, found) !== undefined) return false
    }
    return true
  } catch {
    return false
  }
}

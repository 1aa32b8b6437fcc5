// The registry's two secrets, made at the first start and the same for ever: the link key, by which people know it, and
// the key of its stateless resets, by which peers learn at once that it was restarted. Both 0600.

import { join } from 'node:path'
import { ParleyError, type Random } from '../base/index.ts'
import { LinkKeyPair } from '../crypto/index.ts'
import { createPrivateFile, readPrivateFile } from '../disk/index.ts'

export interface RegistryKeys {
  readonly link: LinkKeyPair
  readonly reset: Uint8Array
}

const keyBytes = 32

/** Throws ParleyError `privateFileOpen`, `notReadable`, `notWritable`, or `keyDamaged` with the `path`. */
export function loadRegistryKeys(folder: string, random: Random): RegistryKeys {
  return {
    link: LinkKeyPair.fromSecret(loadSecret(join(folder, 'registry.key'), random)),
    reset: loadSecret(join(folder, 'reset.key'), random),
  }
}

function loadSecret(path: string, random: Random): Uint8Array {
  const known = readPrivateFile(path)
  if (known) {
    // Never replaced by a new one: everybody who pinned the old key would have to be told why.
    if (known.length !== keyBytes) throw new ParleyError('keyDamaged', { details: { path, bytes: known.length } })
    return known
  }
  const fresh = random.bytes(keyBytes)
  createPrivateFile(path, fresh)
  return fresh
}

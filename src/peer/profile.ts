// A profile: the folder of one account on this machine, with its keys, its store and what it knows of registries. Keys are
// made at the first start and never replaced; a folder serves one running program. docs/operating.md, "Profiles".

import { join } from 'node:path'
import { ParleyError, type Random, type WallMs } from '../base/index.ts'
import { IdentityKeyPair, LinkKeyPair } from '../crypto/index.ts'
import { createPrivateFile, ensurePrivateFolder, readPrivateFile } from '../disk/index.ts'
import type { AccountName } from '../protocol/index.ts'
import type { PeerProfile } from './domain/index.ts'

export { accountFolder, profileFolder } from './profile-folder.ts'

const secretBytes = 32

/**
 * The keys of a profile, made where there are none. Throws ParleyError `privateFileOpen`, `notReadable`, `notWritable`, or
 * `keyDamaged` with the `path`.
 */
export function loadProfile(folder: string, name: AccountName, random: Random, wall: WallMs): PeerProfile {
  ensurePrivateFolder(folder)
  const identity = load(join(folder, 'identity.key'), secretBytes, () => random.bytes(secretBytes))
  // The time belongs to the key: both are signed in the device list, whose bytes must be the same at every start.
  const device = load(join(folder, 'link.key'), secretBytes + 8, () => {
    const fresh = new Uint8Array(secretBytes + 8)
    fresh.set(random.bytes(secretBytes))
    new DataView(fresh.buffer).setBigUint64(secretBytes, BigInt(Math.max(0, Math.floor(wall))))
    return fresh
  })
  const added = Number(new DataView(device.buffer, device.byteOffset).getBigUint64(secretBytes))
  return {
    name,
    identity: IdentityKeyPair.fromSeed(identity),
    linkKey: LinkKeyPair.fromSecret(device.subarray(0, secretBytes)),
    added,
  }
}

function load(path: string, bytes: number, make: () => Uint8Array): Uint8Array {
  const known = readPrivateFile(path)
  if (!known) {
    const fresh = make()
    createPrivateFile(path, fresh)
    return fresh
  }
  // Never replaced by a new one: to others that would be another person.
  if (known.length !== bytes) throw new ParleyError('keyDamaged', { details: { path, bytes: known.length } })
  return known
}

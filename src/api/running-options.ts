// What can only be chosen when a peer is opened, held against the one that runs: whoever asks for something else is told
// so, and not attached to what they did not ask for.

import { ParleyError } from '../base/index.ts'
import type { RegistryTarget } from '../protocol/index.ts'
import type { OpenPeerOptions } from './open-peer.ts'
import type { PeerApi } from './peer-api.ts'

/** Rejects with ParleyError `otherRegistry` {registry, running} or `otherPort` {port, running}. */
export async function checkAgainstRunning(peer: PeerApi, options: OpenPeerOptions): Promise<void> {
  const { registry, port, inviteCode } = options
  if (port !== undefined && port !== 0 && port !== peer.port) {
    throw new ParleyError('otherPort', { details: { port, running: peer.port } })
  }
  if (registry !== undefined) await checkRegistry(peer, registry)
  // A name that waits for its code is let in by it, as at an opening; what is wrong with it is told as an event.
  if (inviteCode !== undefined && peer.registryState() === 'loggedOut') await peer.login({ inviteCode })
}

async function checkRegistry(peer: PeerApi, registry: string): Promise<void> {
  // The protocol's code is loaded only where there is something to read.
  const { parseRegistryTarget } = await import('../protocol/index.ts')
  const given = parseRegistryTarget(registry)
  if (!given.ok) throw new ParleyError('badRegistry', { details: { registry, problem: given.error } })
  const { invite, registry: running } = await peer.status()
  const present = parseRegistryTarget(invite)
  if (present.ok && isSame(given.value, present.value)) return
  throw new ParleyError('otherRegistry', { details: { registry, running } })
}

/** One registry may have several addresses; where both keys are known, they say which it is. */
function isSame(one: RegistryTarget, other: RegistryTarget): boolean {
  if (one.key && other.key) return one.key.join() === other.key.join()
  return one.port === other.port && hostOf(one.host) === hostOf(other.host)
}

function hostOf(host: string): string {
  const folded = host.toLowerCase()
  return folded === 'localhost' || folded === '::1' ? '127.0.0.1' : folded
}

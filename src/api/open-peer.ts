// Opens a peer in this process as the PeerApi. The peer's code is loaded on demand, so that help and errors of usage do
// not wait for it.

import type { PeerOptions } from '../peer/index.ts'
import type { PeerApi } from './peer-api.ts'

export interface OpenPeerOptions {
  /** The account to log in as. */
  readonly name: string
  /** One folder for everything, instead of PARLEY_HOME or the XDG ones. */
  readonly home?: string
  /** An invite link or HOST:PORT; without it, the profile's last registry. */
  readonly registry?: string
  /** Own UDP port; 0 or absent for any that is free. */
  readonly port?: number
  /** Asked once when a registry is met whose key is not known: whether to trust it for good. */
  readonly onRegistryKey?: (fingerprint: string) => Promise<boolean>
  /** For the first login of a new name, where the registry asks for one. */
  readonly inviteCode?: string
  /** Whether one may send to oneself; absent: yes. Otherwise `send` rejects with `selfRefused`. */
  readonly selfNotes?: boolean
}

/** Rejects with a ParleyError where the profile, the store or the port cannot be had. Does not wait for the registry. */
export async function openPeer(options: OpenPeerOptions): Promise<PeerApi> {
  const [{ Peer }, { LocalPeer }] = await Promise.all([import('../peer/index.ts'), import('./local-peer.ts')])
  const own: PeerOptions = { ...options, agent: 'parley chat' }
  return new LocalPeer(await Peer.open(own), own, (other) => Peer.open(other))
}

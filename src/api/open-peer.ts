// How a program comes to a PeerApi: a peer of its own, the running one of a profile, or whichever of both there can be. The
// peer's code is loaded on demand, so that help, errors of usage and commands that only attach do not wait for it.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ParleyError } from '../base/index.ts'
import { accountFolder } from '../peer/profile-folder.ts'
import { isAccountName } from '../protocol/account-name.ts'
import type { PeerApi } from './peer-api.ts'
import type { MoveHooks } from './local-peer.ts'

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
  /** What the program calls itself at the registry and in the profile's lock; absent: `parley`. */
  readonly agent?: string
}

/** A PeerApi that may change the process its peer runs in. */
export interface SharedPeerApi extends PeerApi {
  /** The peer runs in this process now, and ends with it unless another one takes over. */
  readonly isOwn: boolean
}

/**
 * A peer in this process, for nobody else. Rejects with a ParleyError where the profile, the store or the port cannot be
 * had. Does not wait for the registry.
 */
export async function openPeer(options: OpenPeerOptions, hooks?: MoveHooks): Promise<PeerApi> {
  checkNewProfile(options)
  const [{ Peer }, { LocalPeer }] = await Promise.all([import('../peer/index.ts'), import('./local-peer.ts')])
  return new LocalPeer(await Peer.open(options), options, (other) => Peer.open(other), hooks)
}

/**
 * The running peer of this profile; where none runs, one is opened here and serves the profile's socket, so that others may
 * attach. When the process that holds the profile ends, whoever is attached takes over or attaches to who did: listeners
 * go on hearing, what was missed meanwhile is told, and sends and questions in flight are made again; other calls reject
 * with `peerLost`. Meanwhile a `registry` event tells `unreachable` with the reason `peerLost`.
 *
 * Rejects as `openPeer` does, with `folderLocked` {folder, pid, program, since} where another process holds the profile
 * and does not answer its socket, with `otherRegistry` {registry, running} and `otherPort` {port, running} where the
 * options ask for what only an opening can give. `close` detaches, and closes the peer where it is this process's own.
 */
export async function openSharedPeer(options: OpenPeerOptions): Promise<SharedPeerApi> {
  const { SharedPeer } = await import('./shared-peer.ts')
  return SharedPeer.open(options)
}

/**
 * Like `openSharedPeer`, but the peer must be this process's own: `folderLocked` {folder, pid, program, since} where
 * another one runs.
 */
export async function openServedPeer(options: OpenPeerOptions): Promise<SharedPeerApi> {
  const { SharedPeer } = await import('./shared-peer.ts')
  return SharedPeer.hold(options)
}

/**
 * The running peer of this profile, or undefined where none runs. It never opens one: where the other process ends, its
 * calls wait for a moment whether somebody takes over, and then reject with `peerLost`.
 */
export async function attachPeer(options: {
  readonly name: string
  readonly home?: string
}): Promise<SharedPeerApi | undefined> {
  const { SharedPeer } = await import('./shared-peer.ts')
  return SharedPeer.attach(options)
}

/** A mistyped name must leave nothing behind: its folder would be a profile, and the one that was used last. */
function checkNewProfile({ name, home, registry }: OpenPeerOptions): void {
  if (registry !== undefined || !isAccountName(name)) return
  if (!existsSync(join(accountFolder(name, home), 'registries.json'))) throw new ParleyError('noRegistry')
}

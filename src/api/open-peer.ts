// Opens a peer in this process and shows it as the PeerApi: thin, it only renames and drops what faces do not need. The
// peer's code is loaded on demand, so that help and errors of usage do not wait for it.

import { unreachable } from '../base/index.ts'
import type { Peer, PeerEvent as OwnEvent } from '../peer/index.ts'
import type { Client, HistoryEntry, PeerApi, PeerEvent, RegistryState } from './peer-api.ts'

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
}

/** Rejects with a ParleyError where the profile, the store or the port cannot be had. Does not wait for the registry. */
export async function openPeer(options: OpenPeerOptions): Promise<PeerApi> {
  const { Peer: PeerClass } = await import('../peer/index.ts')
  return new LocalPeer(await PeerClass.open({ ...options, agent: 'parley chat' }))
}

class LocalPeer implements PeerApi {
  readonly #peer: Peer

  constructor(peer: Peer) {
    this.#peer = peer
  }

  get name(): string {
    return this.#peer.name
  }
  get fingerprint(): string {
    return this.#peer.fingerprint
  }
  get registry(): string {
    return this.#peer.registry
  }
  get port(): number {
    return this.#peer.port
  }

  registryState(): RegistryState {
    return this.#peer.registryState()
  }

  async send(to: string, text: string): Promise<string> {
    return (await this.#peer.send(to, text)).id
  }

  async clients(): Promise<readonly Client[]> {
    const known = await this.#peer.clients()
    return known.map(({ name, online, road }) => {
      const status = online ? 'online' : 'away'
      return road === undefined ? { name, status } : { name, status, road }
    })
  }

  async history(name: string, count: number): Promise<readonly HistoryEntry[]> {
    return this.#peer.history(name, count)
  }

  async acceptIdentity(name: string): Promise<void> {
    await this.#peer.acceptIdentity(name)
  }

  subscribe(listener: (event: PeerEvent) => void): () => void {
    // The rows of the table after a login are no news: whoever was there is there.
    let isTableWhole = this.#peer.registryState() === 'online'
    return this.#peer.subscribe((event) => {
      if (event.type === 'loggedIn') isTableWhole = false
      if (event.type === 'clients') isTableWhole = true
      if (event.type === 'presence' && !isTableWhole) return
      const shown = faceEventOf(event)
      if (shown !== undefined) listener(shown)
    })
  }

  async close(): Promise<void> {
    await this.#peer.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

/** The same event in the words of faces; undefined where it is answered otherwise (`refused` rejects the `send`). */
function faceEventOf(event: OwnEvent): PeerEvent | undefined {
  switch (event.type) {
    case 'kept':
      return { ...event, type: 'sent' }
    case 'message':
      return { ...event, conversation: event.from }
    case 'presence':
      return { type: 'presence', name: event.name, status: event.online ? 'online' : 'away' }
    case 'clients':
      return { type: 'directory', count: event.count }
    case 'registry':
    case 'state':
    case 'identityChanged':
    case 'warning':
      return event
    case 'refused':
    case 'registryKey':
    case 'loggedIn':
      return undefined
    default:
      return unreachable(event)
  }
}

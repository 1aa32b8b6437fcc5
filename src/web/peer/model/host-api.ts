// What the page may ask of its host, the process that serves it, before there is a peer; and what the host tells.

import type { PeerStatus } from '../../../api/index.ts'
import type { RpcCaller, RpcNotice } from '../../../api/rpc/page.ts'

/** A profile on this machine. */
export interface HostProfile {
  readonly name: string
  /** HOST:PORT of the registry it used last. */
  readonly registry?: string
}

export interface HostStatus {
  readonly version: string
  readonly profiles: readonly HostProfile[]
  /** Whether a peer is open here. */
  readonly isOpen: boolean
  /** The account that is open, or that the command line named. */
  readonly name?: string
  /** The registry that the command line named. */
  readonly registry?: string
}

export interface OpenRequest {
  readonly name: string
  /** An invite link or HOST:PORT; absent: the profile's last one. */
  readonly registry?: string
  readonly port?: number
  readonly inviteCode?: string
}

export type HostEvent =
  /** A registry shows a key that this machine has not met: `answerRegistryKey`. */
  | { readonly type: 'registryKey'; readonly fingerprint: string; readonly words?: readonly string[] }
  /** A peer is open; it may be another than before. */
  | { readonly type: 'opened'; readonly status: PeerStatus }

/** Host verbs; they reject with a ParleyError. */
export class HostApi {
  readonly #caller: RpcCaller

  constructor(caller: RpcCaller) {
    this.#caller = caller
  }

  hostStatus(): Promise<HostStatus> {
    return this.#caller.call('hostStatus') as Promise<HostStatus>
  }

  /** Opens the profile, or makes it; a former peer is closed. While it waits, `registryKey` may ask. */
  openPeer(request: OpenRequest): Promise<PeerStatus> {
    return this.#caller.call('openPeer', request) as Promise<PeerStatus>
  }

  /** Answers the event `registryKey`. */
  async answerRegistryKey(trust: boolean): Promise<void> {
    await this.#caller.call('answerRegistryKey', { trust })
  }
}

/** The host's event in a notice, whose method is its name; undefined of all other notices. */
export function hostEventOf({ method, params }: RpcNotice): HostEvent | undefined {
  if (method !== 'registryKey' && method !== 'opened') return undefined
  return typeof params === 'object' && params !== null ? ({ ...params, type: method } as HostEvent) : undefined
}

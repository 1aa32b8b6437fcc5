// How this process comes to the peer of a profile: attached to the process that runs it, or running it here and serving its
// socket. Only who holds the profile's lock serves, so that there is one peer however many want it.

import { ParleyError } from '../base/index.ts'
import { accountFolder } from '../peer/profile-folder.ts'
import { openPeer, type OpenPeerOptions } from './open-peer.ts'
import type { PeerApi } from './peer-api.ts'
import { PeerLine } from './peer-line.ts'
import type { PeerSocket } from './peer-socket.ts'

export interface Seat {
  readonly peer: PeerApi
  /** The peer runs in this process. */
  readonly isOwn: boolean
  /** Why the peer is not shared; undefined where it is, or need not be. */
  readonly problem?: ParleyError
  /** Told once when the peer of another process is gone. */
  onLost(listener: (error: ParleyError) => void): void
  /** Whether a call failed only because that process is gone. */
  isLoss(error: unknown): boolean
  close(): Promise<void>
}

/** The peer that another process serves; undefined where none does. */
export async function attachSeat(name: string, home: string | undefined): Promise<Seat | undefined> {
  const line = await PeerLine.open(accountFolder(name, home))
  if (line === undefined) return undefined
  return {
    peer: line.peer,
    isOwn: false,
    onLost: (listener) => line.onLost(listener),
    isLoss: (error) => line.isLoss(error),
    close: () => line.close(),
  }
}

/** A peer of this process, served to others; rejects as `openPeer` does, with `folderLocked` where another one runs. */
export async function openSeat(options: OpenPeerOptions): Promise<Seat> {
  const { home } = options
  let socket: PeerSocket | undefined
  const peer = await openPeer(options, {
    // Before the lock is let go of: its next holder's socket must not be taken away.
    leaving: () => socket?.unlisten(),
    // Whom a login brought is served where others look for them; where that fails, this process alone has the peer.
    arrived: async (name) => void (await share(socket, accountFolder(name, home))),
  })
  // What serves is not loaded by who only attaches.
  const [serving, { peerVerbs }] = await Promise.all([import('./peer-socket.ts'), import('./rpc/peer-verbs.ts')])
  const served = (socket = new serving.PeerSocket(peer, peerVerbs))
  const problem = await share(served, accountFolder(options.name, home))
  return {
    peer,
    isOwn: true,
    ...(problem && { problem }),
    onLost: () => undefined,
    isLoss: () => false,
    close: async () => {
      served.close()
      await peer.close()
    },
  }
}

async function share(socket: PeerSocket | undefined, folder: string): Promise<ParleyError | undefined> {
  try {
    await socket?.listen(folder)
    return undefined
  } catch (error) {
    if (error instanceof ParleyError) return error
    throw error
  }
}

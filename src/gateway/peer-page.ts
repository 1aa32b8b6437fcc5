// What a page of a peer talks to: the host's verbs always, the peer's own once one is open, both on one connection. Several
// pages are several connections to the one peer: what one does, all hear.

import { type PeerApi, RpcSession, type Verb, type VerbTable } from '../api/index.ts'
import { peerVerbs } from '../api/rpc/peer-verbs.ts'
import { hostVerbs } from './host-verbs.ts'
import type { PeerHost } from './peer-host.ts'
import type { ConnectPage } from './page-sockets.ts'

const table: VerbTable<PeerHost> = { ...forHost(peerVerbs), ...hostVerbs }

/** Serves each connection of a page server with `host` and its peer. */
export function connectPeerPage(host: PeerHost): ConnectPage {
  return ({ send }) => {
    const session = new RpcSession({ table, target: host, send })
    const stop = host.watch(({ method, params }) => session.notify(method, params))
    return {
      receive: (text) => session.receive(text),
      close: () => {
        stop()
        session.close()
      },
    }
  }
}

/** The same verbs on whatever peer is open when they are called; `noPeer` where none is. */
function forHost(verbs: VerbTable<PeerApi>): VerbTable<PeerHost> {
  const entries = Object.entries(verbs).map(([name, verb]): [string, Verb<PeerHost>] => [
    name,
    {
      ...verb,
      // A verb uses of its session what is the same for every target.
      call: async (host, params, session) => verb.call(host.peer(), params, session as unknown as RpcSession<PeerApi>),
    },
  ])
  return Object.fromEntries(entries)
}

// `parley registry --web`: the running registry as its window sees it, and the window's server. It wires, and turns what
// the registry measures into what travels; it decides nothing.

import { formatAddress, ParleyError } from '../base/index.ts'
import type { RegistryApi, RegistryPeer } from '../api/index.ts'
import { productVersion } from '../api/index.ts'
import { openRegistryWindow } from '../gateway/index.ts'
import type { AccountMode } from '../protocol/index.ts'
import type { LogRing, PeerRow, RegistryServer } from '../registry/index.ts'
import { joinLine } from './join-line.ts'

export interface WindowOptions {
  readonly server: RegistryServer
  readonly ring: LogRing
  readonly accounts: AccountMode
  /** TCP; 0: any that is free. */
  readonly port: number
  readonly host?: string | undefined
  readonly isMetricsOpen: boolean
  /** The folder of the built pages; absent: where the build puts them. */
  readonly assets?: URL
}

export interface OpenWindow {
  /** With the token. */
  readonly url: string
  readonly host: string
  /** Only this machine reaches it. */
  readonly isLocal: boolean
  close(): Promise<void>
}

/** Rejects with ParleyError `pagePortInUse`, `pagePortForbidden`, `hostNotLocal`, `pageMissing`. */
export async function openWindow(options: WindowOptions): Promise<OpenWindow> {
  const { server, port, host = '127.0.0.1', isMetricsOpen, assets } = options
  const page = await openRegistryWindow({
    api: windowApi(options),
    host,
    port,
    isMetricsOpen,
    ...(assets && { assets }),
    metrics: () => server.metrics(productVersion()),
    readiness: () => server.readiness(),
  })
  const isLocal = host === '::1' || host.startsWith('127.')
  return { url: page.url, host, isLocal, close: () => page.close() }
}

/** The registry as its window knows it. */
export function windowApi({ server, ring, accounts }: Omit<WindowOptions, 'port' | 'isMetricsOpen'>): RegistryApi {
  const { meter } = server
  return {
    about: {
      name: server.name,
      version: productVersion(),
      fingerprint: server.fingerprint,
      invite: server.invite,
      address: formatAddress(server.publicAddress),
      accounts,
      startedAt: meter.startedAt,
    },
    figures: (lagMs) => ({ ...meter.figures(), ...(lagMs !== undefined && { loopLagMs: lagMs }) }),
    storeFigures: () => meter.store(),
    series: (seconds) => meter.series(seconds),
    peers: () => server.peers().map(peerOf),
    logLines: (after) => ring.lines(after),
    watch: (listener) => {
      const end = server.watchTable(() => listener('peers'))
      ring.onLine = () => listener('log')
      return () => {
        end()
        ring.onLine = undefined
      }
    },
    ...actions(server),
  }
}

function actions(
  server: RegistryServer,
): Pick<RegistryApi, 'disconnect' | 'suspend' | 'unsuspend' | 'deleteAccount' | 'makeInvite' | 'say'> {
  return {
    disconnect: (name) => Promise.resolve({ sessions: server.disconnect(name) }),
    suspend: async (name) => known(name, await server.suspend(name)),
    unsuspend: async (name) => known(name, await server.unsuspend(name)),
    deleteAccount: async (name) => known(name, await server.freeName(name)),
    makeInvite: async () => {
      const { code, expires } = await server.makeInvite()
      return { code, expires, joinLine: joinLine(server.invite, code) }
    },
    say: async (text) => ({ online: (await server.say(text)).online }),
  }
}

function known(name: string, isKnown: boolean): void {
  if (!isKnown) throw new ParleyError('unknownName', { details: { name } })
}

/** Rounded, so that a row is the same as before unless somebody would see a difference. */
function peerOf({ link, ...row }: PeerRow): RegistryPeer {
  if (!link) return row
  const { rttMs, lossRate, packetsIn, packetsOut } = link
  return {
    ...row,
    link: { rttMs: Math.round(rttMs * 10) / 10, lossRate: Math.round(lossRate * 1_000) / 1_000, packetsIn, packetsOut },
  }
}

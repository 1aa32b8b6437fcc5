// The registry's window: its page, the verbs behind it, and what machines look at (`/metrics`, `/healthz`, `/readyz`), on
// one server. Invariant: nothing about people is told without the token of this start; health tells nothing but health.
// docs/operating.md, "The window", "Figures".

import { type RegistryApi, RpcSession } from '../api/index.ts'
import { builtPages } from './page-assets.ts'
import { type PageRoute, PageServer, type RouteAnswer } from './page-server.ts'
import type { ConnectPage } from './page-sockets.ts'
import { RegistryFeed } from './registry-feed.ts'
import { type RegistryTarget, registryVerbs } from './registry-verbs.ts'

export interface RegistryWindowOptions {
  readonly api: RegistryApi
  /** The address to listen on; absent: 127.0.0.1. */
  readonly host?: string
  /** TCP; 0: any that is free. */
  readonly port: number
  /** The folder of the built pages; absent: where the build puts them. */
  readonly assets?: URL
  /** The figures for Prometheus. */
  readonly metrics: () => Promise<{ readonly type: string; readonly body: string }>
  /** Whether `/metrics` is read without the token. */
  readonly isMetricsOpen?: boolean
  readonly readiness: () => Promise<{ readonly isReady: true } | { readonly isReady: false; readonly reason: string }>
}

/** Rejects as `PageServer.open` does. Who opens it closes it. */
export function openRegistryWindow(options: RegistryWindowOptions): Promise<PageServer> {
  const { api, host, port, assets = builtPages() } = options
  const feed = new RegistryFeed(api, {
    monotonicMs: () => performance.now(),
    later: (ms, run) => {
      const timer = setTimeout(run, ms)
      return () => clearTimeout(timer)
    },
  })
  return PageServer.open({
    ...(host !== undefined && { host }),
    port,
    page: 'registry',
    assets,
    connect: connectWindow({ api, feed }),
    routes: { '/metrics': metricsRoute(options), '/readyz': readyRoute(options) },
  })
}

function connectWindow(target: RegistryTarget): ConnectPage {
  return ({ send }) => {
    const session = new RpcSession({ table: registryVerbs, target, send })
    return { receive: (text) => session.receive(text), close: () => session.close() }
  }
}

function metricsRoute({ metrics, isMetricsOpen = false }: RegistryWindowOptions): PageRoute {
  return async ({ hasToken }) => {
    if (hasToken || isMetricsOpen) return metrics()
    return plain(401, 'The figures need the token: Authorization: Bearer TOKEN. --metrics-open opens them.')
  }
}

function readyRoute({ readiness }: RegistryWindowOptions): PageRoute {
  return async () => {
    const found = await readiness()
    return found.isReady ? plain(200, 'ready') : plain(503, `not ready: ${found.reason}`)
  }
}

function plain(status: number, text: string): RouteAnswer {
  return { status, type: 'text/plain; charset=utf-8', body: `${text}\n` }
}

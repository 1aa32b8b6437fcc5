// A line made of the browser's own parts: where its socket is, and how it asks whether its token is taken.

import { PageLine } from './page-line.ts'
import { takeToken } from './page-token.ts'

/** The token of this page, out of the address bar or of the session. */
export function tokenOfPage(): string | undefined {
  const { hash, pathname, search } = window.location
  return takeToken({
    hash,
    address: `${pathname}${search}`,
    replaceAddress: (address) => window.history.replaceState(undefined, '', address),
    storage: window.sessionStorage,
  })
}

/** Not started yet. It hurries when the page comes into sight. */
export function openBrowserLine(token: string): PageLine {
  const { protocol, host } = window.location
  const url = `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/rpc`
  const line = new PageLine({
    open: () => new WebSocket(url, ['parley', `token.${token}`]),
    isRefused: async () => (await askHost(token)).status === 401,
    later: (ms, run) => {
      const timer = setTimeout(run, ms)
      return () => clearTimeout(timer)
    },
  })
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) line.hurry()
  })
  return line
}

function askHost(token: string): Promise<Response> {
  return fetch('/rpc', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'hostStatus', params: {} }),
  })
}

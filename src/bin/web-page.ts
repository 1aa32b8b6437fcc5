// Starts the page of a peer and says where it is: for `parley web`, and for `parley chat --web` beside the terminal.

import { type PeerApi, productVersion } from '../api/index.ts'
import { ParleyError } from '../base/index.ts'
import { builtPages, connectPeerPage, PageServer, PeerHost } from '../gateway/index.ts'
import { errorText } from '../terminal/index.ts'
import { openBrowser } from './web-browser.ts'

/** Tried where no port is asked for, and then any that is free, so that the browser knows the page again: what it was allowed is kept by address. */
export const preferredPagePort = 4780

/** Rejects with ParleyError `pageMissing`, `pagePortInUse`, `pagePortForbidden`. Without `port`: see above. */
export async function startPage(host: PeerHost, port: number | undefined): Promise<PageServer> {
  const open = (at: number): Promise<PageServer> =>
    PageServer.open({ port: at, page: 'peer', assets: builtPages(), connect: connectPeerPage(host) })
  try {
    return await open(port ?? preferredPagePort)
  } catch (error) {
    const isTaken = error instanceof ParleyError && error.code === 'pagePortInUse'
    if (port === undefined && isTaken) return open(0)
    throw error
  }
}

/** Opens the browser, where somebody sits at a terminal. `warn`: one line for the user. */
export function showPage(page: PageServer, warn: (text: string) => void): void {
  if (!process.stdout.isTTY) return
  openBrowser(
    page.linkOnce(() => warn('the link for the browser was opened twice: if it was not you, end this and start anew')),
  )
}

/**
 * The page beside another face of the same process, which keeps the peer: `parley chat --web`. Where it cannot be had,
 * `say` tells why, and the chat goes on without. Never rejects.
 */
export async function openPageBeside(
  peer: PeerApi,
  web: number | true,
  say: (text: string) => void,
): Promise<PageServer | undefined> {
  const version = productVersion()
  const host = new PeerHost({ version, lent: peer, profileNames: () => [peer.name], open: () => Promise.resolve(peer) })
  try {
    const page = await startPage(host, web === true ? undefined : web)
    showPage(page, say)
    say(`the page of this account: ${page.url}`)
    return page
  } catch (error) {
    const { text, hints } = errorText(error)
    say([`no page: ${text}`, ...hints].join(' '))
    return undefined
  }
}

// `parley web`: a page of one's own peer on loopback. It attaches to the running peer of the profile, or opens one; where
// no profile is chosen yet the page itself asks, as at a first run. The address goes to standard output, once the page
// can be opened.

import { chooseProfile, lastRegistry, openSharedPeer, productVersion, profileNames } from '../api/index.ts'
import { ParleyError } from '../base/index.ts'
import { PeerHost } from '../gateway/index.ts'
import { complain } from './complaint.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import { terminationOfProcess } from './termination.ts'
import { showPage, startPage } from './web-page.ts'

export interface WebOptions {
  readonly registry?: string
  readonly port?: number
  readonly open: boolean
  readonly profile?: string
  readonly home?: string
}

/** What the page's own dialogue mends. */
const forDialogue = ['noProfile', 'whichProfile', 'noRegistry']

export async function runWeb(given: string | undefined, options: WebOptions): Promise<ExitCode> {
  const { signal } = terminationOfProcess()
  const { promise: ended, resolve: end } = Promise.withResolvers<void>()
  signal.addEventListener('abort', () => end(), { once: true })
  if (signal.aborted) end()
  try {
    const name = chosenName(given, options)
    await using host = new PeerHost({
      version: productVersion(),
      ...(options.home !== undefined && { home: options.home }),
      ...(name !== undefined && { name }),
      ...(options.registry !== undefined && { registry: options.registry }),
      open: (wanted) => openSharedPeer({ ...wanted, agent: 'parley web' }),
      profileNames,
      lastRegistry,
    })
    await using page = await startPage(host, options.port)
    if (name !== undefined) await openFirst(host, name, options.registry)
    if (options.open) showPage(page, warn)
    process.stdout.write(`Page        ${page.url}\n`)
    process.stderr.write('This address lets in whoever has it. Ctrl-C ends the page.\n')
    await ended
    return exitCodes.done
  } catch (error) {
    return complain(error)
  }
}

/** Undefined where the page shall ask. */
function chosenName(given: string | undefined, { profile, home }: WebOptions): string | undefined {
  try {
    return chooseProfile({ home, given: given ?? profile })
  } catch (error) {
    if (error instanceof ParleyError && forDialogue.includes(error.code)) return undefined
    throw error
  }
}

async function openFirst(host: PeerHost, name: string, registry: string | undefined): Promise<void> {
  try {
    await host.open({ name, registry })
  } catch (error) {
    if (!(error instanceof ParleyError && forDialogue.includes(error.code))) throw error
  }
}

function warn(text: string): void {
  process.stderr.write(`parley: ${text}\n`)
}

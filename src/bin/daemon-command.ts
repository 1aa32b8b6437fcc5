// `parley daemon`: runs the peer of a profile without a face, in the foreground, for others to attach to. It says that it
// is ready on standard output and to the service manager, ends on SIGTERM once what is under way is handed over, and is
// alone: another one on the same profile is refused. docs/operating.md, "As a service".

import { chooseProfile, openServedPeer, type PeerApi, type PeerEvent, type Reason } from '../api/index.ts'
import { errorText, type ErrorText, jsonLine, plainLines, reasonText } from '../terminal/index.ts'
import type { LogOptions } from './command-option.ts'
import { complainText } from './complaint.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import type { LogOutput } from './log-output.ts'
import { tellServiceManager } from './service-notice.ts'
import { terminationOfProcess } from './termination.ts'

export interface DaemonOptions extends LogOptions {
  readonly registry?: string
  readonly port?: number
  readonly profile?: string
  readonly home?: string
  readonly json?: boolean
  readonly trust?: boolean
  readonly inviteCode?: string
  /** Absent: yes. */
  readonly notesToSelf?: boolean
}

const rightForm = 'parley daemon [NAME]'

export async function runDaemon(given: string | undefined, options: DaemonOptions): Promise<ExitCode> {
  const { signal } = terminationOfProcess()
  let log: LogOutput | undefined
  let peer: PeerApi | undefined
  try {
    log = await (await import('./log-output.ts')).openLogOutput(options, warn)
    peer = await open(chooseProfile({ home: options.home, given: given ?? options.profile }), options)
    if (log) (await import('./chat-log.ts')).logPeer(peer, log)
    const ended = runUntil(peer, signal)
    sayReady(peer, options)
    await tellServiceManager('ready', `${peer.name} at ${peer.registry}`, warn)
    const failure = await ended
    await tellServiceManager('stopping', 'handing over what is under way', warn)
    return failure === undefined ? exitCodes.done : await refuse(failure, options)
  } catch (error) {
    return await refuse(errorText(error), options)
  } finally {
    await peer?.close()
    await log?.close()
  }
}

function open(name: string, { home, registry, port, inviteCode, notesToSelf, trust }: DaemonOptions): Promise<PeerApi> {
  return openServedPeer({
    name,
    agent: 'parley daemon',
    ...(home !== undefined && { home }),
    ...(registry !== undefined && { registry }),
    ...(port !== undefined && { port }),
    ...(inviteCode !== undefined && { inviteCode }),
    ...(notesToSelf !== undefined && { selfNotes: notesToSelf }),
    onRegistryKey: (fingerprint) => {
      if (trust === true) warn(`trusting the registry's key from now on, as --trust says: ${fingerprint}`)
      return Promise.resolve(trust === true)
    },
  })
}

/** Resolves when the daemon shall end: with why, where it is a failure. */
function runUntil(peer: PeerApi, signal: AbortSignal): Promise<ErrorText | undefined> {
  return new Promise((resolve) => {
    let wasOnline = false
    signal.addEventListener('abort', () => resolve(undefined), { once: true })
    if (signal.aborted) resolve(undefined)
    peer.subscribe((event: PeerEvent) => {
      if (event.type === 'warning') warnOf(event.reason)
      if (event.type !== 'registry') return
      const { state, reason } = event
      if (state === 'online') wasOnline = true
      // Whoever was in keeps serving the faces; who never was has nothing to serve.
      if (state === 'refused' || state === 'wrongKey') {
        if (!wasOnline) resolve(reasonText(reason ?? { code: state, details: {} }))
        else if (reason) warnOf(reason)
      }
      if (state === 'loggedOut' && reason?.code !== 'byRequest') {
        warn(`not logged in; \`parley chat ${peer.name}\` joins this daemon and asks what is missing`)
      }
    })
  })
}

function sayReady({ name, registry, port, fingerprint }: PeerApi, { json }: DaemonOptions): void {
  const event = { type: 'ready', name, registry, port, fingerprint } as const
  const line = json === true ? jsonLine(event) : plainLines(event, Date.now(), new Map()).join('\n')
  process.stdout.write(`${line ?? ''}\n`)
}

function warnOf(reason: Reason): void {
  warn(reasonText(reason).text)
}

function warn(text: string): void {
  process.stderr.write(`parley: ${text}\n`)
}

async function refuse(error: ErrorText, { json }: DaemonOptions): Promise<ExitCode> {
  if (json === true) {
    const text = [error.text, ...error.hints].join('\n')
    process.stdout.write(`${JSON.stringify({ type: 'error', code: error.code, text })}\n`)
  }
  return complainText(error, error.code === 'badName' ? rightForm : undefined)
}

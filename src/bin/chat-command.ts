// `parley chat`: opens the peer of a profile, puts the right face before it, and ends with the face's exit code.

import { openPeer, type PeerApi } from '../api/index.ts'
import { nameProblem, parseRegistryTarget } from '../protocol/index.ts'
import { type ErrorText, errorText, reasonText, runLineFace, TerminalFace } from '../terminal/index.ts'
import { complainText } from './complaint.ts'
import { type ExitCode, exitCodeOfFace } from './exit-code.ts'
import { type Termination, terminationOfProcess } from './termination.ts'

export interface ChatOptions {
  readonly registry?: string
  readonly port?: number
  readonly home?: string
  readonly plain?: boolean
  readonly json?: boolean
  readonly trust?: boolean
}

type Form = 'terminal' | 'plain' | 'json'

export async function runChat(name: string, options: ChatOptions): Promise<ExitCode> {
  const form = chooseForm(options)
  const problem = checkArguments(name, options)
  if (problem !== undefined) return refuse(problem, form)
  const termination = terminationOfProcess()
  const face = form === 'terminal' ? openTerminal(termination.signal) : undefined
  let peer: PeerApi
  try {
    peer = await openPeer({
      name,
      ...(options.home === undefined ? {} : { home: options.home }),
      ...(options.registry === undefined ? {} : { registry: options.registry }),
      ...(options.port === undefined ? {} : { port: options.port }),
      onRegistryKey: async (fingerprint) => {
        if (options.trust === true) return true
        return face === undefined ? false : face.askTrust(fingerprint)
      },
    })
  } catch (error) {
    return refuse(errorText(error), form)
  }
  return await runFace(peer, face, form, termination)
}

async function runFace(
  peer: PeerApi,
  face: TerminalFace | undefined,
  form: Form,
  { signal, cause }: Termination,
): Promise<ExitCode> {
  const { stdin: input, stdout: output } = process
  try {
    const result =
      face !== undefined
        ? await face.run(peer)
        : await runLineFace(peer, { input, output, form: form === 'json' ? 'json' : 'plain', nowMs: wallMs, signal })
    return exitCodeOfFace(result, face !== undefined, cause())
  } finally {
    await peer.close()
  }
}

export function openTerminal(signal: AbortSignal): TerminalFace {
  const { stdin: input, stdout: output, env: environment } = process
  return new TerminalFace({ input, output, environment, nowMs: wallMs, signal })
}

function wallMs(): number {
  return Date.now()
}

/** Plain wherever the cursor cannot be moved or nobody would see it. */
export function chooseForm({ json, plain }: { readonly json?: boolean; readonly plain?: boolean }): Form {
  if (json === true) return 'json'
  const canDraw = process.stdin.isTTY && process.stdout.isTTY && process.env['TERM'] !== 'dumb'
  return plain !== true && canDraw ? 'terminal' : 'plain'
}

function checkArguments(name: string, { registry }: ChatOptions): ErrorText | undefined {
  const nameIs = nameProblem(name)
  if (nameIs !== undefined) return reasonText({ code: 'badName', details: { name, problem: nameIs } })
  if (registry === undefined) return undefined
  const target = parseRegistryTarget(registry)
  return target.ok ? undefined : reasonText({ code: 'badRegistry', details: { registry, problem: target.error } })
}

async function refuse(error: ErrorText, form: Form): Promise<ExitCode> {
  if (form === 'json') {
    const text = [error.text, ...error.hints].join('\n')
    process.stdout.write(`${JSON.stringify({ type: 'error', code: error.code, text })}\n`)
  }
  return complainText(error)
}

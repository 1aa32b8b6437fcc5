// `parley chat`: comes to the peer of a profile, be it the running one or one of its own, puts the right face before it, and
// ends with the face's exit code.

import { openSharedPeer, type PeerApi, type SharedPeerApi } from '../api/index.ts'
import { nameProblem, parseRegistryTarget } from '../protocol/index.ts'
import { type ErrorText, errorText, reasonText, runLineFace, TerminalFace } from '../terminal/index.ts'
import type { LogOptions } from './command-option.ts'
import { complainText } from './complaint.ts'
import { type ExitCode, exitCodeOfFace, exitCodes } from './exit-code.ts'
import type { LogOutput } from './log-output.ts'
import { type Termination, terminationOfProcess } from './termination.ts'

export interface ChatOptions extends LogOptions {
  /** The account, where the command has no NAME. */
  readonly profile?: string
  readonly registry?: string
  readonly port?: number
  readonly home?: string
  readonly plain?: boolean
  readonly json?: boolean
  readonly trust?: boolean
  readonly inviteCode?: string
  /** Absent: yes. */
  readonly notesToSelf?: boolean
  /** The page of the same account beside this face, at a port where one is given. */
  readonly web?: number | true
  /** What to type, where the command was another one. */
  readonly form?: string
}

type Form = 'terminal' | 'plain' | 'json'

export async function runChat(given: string | undefined, options: ChatOptions): Promise<ExitCode> {
  const form = chooseForm(options)
  const name = given ?? options.profile ?? (await nameOf(form))
  if (typeof name !== 'string') return name.code
  const problem = checkArguments(name, options)
  if (problem !== undefined) return refuse(problem, form, options.form)
  const termination = terminationOfProcess()
  const face = form === 'terminal' ? openTerminal(termination.signal) : undefined
  const warn = (text: string): void => (face ? face.note(text) : void process.stderr.write(`parley: ${text}\n`))
  let log: LogOutput | undefined
  let peer: SharedPeerApi
  try {
    if (options.log !== undefined) log = await (await import('./log-output.ts')).openLogOutput(options, warn)
    peer = await openSharedPeer({
      name,
      agent: 'parley chat',
      ...peerOptions(options),
      onRegistryKey: async (fingerprint) => {
        if (options.trust !== true) return face === undefined ? false : face.askTrust(fingerprint)
        warn(`trusting the registry's key from now on, as --trust says: ${fingerprint}`)
        return true
      },
    })
    if (log) (await import('./chat-log.ts')).logPeer(peer, log)
    if (!peer.isOwn) face?.note(`joined the Parley that runs ${name} already; /quit leaves that one running`)
  } catch (error) {
    await log?.close()
    return refuse(errorText(error), form, options.form)
  }
  const { web } = options
  const page = web === undefined ? undefined : await (await import('./web-page.ts')).openPageBeside(peer, web, warn)
  try {
    return await runFace(peer, face, form, termination)
  } finally {
    await page?.close()
    await log?.close()
  }
}

function peerOptions({ home, registry, port, inviteCode, notesToSelf }: ChatOptions) {
  return {
    ...(home === undefined ? {} : { home }),
    ...(registry === undefined ? {} : { registry }),
    ...(port === undefined ? {} : { port }),
    ...(inviteCode === undefined ? {} : { inviteCode }),
    ...(notesToSelf === undefined ? {} : { selfNotes: notesToSelf }),
  }
}

/** Asks where there is somebody to ask; otherwise the exit code of a command that lacks its name. */
async function nameOf(form: Form): Promise<string | { readonly code: ExitCode }> {
  if (form !== 'terminal') {
    const text = "missing required argument 'NAME'"
    return { code: await refuse({ code: 'usage', text, hints: ['The right form: parley chat NAME'] }, form) }
  }
  const { askName } = await import('./name-question.ts')
  const answer = await askName((name) => checkName(name)?.text)
  if (answer === 'interrupted') return { code: exitCodes.interrupted }
  return answer === 'ended' ? { code: exitCodes.usage } : answer.name
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

function checkName(name: string): ErrorText | undefined {
  const problem = nameProblem(name)
  return problem === undefined ? undefined : reasonText({ code: 'badName', details: { name, problem } })
}

function checkArguments(name: string, { registry }: ChatOptions): ErrorText | undefined {
  const nameIs = checkName(name)
  if (nameIs !== undefined || registry === undefined) return nameIs
  const target = parseRegistryTarget(registry)
  return target.ok ? undefined : reasonText({ code: 'badRegistry', details: { registry, problem: target.error } })
}

async function refuse(error: ErrorText, form: Form, rightForm?: string): Promise<ExitCode> {
  if (form === 'json') {
    const text = [error.text, ...error.hints].join('\n')
    process.stdout.write(`${JSON.stringify({ type: 'error', code: error.code, text })}\n`)
  }
  return complainText(error, rightForm)
}

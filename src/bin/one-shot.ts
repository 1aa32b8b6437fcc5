// What every command that does one thing has in common: it finds the profile, comes to its peer, does the thing, says what
// went wrong, and ends with an exit code that tells the truth. Nothing here is loaded before it is needed, because `who`
// must answer at once.

import { ParleyError } from '../base/index.ts'
import { type CommandDesk, type Outcome, Results } from '../cli/quick.ts'
import { foldName } from '../protocol/account-name.ts'
import { type ExitCode, exitCodeOf, exitCodes } from './exit-code.ts'
import { terminationOfProcess } from './termination.ts'

export interface OneShotOptions {
  readonly profile?: string
  readonly home?: string
  readonly registry?: string
  readonly json?: boolean
  /** Seconds. */
  readonly timeout?: number
}

/** How a command ended: what its peer told, or an exit code of its own. */
export type Ended = Outcome | { readonly exitCode: ExitCode }

/** Runs a command on the peer of the profile that is meant, with standard output as its results. */
export async function runOneShot(
  options: OneShotOptions,
  run: (desk: CommandDesk) => Promise<Ended>,
  results = new Results(process.stdout, options.json === true ? 'json' : 'plain'),
): Promise<ExitCode> {
  const { signal, cause } = terminationOfProcess()
  let ended: ExitCode
  try {
    const outcome = await onPeer(options, results, signal, run)
    ended = typeof outcome === 'object' ? outcome.exitCode : exitCodeOfOutcome(outcome)
    await results.flush()
    if (results.failure !== undefined) throw outputFailed(results.failure)
  } catch (error) {
    ended = await refuse(error, results)
  }
  if (cause() === 'SIGINT') return exitCodes.interrupted
  return cause() === undefined ? ended : exitCodes.done
}

const whereTextStands = 'It stands behind the name: parley send bob "hello"; or comes on standard input.'

/** Says what is wrong, to programs as an object as well. */
export async function refuse(error: unknown, results: Results): Promise<ExitCode> {
  const { errorText } = await import('../terminal/index.ts')
  const { complainText } = await import('./complaint.ts')
  const { code, text, hints: inChat } = errorText(error)
  const hints = inChat.length > 0 || code !== 'emptyText' ? inChat : [whereTextStands]
  const told = { code, text, hints: hints.map((hint) => hintForCommand(hint)) }
  if (results.form === 'json') {
    results.object({ type: 'error', code: told.code, text: [told.text, ...told.hints].join('\n') })
    await results.flush()
  }
  return complainText(told)
}

async function onPeer(
  options: OneShotOptions,
  results: Results,
  signal: AbortSignal,
  run: (desk: CommandDesk) => Promise<Ended>,
): Promise<Ended> {
  const { chooseProfile, openSharedPeer, profileNames } = await import('../api/index.ts')
  const { profile, home, registry } = options
  const name = chooseProfile({ home, given: profile })
  if (registry !== undefined) await checkRegistry(registry)
  else {
    const names = profileNames(home)
    if (!names.includes(foldName(name))) throw new ParleyError('noProfile', { details: { name, names } })
  }
  const place = home === undefined ? {} : { home }
  const peer = await openSharedPeer({
    name,
    ...place,
    ...(registry === undefined ? {} : { registry }),
    agent: 'parley',
  })
  try {
    return await run({
      peer,
      results,
      nowMs: () => Date.now(),
      timer: (ms) => AbortSignal.timeout(ms),
      signal,
      warn: (text) => void process.stderr.write(`parley: ${text}\n`),
    })
  } finally {
    await peer.close()
  }
}

function outputFailed(cause: Error): ParleyError {
  return new ParleyError('outputFailed', { details: { reason: cause.message }, cause })
}

/** Hints are written for the chat, where verbs are typed. */
function hintForCommand(hint: string): string {
  // Whom to trust is decided where a person is asked.
  if (hint.includes(' --trust ')) return hint.replace('--trust', 'once `parley chat NAME --registry HOST:PORT --trust`')
  if (hint.startsWith('/clients ')) return hint.replace('/clients', '`parley who`')
  return /(?:^|[ (])\/(?:accept|history|leave|login|members|reg|rooms|unblock)\b/.test(hint)
    ? `In parley chat: ${hint}`
    : hint
}

async function checkRegistry(registry: string): Promise<void> {
  const { parseRegistryTarget } = await import('../protocol/invite.ts')
  const target = parseRegistryTarget(registry)
  if (!target.ok) throw new ParleyError('badRegistry', { details: { registry, problem: target.error } })
}

function exitCodeOfOutcome(outcome: Outcome): ExitCode {
  return outcome === undefined ? exitCodes.done : exitCodeOf(outcome)
}

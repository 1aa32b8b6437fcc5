// `parley completion`, the names it asks a running peer for, and `parley manual`: all from the tree of commands.

import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { completionScript, manualPage, reference, type Shell } from '../cli/completion/index.ts'
import { commandTree } from './command-tree.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'

/** The hidden command that prints names. */
export const namesCommand = 'complete-names'

/** A person has pressed Tab and waits: later than this nothing is better than something, ms. */
const patienceMs = 120

export async function printCompletion(shell: Shell, command: Command): Promise<ExitCode> {
  process.stdout.write(completionScript(shell, commandTree(rootOf(command)), namesCommand))
  return exitCodes.done
}

export interface ManualOptions {
  readonly markdown?: boolean
}

export async function printManual({ markdown }: ManualOptions, command: Command): Promise<ExitCode> {
  const root = rootOf(command)
  const facts = { version: root.version() ?? '', exitCodes: documentedExitCodes() }
  process.stdout.write(markdown === true ? reference(commandTree(root)) : manualPage(commandTree(root), facts))
  return exitCodes.done
}

export interface NamesOptions {
  readonly profile?: string
  readonly home?: string
  readonly config?: string
}

/** Prints what is known at once, one a line; nothing at all where anything is in the way. */
export async function printNames(kind: string, options: NamesOptions): Promise<ExitCode> {
  const late = AbortSignal.timeout(patienceMs)
  const none = new Promise<readonly string[]>((resolve) => late.addEventListener('abort', () => resolve([])))
  const names = await Promise.race([namesOf(kind, options).catch(() => []), none])
  const text = names.map((name) => `${name}\n`).join('')
  // Whatever still waits for an answer must not keep the shell.
  process.stdout.write(text, () => process.exit(exitCodes.done))
  return exitCodes.done
}

/** The names of a kind that are known at once. */
export async function namesOf(kind: string, options: NamesOptions): Promise<readonly string[]> {
  const { attachPeer, chooseProfile, profileNames } = await import('../api/index.ts')
  const { home } = options
  if (kind === 'profiles') return profileNames(home)
  const name = chooseProfile({ home, given: options.profile ?? (await configuredProfile(options)) })
  const peer = await attachPeer({ name, ...(home === undefined ? {} : { home }) })
  if (peer === undefined) return []
  const [people, rooms] = await Promise.all([peer.clients(), peer.rooms()])
  return [...people.map((client) => client.name), ...rooms.map(({ room }) => `#${room}`), 'everyone']
}

async function configuredProfile({ config, home }: NamesOptions): Promise<string | undefined> {
  const { readSettings, settledProfile } = await import('./settings.ts')
  return settledProfile((await readSettings({ config, home })).settled)
}

function rootOf(command: Command): Command {
  let root = command
  while (root.parent) root = root.parent
  return root
}

/** The table in the document, which a test compares with the code. */
function documentedExitCodes(): (readonly [number, string])[] {
  try {
    const document = readFileSync(new URL('../../docs/operating.md', import.meta.url), 'utf8')
    const section = document.slice(document.indexOf('## Exit codes'))
    return [...section.matchAll(/^\| (\d+) +\| (.*?) +\|$/gm)].map(([, code, about]) => [Number(code), about as string])
  } catch {
    return []
  }
}

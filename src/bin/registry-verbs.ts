// What a line at the registry's console says. A line that begins with a verb must have the verb's form: it is never said
// to everybody by mistake; `say` before it says any line.

import { fail, ok, type Result } from '../base/index.ts'

export type ConsoleCommand =
  | { readonly verb: 'say'; readonly text: string }
  | { readonly verb: 'clients' }
  | { readonly verb: 'invite'; readonly count: number }
  | { readonly verb: 'free'; readonly name: string; readonly sure: boolean }
  | { readonly verb: 'disconnect' | 'suspend' | 'unsuspend'; readonly name: string }
  | { readonly verb: 'stats' }
  | { readonly verb: 'help' }
  | { readonly verb: 'quit' }

interface ConsoleVerb {
  readonly usage: string
  readonly summary: string
  /** Undefined where `rest`, what follows the verb, is not of its form. */
  readonly read: (rest: string) => ConsoleCommand | undefined
}

/** So many codes are made by one line. */
export const invitesAtOnceMax = 20

export const consoleVerbs: Readonly<Record<ConsoleCommand['verb'], ConsoleVerb>> = {
  say: {
    usage: 'say TEXT',
    summary: 'speak to everybody, as the registry; a line without a verb does the same',
    read: (text) => (text === '' ? undefined : { verb: 'say', text }),
  },
  clients: {
    usage: 'clients',
    summary: 'who is known, who is on line, and from which address',
    read: (rest) => (rest === '' ? { verb: 'clients' } : undefined),
  },
  invite: {
    usage: 'invite [N]',
    summary: `make codes (1 to ${invitesAtOnceMax}), each for one new name`,
    read: (rest) => {
      const count = rest === '' ? 1 : Number(/^[0-9]{1,2}$/.exec(rest)?.[0])
      return count >= 1 && count <= invitesAtOnceMax ? { verb: 'invite', count } : undefined
    },
  },
  free: {
    usage: 'free NAME',
    summary: 'take a name from whoever has it; off a terminal: free NAME yes',
    read: (rest) => {
      const [name = '', sure, ...more] = rest.split(/\s+/)
      if (name === '' || more.length > 0 || (sure !== undefined && sure !== 'yes')) return undefined
      return { verb: 'free', name, sure: sure === 'yes' }
    },
  },
  disconnect: {
    usage: 'disconnect NAME',
    summary: 'end the sessions of an account; it may come back',
    read: (rest) => readNamed('disconnect', rest),
  },
  suspend: {
    usage: 'suspend NAME',
    summary: 'end its sessions and let nobody log in to it; its mail is kept',
    read: (rest) => readNamed('suspend', rest),
  },
  unsuspend: {
    usage: 'unsuspend NAME',
    summary: 'let people log in to it again',
    read: (rest) => readNamed('unsuspend', rest),
  },
  stats: {
    usage: 'stats',
    summary: 'figures: who is on line, what waits, what was done and refused',
    read: (rest) => (rest === '' ? { verb: 'stats' } : undefined),
  },
  help: {
    usage: 'help',
    summary: 'this list',
    read: (rest) => (rest === '' ? { verb: 'help' } : undefined),
  },
  quit: {
    usage: 'quit',
    summary: 'say goodbye to all and end',
    read: (rest) => (rest === '' ? { verb: 'quit' } : undefined),
  },
}

function readNamed(verb: 'disconnect' | 'suspend' | 'unsuspend', rest: string): ConsoleCommand | undefined {
  return /^\S+$/.test(rest) ? { verb, name: rest } : undefined
}

export type ConsoleProblem =
  | { readonly kind: 'unknown'; readonly word: string }
  | { readonly kind: 'form'; readonly usage: string; readonly line: string }

/** Undefined for an empty line. */
export function readConsoleLine(line: string): Result<ConsoleCommand, ConsoleProblem> | undefined {
  const typed = line.trim()
  if (typed === '') return undefined
  const [, slash, word = '', rest = ''] = /^(\/?)(\S*)\s*([\s\S]*)$/.exec(typed) as RegExpExecArray
  const name = word.toLowerCase()
  if (!Object.hasOwn(consoleVerbs, name)) {
    return slash === '' ? ok({ verb: 'say', text: typed }) : fail({ kind: 'unknown', word })
  }
  const { read, usage } = consoleVerbs[name as ConsoleCommand['verb']]
  const command = read(rest)
  return command === undefined ? fail({ kind: 'form', usage, line: typed }) : ok(command)
}

export function consoleHelp(): string {
  const verbs = Object.values(consoleVerbs)
  const width = Math.max(...verbs.map(({ usage }) => usage.length))
  return verbs.map(({ usage, summary }) => `${usage.padEnd(width)}  ${summary}`).join('\n')
}

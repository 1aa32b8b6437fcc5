// The verbs people type: one table, from which reading a line, help and completion all come. A leading slash always
// works; with no conversation open, the verbs marked bare work without it; in an open conversation a plain line is a
// message, and two slashes make one literal one.

import { fail, ok, type Result } from '../base/index.ts'
import { nameProblem, type NameProblem } from '../protocol/index.ts'
import { nearestWord } from './nearest.ts'

export type Parameter = 'name' | 'text' | 'count' | 'verb'

export type Command =
  | { readonly verb: 'send'; readonly to: string; readonly text: string }
  | { readonly verb: 'open'; readonly name?: string }
  | { readonly verb: 'clients' }
  | { readonly verb: 'history'; readonly name: string; readonly count?: number }
  | { readonly verb: 'accept'; readonly name: string }
  | { readonly verb: 'help'; readonly about?: string }
  | { readonly verb: 'quit' }
export type VerbName = Command['verb']

/** What is wrong with a line. Nothing was sent. */
export type LineProblem =
  | { readonly code: 'unknownVerb'; readonly verb: string; readonly nearest?: string }
  | { readonly code: 'usage'; readonly usage: string }
  | { readonly code: 'badName'; readonly name: string; readonly problem: NameProblem; readonly usage: string }
  | { readonly code: 'noConversation' }

export interface Verb {
  readonly name: VerbName
  readonly aliases: readonly string[]
  /** Whether it works without the slash while no conversation is open. */
  readonly bare: boolean
  /** What its words are; those from `required` on may be left out. */
  readonly parameters: readonly Parameter[]
  readonly required: number
  readonly usage: string
  readonly summary: string
  readonly examples: readonly string[]
  /** Words by their parameters' place; the number of words is right, names are well-formed. */
  readonly read: (words: readonly string[]) => Command | undefined
}

/** Most messages that `history` shows at once. */
export const historyCountMax = 10_000

export const verbs: readonly Verb[] = [
  {
    name: 'send',
    aliases: ['msg', 'm', 'message'],
    bare: true,
    parameters: ['name', 'text'],
    required: 2,
    usage: '/send NAME text',
    summary: 'send a message to somebody',
    examples: ['/send bob are you there?', 'send bob are you there?'],
    read: ([to, text]) => ({ verb: 'send', to: to as string, text: text as string }),
  },
  {
    name: 'open',
    aliases: ['o', 'query', 'q'],
    bare: false,
    parameters: ['name'],
    required: 0,
    usage: '/open [NAME]',
    summary: 'open a conversation: plain lines then go to NAME; without a name, close it',
    examples: ['/open bob', '/open'],
    read: ([name]) => (name === undefined ? { verb: 'open' } : { verb: 'open', name }),
  },
  {
    name: 'clients',
    aliases: ['who', 'names'],
    bare: true,
    parameters: [],
    required: 0,
    usage: '/clients',
    summary: 'who is known here, who is on line, and by which road they are reached',
    examples: ['/clients', 'clients'],
    read: () => ({ verb: 'clients' }),
  },
  {
    name: 'history',
    aliases: ['h'],
    bare: false,
    parameters: ['name', 'count'],
    required: 1,
    usage: '/history NAME [N]',
    summary: 'the last messages with somebody; with N, the last N at full length',
    examples: ['/history bob', '/history bob 100'],
    read: ([name, digits]) => {
      if (digits === undefined) return { verb: 'history', name: name as string }
      const count = /^[0-9]{1,9}$/.test(digits) ? Number(digits) : 0
      if (count < 1) return undefined
      return { verb: 'history', name: name as string, count: Math.min(count, historyCountMax) }
    },
  },
  {
    name: 'accept',
    aliases: [],
    bare: false,
    parameters: ['name'],
    required: 1,
    usage: '/accept NAME',
    summary: 'accept the changed identity of somebody, after comparing fingerprints',
    examples: ['/accept bob'],
    read: ([name]) => ({ verb: 'accept', name: name as string }),
  },
  {
    name: 'help',
    aliases: ['?'],
    bare: true,
    parameters: ['verb'],
    required: 0,
    usage: '/help [verb]',
    summary: 'all verbs, or one with examples',
    examples: ['/help', '/help history'],
    read: ([about]) => (about === undefined ? { verb: 'help' } : { verb: 'help', about }),
  },
  {
    name: 'quit',
    aliases: ['exit'],
    bare: true,
    parameters: [],
    required: 0,
    usage: '/quit',
    summary: 'leave; what is on its way stays kept and goes on next time',
    examples: ['/quit'],
    read: () => ({ verb: 'quit' }),
  },
]

const verbOfWord = new Map(verbs.flatMap((verb) => [verb.name, ...verb.aliases].map((word) => [word, verb] as const)))

/** The verb of a name or alias, with or without its slash. */
export function findVerb(word: string): Verb | undefined {
  return verbOfWord.get(word.replace(/^\//, '').toLowerCase())
}

/** Reads one line; undefined where it is blank. */
export function readLine(line: string, conversation: string | undefined): Result<Command, LineProblem> | undefined {
  if (line.trim() === '') return undefined
  if (line.startsWith('//')) return plainLine(line.slice(1), conversation)
  if (line.startsWith('/')) return readVerb(line.slice(1))
  if (conversation === undefined) {
    const word = /^\S*/.exec(line.trimStart())?.[0] ?? ''
    if (findVerb(word)?.bare === true && !word.startsWith('/')) return readVerb(line.trimStart())
  }
  return plainLine(line, conversation)
}

function plainLine(text: string, conversation: string | undefined): Result<Command, LineProblem> {
  return conversation === undefined ? fail({ code: 'noConversation' }) : ok({ verb: 'send', to: conversation, text })
}

function readVerb(line: string): Result<Command, LineProblem> {
  const [, word = '', rest = ''] = /^(\S*)\s*([\s\S]*)$/.exec(line) ?? []
  const verb = findVerb(word)
  if (verb === undefined) {
    const nearest = nearestWord(word, verbOfWord.keys())
    return fail({ code: 'unknownVerb', verb: word, ...(nearest === undefined ? {} : { nearest }) })
  }
  const words = splitWords(rest, verb.parameters)
  if (words === undefined || words.length < verb.required) return fail({ code: 'usage', usage: verb.usage })
  for (const [i, parameter] of verb.parameters.entries()) {
    const name = words[i]
    if (parameter !== 'name' || name === undefined) continue
    const problem = nameProblem(name)
    if (problem !== undefined) return fail({ code: 'badName', name, problem, usage: verb.usage })
  }
  const command = verb.read(words)
  return command === undefined ? fail({ code: 'usage', usage: verb.usage }) : ok(command)
}

/** As many words as there are parameters, a text taking all the rest; undefined where there are more. */
function splitWords(rest: string, parameters: readonly Parameter[]): string[] | undefined {
  const words: string[] = []
  let left = rest
  for (const parameter of parameters) {
    if (left === '') return words
    if (parameter === 'text') return [...words, left]
    const [, word = '', more = ''] = /^(\S+)\s*([\s\S]*)$/.exec(left) ?? []
    words.push(word)
    left = more
  }
  return left.trim() === '' ? words : undefined
}

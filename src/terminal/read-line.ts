// Reads one line that somebody typed. A leading slash always makes a verb; with nothing open, the bare words work without
// it; while a conversation, a private chat or a room is open, a plain line is text whatever it holds, but for the whole
// lines EXIT, EXIT GROUP and LOGOUT. Two slashes make one literal one.

import { fail, ok, type Result, unreachable } from '../base/index.ts'
import { nameProblem, roomMembersMax, roomNameCharactersMax } from '../protocol/index.ts'
import { nearestWord } from './nearest.ts'
import { findVerb, matchVerb, verbWords } from './verb-table.ts'
import { type Command, type LineProblem, type Parameter, roomNumber, type Verb } from './verb/verb.ts'

/** The lines that leave what is open, spelled exactly so: `/say EXIT` sends the word. */
const leavingLines: Readonly<Record<string, Result<Command, LineProblem>>> = {
  EXIT: ok({ verb: 'exit' }),
  'EXIT GROUP': ok({ verb: 'leave' }),
  LOGOUT: fail({ code: 'leaveFirst' }),
}

/** Undefined where the line is blank. `isOpen`: plain lines have somebody to go to. */
export function readLine(line: string, isOpen: boolean): Result<Command, LineProblem> | undefined {
  if (line.trim() === '') return undefined
  if (line.startsWith('//')) return plainLine(line.slice(1), isOpen)
  if (line.startsWith('/')) return readVerb(line.slice(1))
  if (!isOpen) {
    const found = matchVerb(line.trimStart())
    if (found?.isBare === true) return readWords(found.verb, found.rest)
  } else if (Object.hasOwn(leavingLines, line)) return leavingLines[line]
  return plainLine(line, isOpen)
}

/** Whether a line sends a message: such lines may be on their way together, in their order. */
export function isSendingLine(line: string, isOpen: boolean): boolean {
  if (line.startsWith('//')) return isOpen
  if (line.startsWith('/') || !isOpen) return /^\/?(?:send|msg|message|m|send_all|message\*|all)\s/i.test(line)
  return !Object.hasOwn(leavingLines, line)
}

function plainLine(text: string, isOpen: boolean): Result<Command, LineProblem> {
  if (isOpen) return ok({ verb: 'say', text })
  const word = /^\S{1,64}(?!\S)/.exec(text.trimStart())?.[0]
  const verb = word === undefined || text.startsWith('/') ? undefined : findVerb(word)
  return fail({ code: 'noConversation', ...(verb === undefined ? {} : { verb: verb.usage }) })
}

function readVerb(line: string): Result<Command, LineProblem> {
  const found = matchVerb(line)
  if (found !== undefined) return readWords(found.verb, found.rest)
  const word = /^\S*/.exec(line)?.[0] ?? ''
  const nearest = nearestWord(word, verbWords)
  return fail({ code: 'unknownVerb', verb: word.slice(0, 64), ...(nearest === undefined ? {} : { nearest }) })
}

function readWords(verb: Verb, rest: string): Result<Command, LineProblem> {
  const usage: LineProblem = { code: 'usage', usage: verb.usage }
  const words = splitWords(rest, verb.parameters)
  if (words === undefined || words.length < verb.required) return fail(usage)
  for (const [i, word] of words.entries()) {
    const parameter = verb.parameters[Math.min(i, verb.parameters.length - 1)] as Parameter
    const problem = wordProblem(word, parameter, verb.usage)
    if (problem !== undefined) return fail(problem)
  }
  const command = verb.read(words)
  return command === undefined ? fail(usage) : ok(command)
}

function wordProblem(word: string, parameter: Parameter, usage: string): LineProblem | undefined {
  switch (parameter) {
    case 'name':
    case 'names':
    case 'asker':
      return badName(word, usage)
    case 'target':
      return /^#[0-9]+$|^everyone$/i.test(word) ? badHistoryRoom(word, usage) : badName(word, usage)
    case 'room':
      return roomNumber(word) === undefined ? { code: 'badRoom', room: word.slice(0, 64), usage } : undefined
    case 'label':
      return word.length > roomNameCharactersMax ? { code: 'labelTooLong', limit: roomNameCharactersMax } : undefined
    case 'text':
    case 'count':
    case 'verb':
      return undefined
    default:
      return unreachable(parameter)
  }
}

function badName(word: string, usage: string): LineProblem | undefined {
  const problem = nameProblem(word)
  return problem === undefined ? undefined : { code: 'badName', name: word.slice(0, 64), problem, usage }
}

function badHistoryRoom(word: string, usage: string): LineProblem | undefined {
  if (word.startsWith('#') && roomNumber(word) === undefined) return { code: 'badRoom', room: word.slice(0, 64), usage }
  return undefined
}

/** As many words as there are parameters, the last kinds taking all the rest; undefined where there are more. */
function splitWords(rest: string, parameters: readonly Parameter[]): string[] | undefined {
  const words: string[] = []
  let left = rest
  for (const parameter of parameters) {
    if (left.trim() === '') return words
    if (parameter === 'text') return [...words, left]
    if (parameter === 'label') return [...words, left.trim()]
    if (parameter === 'names') {
      const names = left.trim().split(/\s+/, roomMembersMax + 1)
      return names.length > roomMembersMax ? undefined : [...words, ...names]
    }
    const [, word = '', more = ''] = /^(\S+)\s*([\s\S]*)$/.exec(left) ?? []
    words.push(word)
    left = more
  }
  return left.trim() === '' ? words : undefined
}

// All verbs in one table, found by their words. A verb has one word or several; of several verbs that fit the beginning of
// a line, the one with most words is meant.

import { accountVerbs, programVerbs } from './verb/account.ts'
import { conversationVerbs } from './verb/conversation.ts'
import { peopleVerbs } from './verb/people.ts'
import { roomVerbs } from './verb/room.ts'
import { sessionVerbs } from './verb/session.ts'
import type { Verb, VerbFamily } from './verb/verb.ts'

export const verbFamilies: readonly VerbFamily[] = [
  conversationVerbs,
  peopleVerbs,
  sessionVerbs,
  roomVerbs,
  accountVerbs,
  programVerbs,
]

export const verbs: readonly Verb[] = verbFamilies.flatMap((family) => family.verbs)

interface Entry {
  readonly verb: Verb
  readonly isBare: boolean
}

const verbOfPhrase = new Map<string, Entry>()
for (const verb of verbs) {
  for (const phrase of [verb.name, ...verb.aliases]) verbOfPhrase.set(phrase.toLowerCase(), { verb, isBare: false })
}
for (const verb of verbs) {
  for (const phrase of verb.bare) verbOfPhrase.set(phrase.toLowerCase(), { verb, isBare: true })
}

/** Single words that begin a verb, for guesses at what was meant. */
export const verbWords: readonly string[] = [...verbOfPhrase.keys()].filter((phrase) => !phrase.includes(' '))

/** Every phrase that works without a slash while nothing is open, as people spell it. */
export const barePhrases: readonly string[] = verbs.flatMap((verb) => verb.bare)

export interface FoundVerb {
  readonly verb: Verb
  readonly isBare: boolean
  /** What stands behind the verb's words, its leading blanks gone. */
  readonly rest: string
}

/** The verb at the beginning of a line without its slash. */
export function matchVerb(line: string): FoundVerb | undefined {
  const [, first = '', afterFirst = ''] = /^(\S*)\s*([\s\S]*)$/.exec(line) ?? []
  const [, second = '', afterSecond = ''] = /^(\S{0,20})(?!\S)\s*([\s\S]*)$/.exec(afterFirst) ?? []
  const two = second === '' ? undefined : verbOfPhrase.get(`${first} ${second}`.toLowerCase())
  if (two !== undefined) return { ...two, rest: afterSecond }
  const one = verbOfPhrase.get(first.toLowerCase())
  return one === undefined ? undefined : { ...one, rest: afterFirst }
}

/** The verb of a phrase, with or without its slash. */
export function findVerb(phrase: string): Verb | undefined {
  return verbOfPhrase.get(phrase.replace(/^\//, '').toLowerCase())?.verb
}

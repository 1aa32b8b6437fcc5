// Tab: completes the verb or the name before the cursor. A unique beginning is completed at once; with several, the
// first Tab goes as far as they agree, and further ones go round them.

import { unreachable } from '../base/index.ts'
import { foldName } from '../protocol/index.ts'
import { barePhrases, matchVerb, verbs } from './verb-table.ts'
import type { Parameter } from './verb/verb.ts'

export interface Candidates {
  /** What stays before the word that is completed. */
  readonly stem: string
  readonly word: string
  readonly options: readonly string[]
}

/** What words there are besides the verbs. */
export interface Completable {
  readonly names: readonly string[]
  /** Who asks for a private chat. */
  readonly askers: readonly string[]
  /** Numbers of rooms. */
  readonly rooms: readonly number[]
  /** Plain lines are text: no bare verbs. */
  readonly isOpen: boolean
}

/** Longest beginning of a line that is looked at: a line of text is not completed. */
const stemMax = 4_096

/** What could stand at the cursor; no options where nothing is completed. */
export function candidatesFor(before: string, known: Completable): Candidates {
  const word = /\S*$/.exec(before.slice(-256))?.[0] ?? ''
  const stem = before.slice(0, before.length - word.length)
  const none = { stem, word, options: [] }
  if (before.length > stemMax || before.startsWith('//')) return none
  if (stem.trim() === '') return { stem, word, options: verbOptions(word, known.isOpen) }
  const line = stem.trimStart()
  const isSlashed = line.startsWith('/')
  // The word at the cursor may be the second of a verb's: `CHAT RE`.
  const phrases = phraseOptions(line, word, isSlashed, known.isOpen)
  const found = matchVerb(isSlashed ? line.slice(1) : line)
  if (found === undefined || (!isSlashed && (known.isOpen || !found.isBare))) {
    return phrases.length === 0 ? none : { stem: '', word: before, options: phrases }
  }
  const words = found.rest.trim() === '' ? [] : found.rest.trim().split(/\s+/)
  const { parameters } = found.verb
  const last = parameters.at(-1)
  const parameter = parameters[words.length] ?? (last === 'names' ? last : undefined)
  const options = parameterOptions(parameter, word, known)
  if (phrases.length === 0) return { stem, word, options }
  return { stem: '', word: before, options: [...phrases, ...options.map((option) => stem + option)] }
}

function parameterOptions(parameter: Parameter | undefined, word: string, known: Completable): string[] {
  const rooms = known.rooms.map((room) => String(room))
  switch (parameter) {
    case 'name':
    case 'names':
      return startingWith(word, known.names)
    case 'asker':
      return startingWith(word, known.askers.length > 0 ? known.askers : known.names)
    case 'room':
      return startingWith(word, rooms)
    case 'target':
      return startingWith(word, [...known.names, ...(word === '' ? [] : rooms.map((room) => `#${room}`)), 'everyone'])
    case 'verb':
      return startingWith(
        word,
        verbs.map((verb) => verb.name),
      )
    case 'text':
    case 'label':
    case 'count':
    case undefined:
      return []
    default:
      return unreachable(parameter)
  }
}

function verbOptions(word: string, isOpen: boolean): string[] {
  if (word.startsWith('/')) {
    return startingWith(
      word,
      verbs.map((verb) => `/${verb.name}`),
    )
  }
  return isOpen || word === '' ? [] : startingWith(word, barePhrases)
}

/** Bare verbs of several words whose first word stands in the line. */
function phraseOptions(stem: string, word: string, isSlashed: boolean, isOpen: boolean): string[] {
  if (isSlashed || isOpen || word === '') return []
  const typed = `${stem.trim().replace(/\s+/, ' ')} ${word}`
  return barePhrases.filter((phrase) => phrase.includes(' ') && foldName(phrase).startsWith(foldName(typed)))
}

function startingWith(word: string, options: readonly string[]): string[] {
  return options.filter((option) => foldName(option).startsWith(foldName(word)))
}

/** Remembers where a row of Tabs began; any other key ends it. */
export class CompletionCycle {
  #candidates: Candidates | undefined
  #index = -1

  reset(): void {
    this.#candidates = undefined
  }

  /** The text before the cursor after a Tab (or Shift-Tab), and what to choose from where several remain. */
  next(
    found: () => Candidates,
    backwards: boolean,
  ): { readonly before: string; readonly choices: readonly string[] } | undefined {
    if (this.#candidates !== undefined) return this.#turn(backwards)
    const { stem, word, options } = found()
    if (options.length === 0) return undefined
    if (options.length === 1) return { before: `${stem}${options[0]} `, choices: [] }
    const agreed = commonBeginning(options)
    this.#candidates = { stem, word, options }
    this.#index = -1
    if (agreed.length > word.length) return { before: stem + agreed, choices: options }
    return { before: this.#turn(backwards)?.before ?? stem + word, choices: options }
  }

  #turn(backwards: boolean): { before: string; choices: readonly string[] } | undefined {
    if (this.#candidates === undefined) return undefined
    const { stem, options } = this.#candidates
    const step = backwards ? -1 : 1
    const from = this.#index < 0 && backwards ? 0 : this.#index
    this.#index = (from + step + options.length) % options.length
    return { before: `${stem}${options[this.#index]} `, choices: [] }
  }
}

function commonBeginning(options: readonly string[]): string {
  let common = options[0] ?? ''
  for (const option of options) {
    while (!foldName(option).startsWith(foldName(common))) common = common.slice(0, -1)
  }
  return common
}

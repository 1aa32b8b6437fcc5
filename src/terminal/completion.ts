// Tab: completes the verb or the name before the cursor. A unique beginning is completed at once; with several, the
// first Tab goes as far as they agree, and further ones go round them.

import { foldName } from '../protocol/index.ts'
import { findVerb, verbs } from './verbs.ts'

export interface Candidates {
  /** What stays before the word that is completed. */
  readonly stem: string
  readonly word: string
  readonly options: readonly string[]
}

/** What could stand at the cursor; no options where nothing is completed. */
export function candidatesFor(before: string, names: readonly string[], conversation: string | undefined): Candidates {
  const word = /\S*$/.exec(before.slice(-256))?.[0] ?? ''
  const stem = before.slice(0, before.length - word.length)
  const none = { stem, word, options: [] }
  const words = stem.trim() === '' ? [] : stem.trim().split(/\s+/)
  if (words.length === 0) return { stem, word, options: verbOptions(word, conversation) }
  const first = words[0] as string
  const isVerb = first.startsWith('/') || (conversation === undefined && findVerb(first)?.bare === true)
  const parameter = isVerb ? findVerb(first)?.parameters[words.length - 1] : undefined
  if (parameter === 'name') return { stem, word, options: startingWith(word, names) }
  if (parameter === 'verb') {
    const all = verbs.map((verb) => verb.name)
    return { stem, word, options: startingWith(word, all) }
  }
  return none
}

function verbOptions(word: string, conversation: string | undefined): string[] {
  const slashed = verbs.map((verb) => `/${verb.name}`)
  if (word.startsWith('/')) return startingWith(word, slashed)
  if (conversation !== undefined || word === '') return []
  return startingWith(
    word,
    verbs.filter((verb) => verb.bare).map((verb) => verb.name),
  )
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

// What a word is for the search, in texts and in what people type: the one rule that the index, the marks and the reference
// in memory follow. Case, accents and width do not count. Scripts that write no spaces (Han, kana, Thai, Lao, Khmer,
// Burmese) are words of one character each, so that what stands inside a sentence is found, and pictographs are words.
// Invariants: no input throws; the work is bounded by the length of the text.

/** A word of a text, folded, and where it is, in UTF-16 units. */
export interface TextWord {
  readonly word: string
  readonly from: number
  readonly to: number
}

/** Words that stand together, in this order; of the last one perhaps only the beginning. */
export interface SearchTerm {
  readonly words: readonly string[]
  readonly isPrefix: boolean
}

export type TextMark = readonly [from: number, to: number]

/** A longer word counts as its beginning. */
const wordUnitsMax = 64
/** What people type beyond this is not looked at. */
export const searchUnitsMax = 4_096
const marksMax = 500

const spaceless = String.raw`\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}`
const wordShape = new RegExp(
  String.raw`[[\p{L}\p{N}]&&[${spaceless}]]\p{M}*|[[\p{L}\p{N}\p{M}\p{Co}]--[[\p{L}\p{N}]&&[${spaceless}]]]+|\p{Extended_Pictographic}`,
  'gv',
)
const plainWord = /^[0-9A-Za-z]+$/
const accents = /[\u0300-\u036f]/g
const noWord = /[^\p{L}\p{N}\p{M}\p{Co}\p{Extended_Pictographic}]/gu

/** The words of a text, in order. */
export function wordsOf(text: string): TextWord[] {
  const words: TextWord[] = []
  for (const match of text.matchAll(wordShape)) {
    const word = foldWord(match[0])
    if (word !== '') words.push({ word, from: match.index, to: match.index + match[0].length })
  }
  return words
}

/** What was typed as terms that must all be there; undefined where there is no word in it. */
export function readSearch(typed: string): readonly SearchTerm[] | undefined {
  const pieces = beginning(typed).split('"')
  const terms: SearchTerm[] = []
  for (const [at, piece] of pieces.entries()) {
    // Outside of the quotes, and behind a quote that is never closed.
    const isPlain = at % 2 === 0 || at === pieces.length - 1
    for (const chunk of isPlain ? piece.split(/\s+/u) : [piece]) {
      const words = wordsOf(chunk).map(({ word }) => word)
      if (words.length > 0) terms.push({ words, isPrefix: false })
    }
  }
  const last = terms.at(-1)
  if (!last) return undefined
  const endsQuoted = pieces.length % 2 === 1 && pieces.length > 1 && wordsOf(pieces.at(-1) ?? '').length === 0
  return [...terms.slice(0, -1), { ...last, isPrefix: !endsQuoted }]
}

/** Where a text has the terms, in order and without overlaps; undefined where one of them is missing. */
export function marksOf(text: string, terms: readonly SearchTerm[]): readonly TextMark[] | undefined {
  const words = wordsOf(text)
  const places = Map.groupBy(words.keys(), (at) => words[at]?.word)
  const marks: [number, number][] = []
  for (const term of terms) {
    const found = startsOf(term, words, places)
    if (found.length === 0) return undefined
    for (const at of found) {
      const from = words[at]?.from ?? 0
      marks.push([from, words[at + term.words.length - 1]?.to ?? from])
    }
  }
  return merged(marks)
}

/** At which words of the text a term begins; so many at most as are marked. */
function startsOf(
  { words: wanted, isPrefix }: SearchTerm,
  words: readonly TextWord[],
  places: ReadonlyMap<string | undefined, readonly number[]>,
): number[] {
  const last = wanted.length - 1
  const fits = (at: number): boolean =>
    wanted.every((word, step) => {
      const there = words[at + step]?.word
      return isPrefix && step === last ? there?.startsWith(word) === true : there === word
    })
  const candidates = isPrefix && last === 0 ? words.keys() : (places.get(wanted[0]) ?? [])
  const found: number[] = []
  for (const at of candidates) {
    if (fits(at) && found.push(at) === marksMax) break
  }
  return found
}

/** Without a word that would be cut in two: half of it would be another one. */
function beginning(typed: string): string {
  if (typed.length <= searchUnitsMax) return typed
  const cut = typed.slice(0, searchUnitsMax)
  return cut.replace(/(?<=\s)\S*$/u, '')
}

function merged(marks: [number, number][]): TextMark[] {
  const whole: [number, number][] = []
  for (const [from, to] of marks.toSorted((a, b) => a[0] - b[0])) {
    const before = whole.at(-1)
    if (before && from <= before[1]) before[1] = Math.max(before[1], to)
    else whole.push([from, to])
  }
  return whole.slice(0, marksMax)
}

function foldWord(word: string): string {
  if (plainWord.test(word)) return word.slice(0, wordUnitsMax).toLowerCase()
  const folded = word.normalize('NFKD').replace(accents, '').toLowerCase().replaceAll('ς', 'σ')
  return folded.replace(accents, '').replace(noWord, '').slice(0, wordUnitsMax).toWellFormed()
}

// docs/seeds.md held against the tree: every number of the older programs' claims stands there once, and names tests that
// exist, by file and by a part of the title. Pure, so that the tests can plant faults.

/** How many numbers each series has. `D` are the features compared over all five, `M` what must be better than they were. */
export const series: Readonly<Record<string, number>> = {
  'S000-': 27,
  'SCOL-': 10,
  'S001-': 22,
  'S002-': 28,
  'S003-': 22,
  'S004-': 15,
  D: 40,
  M: 9,
}

interface Row {
  readonly number: string
  readonly cells: readonly string[]
}

interface Reference {
  readonly path: string
  readonly part: string
}

/** A shorter part of a title would fit tests that have nothing to do with the number. */
const partCharactersMin = 8

const numberPattern = new RegExp(`^(?:${Object.keys(series).join('|')})\\d+$`)
const referencePattern = /`([^`]+)` "([^"]+)"/g

/** The rows of the document's tables that begin with a number; a bar with a backslash is part of its cell. */
export function rowsOf(document: string): Row[] {
  return document
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .filter(([first = '']) => numberPattern.test(first))
    .map(([number = '', ...cells]) => ({ number, cells }))
}

/** The titles of a test file, as they are written; those of a conformance suite are given to `check`. */
export function titlesOf(source: string): string[] {
  const calls = source.matchAll(/\b(?:test|describe|check)\(\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1/g)
  return [...calls].map(([, , text = '']) => text.replaceAll(/\\(.)/g, '$1'))
}

/** Sentences about what is wrong with the document; `read` gives a file of the tree, or undefined where there is none. */
export function findSeedFaults(document: string, read: (path: string) => string | undefined): string[] {
  const rows = rowsOf(document)
  const expected = Object.entries(series).flatMap(([prefix, count]) =>
    Array.from({ length: count }, (_, i) => `${prefix}${i + 1}`),
  )
  const known = new Set(expected)
  const counts = new Map<string, number>()
  for (const { number } of rows) counts.set(number, (counts.get(number) ?? 0) + 1)
  return [
    ...expected.filter((number) => !counts.has(number)).map((number) => `${number} is missing`),
    ...[...counts].filter(([, count]) => count > 1).map(([number, count]) => `${number} is there ${count} times`),
    ...[...counts.keys()].filter((number) => !known.has(number)).map((number) => `${number} is no number of the list`),
    ...rows.flatMap((row) => faultsOfRow(row, read).map((fault) => `${row.number}: ${fault}`)),
  ]
}

function faultsOfRow({ cells }: Row, read: (path: string) => string | undefined): string[] {
  const [what = '', how = '', tests = ''] = cells
  if (cells.length !== 3) return [`has ${cells.length + 1} columns instead of 4`]
  if (what === '' || how === '') return ['has an empty cell']
  const references = [...tests.matchAll(referencePattern)].map(([, path = '', part = '']) => ({ path, part }))
  if (references.length === 0) return ['names no test']
  if (tests !== references.map(({ path, part }) => `\`${path}\` "${part}"`).join('; ')) {
    return ['names its tests in another form than `path` "part of the title"; ...']
  }
  return references.map((reference) => judge(reference, read)).filter((fault) => fault !== undefined)
}

function judge({ path, part }: Reference, read: (path: string) => string | undefined): string | undefined {
  if (!/^(?:src|sim|test)\/.*(?:\.test|-suite)\.ts$/.test(path)) return `${path} is no test file`
  const source = read(path)
  if (source === undefined) return `${path} is not there`
  if (part.length < partCharactersMin) return `"${part}" is too short to tell a test`
  return titlesOf(source).some((title) => title.includes(part)) ? undefined : `${path} has no test "${part}"`
}

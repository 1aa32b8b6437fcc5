import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { findSeedFaults, rowsOf, series, titlesOf } from './seeds-document.ts'

const root = new URL('../', import.meta.url)
const document = readFileSync(new URL('docs/seeds.md', root), 'utf8')

const read = (path: string): string | undefined => {
  const url = new URL(path, root)
  return existsSync(url) ? readFileSync(url, 'utf8') : undefined
}

test('docs/seeds.md names for each number of the older programs the test that shows it', () => {
  assert.deepEqual(findSeedFaults(document, read), [])
  const count = Object.values(series).reduce((sum, each) => sum + each)
  assert.equal(rowsOf(document).length, count)
})

describe('the checker sees', () => {
  /** Every number with one good test, but for `change`. */
  function faults(change: (number: string) => string | undefined): string[] {
    const numbers = Object.entries(series).flatMap(([prefix, count]) =>
      Array.from({ length: count }, (_, i) => `${prefix}${i + 1}`),
    )
    const lines = numbers.map((number) => change(number) ?? row(number))
    return findSeedFaults(lines.join('\n'), (path) => files[path])
  }
  const files: Record<string, string> = {
    'src/a.test.ts': "test('a good and long title', () => {})\n// test(a comment about it)",
    'src/a.ts': "test('a good and long title')",
  }
  const good = '`src/a.test.ts` "good and long"'
  const row = (number: string, tests = good): string => `| ${number} | what | how \\| why | ${tests} |`
  const only = (wanted: string, line: string) => (number: string) => (number === wanted ? line : undefined)

  test('nothing wrong in what is right', () => {
    assert.deepEqual(
      faults(() => undefined),
      [],
    )
  })

  test('a number that is missing, double or none', () => {
    assert.deepEqual(faults(only('S003-22', '')), ['S003-22 is missing'])
    assert.deepEqual(faults(only('D40', `${row('D40')}\n${row('D40')}`)), ['D40 is there 2 times'])
    assert.deepEqual(faults(only('M9', `${row('M9')}\n${row('M10')}`)), ['M10 is no number of the list'])
  })

  test('a number without a test, and a test that does not exist', () => {
    for (const [tests, fault] of [
      ['', 'names no test'],
      ['later', 'names no test'],
      [`${good} and others`, 'names its tests in another form than `path` "part of the title"; ...'],
      ['`src/b.test.ts` "good and long"', 'src/b.test.ts is not there'],
      ['`src/a.ts` "good and long"', 'src/a.ts is no test file'],
      [`${good}; \`src/a.test.ts\` "bad and long"`, 'src/a.test.ts has no test "bad and long"'],
      ['`src/a.test.ts` "a comment"', 'src/a.test.ts has no test "a comment"'],
      ['`src/a.test.ts` "good"', '"good" is too short to tell a test'],
    ] as const) {
      assert.deepEqual(faults(only('SCOL-3', row('SCOL-3', tests))), [`SCOL-3: ${fault}`])
    }
  })

  test('a row with an empty cell or another number of columns', () => {
    assert.deepEqual(faults(only('D1', `| D1 | | how | ${good} |`)), ['D1: has an empty cell'])
    assert.deepEqual(faults(only('D1', `| D1 | what | ${good} |`)), ['D1: has 3 columns instead of 4'])
  })

  test('titles over several lines, of suites, with quotes and templates', () => {
    const source =
      "check(\n  'one',\n)\ntest(`${kind}: two`, slow, x)\ndescribe('it\\'s', x)\nconst attest = latest('no')"
    assert.deepEqual(titlesOf(source), ['one', '${kind}: two', "it's"])
  })
})

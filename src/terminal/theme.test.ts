import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTheme, wantsColour, wantsUnicode } from './theme.ts'

test('colours follow NO_COLOR, then FORCE_COLOR, then the terminal', () => {
  const cases: [Record<string, string>, boolean, boolean][] = [
    [{ TERM: 'xterm' }, true, true],
    [{ TERM: 'xterm' }, false, false],
    [{ TERM: 'dumb' }, true, false],
    [{ NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
    [{ NO_COLOR: '' }, true, true],
    [{ FORCE_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '0' }, true, false],
    [{ FORCE_COLOR: '3', TERM: 'dumb' }, false, true],
  ]
  for (const [environment, isTerminal, expected] of cases) {
    assert.equal(wantsColour(environment, isTerminal), expected, JSON.stringify([environment, isTerminal]))
  }
})

test('glyphs follow the locale', () => {
  assert.equal(wantsUnicode({ LANG: 'de_DE.UTF-8' }, 'linux'), true)
  assert.equal(wantsUnicode({ LC_ALL: 'C', LANG: 'de_DE.UTF-8' }, 'linux'), false)
  assert.equal(wantsUnicode({}, 'linux'), false)
  assert.equal(wantsUnicode({}, 'darwin'), true)
})

test('a name has one colour, however it is spelled, and marks differ without colour', () => {
  const coloured = createTheme({ colour: true, unicode: true })
  assert.equal(coloured.name('Bob').replace('Bob', ''), coloured.name('bob').replace('bob', ''))
  assert.notEqual(coloured.name('bob'), 'bob')
  for (const unicode of [true, false]) {
    const { glyphs, good, name } = createTheme({ colour: false, unicode })
    assert.equal(good('x') + name('y'), 'xy')
    assert.equal(new Set(Object.values(glyphs.marks)).size, 4, 'expired and failed share one; their words differ')
    if (!unicode) assert.match(JSON.stringify(glyphs), /^[\x20-\x7e]*$/)
  }
})

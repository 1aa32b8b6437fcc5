// The screen on a terminal of cells: whatever is printed, refreshed and typed in whatever order, the line being typed
// stands whole at the bottom, and everything printed stands above it in its order, each once.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { VirtualScreen } from '../../test/fake/virtual-screen.ts'
import { letters } from './cell-width.ts'
import { Screen } from './screen.ts'
import { wrapText } from './wrap.ts'

function setUp(columns: number, rows: number) {
  const terminal = new VirtualScreen(columns, rows)
  const tasks: (() => void)[] = []
  const screen = new Screen({ write: (text) => terminal.write(text), columns, rows }, (task) => void tasks.push(task))
  const settle = (): void => {
    for (const task of tasks.splice(0)) task()
  }
  const type = (before: string, after = '', prompt = 'me> '): void =>
    screen.setPrompt({ prompt, shortPrompt: '> ', before, after })
  return { terminal, screen, settle, type }
}

/** Everything that was printed and is still known, then the prompt's rows. */
function all(terminal: VirtualScreen): string[] {
  const lines = terminal.lines()
  while (lines.at(-1) === '') lines.pop()
  return [...terminal.scrolled, ...lines]
}

describe('the screen', () => {
  test('prints above the line being typed', () => {
    const { terminal, screen, settle, type } = setUp(20, 6)
    type('half ty', 'ped')
    settle()
    assert.deepEqual(terminal.cursor, { row: 0, column: 11 })
    screen.print(() => ['one', 'two'])
    settle()
    assert.deepEqual(all(terminal), ['one', 'two', 'me> half typed'])
    assert.deepEqual(terminal.cursor, { row: 2, column: 11 })
  })

  test('refreshes a block in place while it is there', () => {
    const { terminal, screen, settle, type } = setUp(30, 5)
    let mark = 'kept'
    type('x')
    const id = screen.print(() => [`hello ${mark}`])
    screen.print(() => ['after'])
    settle()
    mark = 'stored'
    assert.equal(screen.refresh(id), true)
    screen.print(() => ['more'])
    settle()
    assert.deepEqual(all(terminal), ['hello stored', 'after', 'more', 'me> x'])
    screen.print(() => ['1', '2', '3'])
    settle()
    mark = 'lost'
    assert.equal(screen.refresh(id), false)
    settle()
    assert.deepEqual(all(terminal), ['hello stored', 'after', 'more', '1', '2', '3', 'me> x'])
  })

  test('does not refresh what would change its height', () => {
    const { screen, settle } = setUp(30, 5)
    let rows = ['one']
    const id = screen.print(() => rows)
    settle()
    rows = ['one', 'two']
    assert.equal(screen.refresh(id), false)
  })

  test('shows a window of a line that is too long for it', () => {
    const { terminal, settle, type } = setUp(10, 3)
    type('0123456789'.repeat(6_000), '')
    settle()
    const shown = terminal.lines().join('')
    assert.ok(shown.endsWith('89') && terminal.lines().length === 3, shown)
    assert.equal(terminal.scrolled.length, 0)
  })

  test('leaves nothing of the prompt behind', () => {
    const { terminal, screen, settle, type } = setUp(20, 5)
    screen.print(() => ['bye'])
    type('not sent, and long enough for two rows')
    settle()
    screen.close()
    assert.deepEqual(all(terminal), ['bye'])
    assert.deepEqual(terminal.cursor, { row: 1, column: 0 })
  })
})

test('printed rows and the typed line stay whole on a terminal of any size', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '日', '😀', 'é', '\n'), maxLength: 30 })
  const step = fc.oneof(
    fc.record({ kind: fc.constant('print' as const), text }),
    fc.record({ kind: fc.constant('type' as const), text, at: fc.nat(30) }),
    fc.record({ kind: fc.constant('refresh' as const), index: fc.nat(5) }),
    fc.record({ kind: fc.constant('settle' as const) }),
  )
  const size = { columns: fc.integer({ min: 1, max: 24 }), rows: fc.integer({ min: 1, max: 8 }) }
  fc.assert(
    fc.property(size.columns, size.rows, fc.array(step, { maxLength: 25 }), (columns, rows, steps) => {
      const { terminal, screen, settle, type } = setUp(columns, rows)
      const blocks: { id: number; marked: boolean; rows: () => string[] }[] = []
      let line = ''
      for (const each of steps) {
        if (each.kind === 'settle') settle()
        if (each.kind === 'print') {
          const block = {
            id: 0,
            marked: false,
            rows: () => wrapText(each.text, columns).map((row) => (block.marked ? row.replace('a', 'A') : row)),
          }
          block.id = screen.print(() => block.rows())
          blocks.push(block)
        }
        if (each.kind === 'type') {
          line = each.text.replaceAll('\n', '')
          const parts = [...letters(line)].map((letter) => letter.text)
          type(parts.slice(0, each.at).join(''), parts.slice(each.at).join(''), '')
        }
        if (each.kind === 'refresh') {
          const block = blocks.at(-1 - each.index)
          if (block !== undefined) {
            const wasMarked = block.marked
            block.marked = true
            if (!screen.refresh(block.id)) block.marked = wasMarked
          }
        }
      }
      settle()
      const expected = blocks.flatMap((block) => block.rows().map((row) => row.trimEnd()))
      const shown = [...terminal.scrolled, ...terminal.lines()]
      assert.deepEqual(shown.slice(0, expected.length), expected)
      const typed = shown.slice(expected.length).join('').replaceAll(' ', '')
      const whole = line.replaceAll(' ', '')
      // A terminal with room for it shows all of it; a smaller one a part.
      if (columns * (rows - 1) > 70 && columns > 2) assert.equal(typed, whole)
      else if (columns > 1) assert.ok(whole.includes(typed), `${typed} is not in ${whole}`)
      if (shown.length > expected.length + 8) assert.equal(shown.slice(expected.length + 8).join(''), '')
    }),
    { numRuns: Number(process.env['PARLEY_FUZZ'] ?? 1_000) },
  )
})

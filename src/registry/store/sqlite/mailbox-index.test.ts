import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { MailboxIndex } from './mailbox-index.ts'

const step = fc.record({
  what: fc.constantFrom('add', 'add', 'remove', 'commit', 'rollback'),
  box: fc.constantFrom('a', 'b'),
  pick: fc.nat(20),
})

/** Everything the index can say. */
function shape(index: MailboxIndex): unknown {
  const boxes = ['a', 'b'].map((box) => [[...index.rowsAfter(box, 0)], index.fill(box, 's0'), index.fill(box, 's1')])
  return [index.size, index.bytes, boxes, index.countOfSender('s0'), index.countOfSender('s1')]
}

test('what is rolled back leaves no trace, in any order of changes', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const index = new MailboxIndex()
      let undo: (() => void)[] = []
      let rows: number[] = []
      let committed = shape(index)
      let committedRows = rows
      let next = 1
      const onRollback = (one: () => void): void => void undo.push(one)
      for (const { what, box, pick } of steps) {
        if (what === 'add') {
          const row = next++
          const entry = { recipient: box, sender: `s${pick % 2}`, message: `m${row}`, bytes: pick, expires: pick }
          index.add(row, entry, onRollback)
          rows = [...rows, row]
        } else if (what === 'remove' && rows.length > 0) {
          const row = rows[pick % rows.length] as number
          index.remove(row, onRollback)
          rows = rows.filter((other) => other !== row)
        } else if (what === 'commit') {
          undo = []
          committed = shape(index)
          committedRows = rows
        } else if (what === 'rollback') {
          while (undo.length > 0) undo.pop()?.()
          rows = committedRows
          assert.deepEqual(shape(index), committed)
        }
        for (const name of ['a', 'b']) {
          const numbers = [...index.rowsAfter(name, 0)].map(([row]) => row)
          assert.deepEqual(
            numbers,
            numbers.toSorted((a, b) => a - b),
          )
        }
        assert.equal(index.size, rows.length)
        const due = rows.filter((row) => (index.get(row)?.expires ?? 0) <= 10)
        const overdue = index.overdue(10, 1_000)
        assert.deepEqual(
          overdue.rows.toSorted((a, b) => a - b),
          due,
        )
      }
    }),
  )
})

import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import { Results } from './results.ts'

/** An output that fails as told, and says nothing else. */
function failing(code: string): { readonly output: Writable; readonly written: string[] } {
  const written: string[] = []
  const output = new Writable({
    autoDestroy: false,
    emitClose: false,
    write: (chunk: Buffer, _encoding, done) => {
      written.push(chunk.toString())
      done(Object.assign(new Error(code), { code }))
    },
  })
  return { output, written }
}

test('a reader that went away is no failure, and nothing more is written', async () => {
  const { output, written } = failing('EPIPE')
  const results = new Results(output, 'plain')
  results.line('one')
  await new Promise(setImmediate)
  results.line('two')
  await results.flush()
  await results.drained()
  assert.deepEqual([written, results.closed.aborted, results.failure], [['one\n'], true, undefined])
})

test('a full disk is one', async () => {
  const results = new Results(failing('ENOSPC').output, 'plain')
  results.line('one')
  await new Promise(setImmediate)
  assert.equal(results.closed.aborted, true)
  assert.match(results.failure?.message ?? '', /ENOSPC/)
})

test('an object is one line that no terminal obeys, and parses to the same', async () => {
  const written: string[] = []
  const output = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      written.push(chunk.toString())
      done()
    },
  })
  const results = new Results(output, 'json')
  const value = { text: 'a\n\u001b[2J\u009b2J\u202e\u2028é' }
  results.object(value)
  await results.flush()
  const line = written.join('')
  // eslint-disable-next-line no-control-regex
  assert.match(line, /^[^\u0000-\u001f\u007f-\u009f\u2028\u202e]+\n$/)
  assert.deepEqual(JSON.parse(line), value)
})

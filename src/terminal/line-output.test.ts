import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import { LineOutput } from './line-output.ts'

function setup() {
  const writes: string[] = []
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk: string, _encoding, done) => {
      if (chunk !== '') writes.push(chunk)
      done()
    },
  })
  return { writes, output: new LineOutput(stream), stream }
}

test('the lines of one turn leave in one write, in their order, before the next turn', async () => {
  const { writes, output } = setup()
  output.write('one')
  output.write('two')
  assert.equal(output.waiting, 8)
  await new Promise((resolve) => void setImmediate(resolve))
  output.write('three')
  await new Promise((resolve) => void setImmediate(resolve))
  assert.deepEqual(writes, ['one\ntwo\n', 'three\n'])
})

test('a flush leaves nothing behind', async () => {
  const { writes, output } = setup()
  output.write('last')
  const flushed = output.flush()
  assert.deepEqual(writes, ['last\n'])
  await flushed
  assert.equal(output.waiting, 0)
})

test('a flush of a closed output ends', async () => {
  const { output, stream } = setup()
  stream.destroy()
  stream.on('error', () => undefined)
  output.write('nobody reads this')
  await output.flush()
})

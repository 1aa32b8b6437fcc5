import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SendWindow } from './send-window.ts'

/** Sends that end when they are told to. */
function sends(window: SendWindow, lines: readonly string[]): { end: () => void }[] {
  return lines.map((line) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    window.add(line, promise)
    return { end: () => resolve() }
  })
}

async function settled(): Promise<void> {
  await new Promise((resolve) => void setImmediate(resolve))
}

test('is full at its number of sends, and has room again when half of them have ended', async () => {
  const window = new SendWindow({ sendsMax: 4, charactersMax: 1_000 })
  const running = sends(window, ['a', 'b', 'c', 'd'])
  assert.equal(window.isFull, true)
  let hasRoom = false
  const room = window.room().then(() => (hasRoom = true))
  running[0]?.end()
  await settled()
  assert.equal(hasRoom, false)
  running[1]?.end()
  await room
  assert.equal(window.isFull, false)
})

test('is full at its number of characters, and one long line has room to itself', async () => {
  const window = new SendWindow({ sendsMax: 4, charactersMax: 10 })
  const [long] = sends(window, ['longer than ten'])
  assert.equal(window.isFull, true)
  let hasRoom = false
  const room = window.room().then(() => (hasRoom = true))
  await settled()
  assert.equal(hasRoom, false)
  long?.end()
  await room
  assert.equal(window.isFull, false)
})

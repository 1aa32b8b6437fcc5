import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LogRing } from './log-ring.ts'
import { RegistryLog } from './registry-log.ts'

test('keeps the last thousand lines, numbered without a gap, in the words of the text form', () => {
  const ring = new LogRing()
  const log = new RegistryLog([ring])
  assert.deepEqual(ring.lines(), [])
  log.note({ type: 'left', name: 'alice', cause: 'silent' })
  const [line] = ring.lines()
  assert.deepEqual(
    [line?.number, line?.level, line?.text],
    [1, 'info', 'terminated after silence name=alice cause=silent'],
  )
  assert.ok(Math.abs((line?.at ?? 0) - Date.now()) < 60_000)
  for (let i = 0; i < 1_500; i++) log.info({ i }, 'n')
  const lines = ring.lines()
  assert.deepEqual([lines.length, lines[0]?.number, lines.at(-1)?.number], [1_000, 502, 1_501])
  assert.equal(lines.at(-1)?.text, 'n i=1499')
  assert.deepEqual(
    ring.lines(1_499).map(({ number }) => number),
    [1_500, 1_501],
  )
  assert.deepEqual(ring.lines(1_501), [])
  assert.deepEqual(ring.lines(9_999), [])
})

test('42: what a peer chose is one line without controls, and never too long', () => {
  const ring = new LogRing()
  let told = 0
  ring.onLine = () => (told += 1)
  const log = new RegistryLog([ring])
  log.note({ type: 'loggedIn', session: 1, name: 'mallory', agent: `\u001b]0;x\u0007\n\u202eevil${'y'.repeat(9_000)}` })
  log.fatal({}, 'the store broke')
  const [line, last] = ring.lines()
  // eslint-disable-next-line no-control-regex
  assert.doesNotMatch(line?.text ?? '\n', /[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/)
  assert.ok((line?.text.length ?? 0) <= 2_000)
  assert.deepEqual([last?.level, last?.text, told], ['fatal', 'the store broke', 2])
})

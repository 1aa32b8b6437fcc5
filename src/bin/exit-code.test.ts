import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { exitCodeOf, exitCodeOfFace, exitCodes } from './exit-code.ts'

test('the table and docs/operating.md have the same exit codes', () => {
  const document = readFileSync(join(import.meta.dirname, '../../docs/operating.md'), 'utf8')
  const section = document.slice(document.indexOf('## Exit codes'))
  const documented = [...section.matchAll(/^\| (\d+) +\|/gm)].map((row) => Number(row[1]))
  assert.deepEqual(documented, Object.values(exitCodes))
})

describe('a face that ended', () => {
  const ended = { departure: 'inputEnded', unsettled: 0 } as const

  test('is done where all went well', () => {
    assert.equal(exitCodeOfFace(ended, false, undefined), 0)
    assert.equal(exitCodeOfFace({ ...ended, departure: 'outputClosed' }, false, undefined), 0)
  })
  test('tells what was not delivered, and first what failed', () => {
    assert.equal(exitCodeOfFace({ ...ended, unsettled: 2 }, false, undefined), 7)
    assert.equal(exitCodeOfFace({ ...ended, unsettled: 2, failure: 'unknownName' }, false, undefined), 6)
    assert.equal(exitCodeOfFace({ ...ended, failure: 'usage', departure: 'quit' }, true, undefined), 0)
  })
  test('tells why it was not let in', () => {
    const refused = { departure: 'refused', unsettled: 0 } as const
    assert.equal(exitCodeOfFace({ ...refused, failure: 'nameTaken' }, true, undefined), 6)
    assert.equal(exitCodeOfFace({ ...refused, failure: 'wrongRegistryKey' }, true, undefined), 4)
    assert.equal(exitCodeOfFace({ ...refused, failure: 'constructor' }, true, undefined), 1)
  })
  test('tells signals apart', () => {
    const interrupted = { departure: 'interrupted', unsettled: 1 } as const
    assert.equal(exitCodeOfFace(interrupted, false, 'SIGINT'), 130)
    assert.equal(exitCodeOfFace(interrupted, false, 'SIGTERM'), 0)
  })
})

test('what a command that does one thing comes to', () => {
  const codes = {
    undelivered: 7,
    nobodyToAsk: 3,
    registryUnreachable: 3,
    identityChanged: 4,
    rateLimited: 5,
    unknownName: 6,
    noRoomNamed: 6,
    refusedByRecipient: 8,
    textTooLong: 2,
    notText: 2,
    noProfile: 2,
    outputFailed: 1,
    interrupted: 130,
  }
  for (const [error, code] of Object.entries(codes)) assert.equal(exitCodeOf(error), code, error)
})

test('an error without a row is a failure', () => {
  assert.equal(exitCodeOf('nobodyKnows'), 1)
  assert.equal(exitCodeOf('toString'), 1)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { inviteCodeBytes, newInviteCode } from './invite-code.ts'

const random = fc
  .uint8Array({ minLength: 20, maxLength: 20 })
  .map((bytes) => ({ bytes: () => bytes, fraction: () => 0 }))

test('a code is 20 characters that are not taken for one another, and each of its 100 bits counts', () => {
  fc.assert(
    fc.property(random, fc.nat(19), fc.integer({ min: 0, max: 4 }), (source, at, bit) => {
      const code = newInviteCode(source)
      assert.match(code, /^([0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}$/)
      source.bytes()[at] = (source.bytes()[at] as number) ^ (1 << bit)
      assert.notDeepEqual(inviteCodeBytes(newInviteCode(source)), inviteCodeBytes(code))
    }),
  )
})

test('case, blanks, hyphens and look-alikes do not matter', () => {
  const code = '01234-56789-ABCDE-FGHJK'
  const same = [
    '0123456789abcdefghjk',
    'O1234 56789 abcde fghjk',
    ' oI234-56789-ABCDE-FGHJK ',
    '0L234--5678 9ABCDEFGHJK',
  ]
  for (const other of same) assert.deepEqual(inviteCodeBytes(other), inviteCodeBytes(code), other)
  assert.notDeepEqual(inviteCodeBytes('11234-56789-ABCDE-FGHJK'), inviteCodeBytes(code))
})

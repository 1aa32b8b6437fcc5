import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatInvite, parseRegistryTarget } from './index.ts'

const key = new Uint8Array(32).fill(9)

test('an invite link comes back as it was made, IPv6 included', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.constantFrom('192.0.2.7', 'chat.example.org', '2001:db8::1', 'localhost'),
      fc.integer({ min: 1, max: 65_535 }),
      (someKey, host, port) => {
        const parsed = parseRegistryTarget(formatInvite({ host, port, key: someKey }))
        assert.ok(parsed.ok)
        assert.deepEqual({ ...parsed.value, key: [...(parsed.value.key ?? [])] }, { host, port, key: [...someKey] })
      },
    ),
  )
})

test('HOST and HOST:PORT are enough', () => {
  assert.deepEqual(parseRegistryTarget('chat.example.org'), {
    ok: true,
    value: { host: 'chat.example.org', port: 4747 },
  })
  assert.deepEqual(parseRegistryTarget('127.0.0.1:5000'), { ok: true, value: { host: '127.0.0.1', port: 5000 } })
  assert.deepEqual(parseRegistryTarget('[::1]:5000'), { ok: true, value: { host: '::1', port: 5000 } })
})

test('catalogue 76: an altered, long, foreign or cut invite is refused with the reason', () => {
  const invite = formatInvite({ host: 'h', port: 1, key })
  const problem = (text: string): string => {
    const parsed = parseRegistryTarget(text)
    return parsed.ok ? 'accepted' : parsed.error
  }
  assert.equal(problem(''), 'empty')
  assert.equal(problem(invite + 'x'.repeat(10_000)), 'tooLong')
  assert.equal(problem(invite.replace('parley:', 'http:')), 'scheme')
  assert.equal(problem(invite.replace('@', 'A@')), 'key')
  assert.equal(problem('parley://h:1'), 'key')
  assert.equal(problem('h:0'), 'port')
  assert.equal(problem('h:65536'), 'port')
  assert.equal(problem('h:1e3'), 'port')
  assert.equal(problem('a b:1'), 'host')
  assert.equal(problem('h/../x:1'), 'host')
})

test('any text is answered, none throws', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseRegistryTarget(text)))
})

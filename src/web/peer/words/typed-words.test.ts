// What is said of names, registries and ports while they are typed.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { nameProblem, parseRegistryTarget } from '../../../protocol/index.ts'
import { checkName, checkPort, checkTarget, describeTarget } from './typed-words.ts'

const key = 'A'.repeat(43)
const link = `parley://${key}@192.0.2.1:4747`

describe('a name', () => {
  test('is right where the protocol takes it, and else said to be wrong once it is left', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'aZ9._- é/'), maxLength: 40 }), (name) => {
        assert.equal(checkName(name, true) === undefined, nameProblem(name) === undefined)
      }),
    )
  })

  test('is left alone while it may still become right', () => {
    assert.equal(checkName('', false), undefined)
    assert.equal(checkName('anna.', false), undefined)
    assert.match(checkName('anna.', true) ?? '', /letters/)
    assert.match(checkName('an na', false) ?? '', /letters/)
    assert.match(checkName('a'.repeat(33), false) ?? '', /32/)
    assert.match(checkName('admin/', false) ?? '', /letters/)
    assert.match(checkName('Registry', false) ?? '', /reserved/)
  })
})

describe('a registry', () => {
  test('is right where the protocol takes it', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'a1.:[]@/ -'), maxLength: 30 }), (text) => {
        assert.equal(checkTarget(text, true) === undefined, parseRegistryTarget(text.trim()).ok)
        if (parseRegistryTarget(text.trim()).ok) assert.equal(checkTarget(text, false), undefined)
      }),
    )
  })

  test('is not complained of letter by letter while a link or an address is typed', () => {
    for (const whole of [link, '192.0.2.1:4747', 'chat.example.org', '[2001:db8::1]:4747']) {
      for (let end = 0; end <= whole.length; end++) {
        const typed = whole.slice(0, end)
        assert.equal(checkTarget(typed, false), undefined, typed)
      }
    }
  })

  test('is complained of where it cannot become right', () => {
    assert.match(checkTarget('https://example.org', false) ?? '', /parley:\/\//)
    assert.match(checkTarget('parley://short@host', false) ?? '', /damaged/)
    assert.match(checkTarget('host:99999', false) ?? '', /65535/)
    assert.match(checkTarget('two words', false) ?? '', /host/)
  })

  test('is described as what it means', () => {
    assert.equal(describeTarget(link), '192.0.2.1:4747, with its key: nobody else can pass for it.')
    assert.match(describeTarget('chat.example.org') ?? '', /^chat\.example\.org:4747\. Its key/)
    assert.match(describeTarget('[2001:db8::1]:5') ?? '', /^\[2001:db8::1\]:5\./)
    assert.equal(describeTarget('https://x'), undefined)
  })
})

test('a port is empty or a number', () => {
  for (const right of ['', ' ', '0', '5000', '65535']) assert.equal(checkPort(right), undefined)
  for (const wrong of ['65536', '-1', 'x', '1e3', '5.5', '123456']) assert.notEqual(checkPort(wrong), undefined, wrong)
})

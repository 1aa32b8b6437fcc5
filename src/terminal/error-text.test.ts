import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { ParleyError } from '../base/index.ts'
import { registryErrors } from '../protocol/index.ts'
import { errorText, problemText, reasonText } from './error-text.ts'

const all = (error: { text: string; hints: readonly string[] }): string => [error.text, ...error.hints].join('\n')

describe('an error in words', () => {
  test('names what is wrong and what to do', () => {
    assert.equal(
      all(reasonText({ code: 'unknownName', details: { name: 'carol', nearest: ['carola', 'karol'] } })),
      'no such account: carol\nDid you mean carola or karol?\n/clients shows who is known here.',
    )
    const taken = all(reasonText({ code: 'nameTaken', details: { name: 'bob', fingerprint: 'aaaa', own: 'bbbb' } }))
    assert.match(taken, /aaaa[\s\S]*Choose another name[\s\S]*--home DIR \(this profile is bbbb\)/)
    const key = all(reasonText({ code: 'wrongRegistryKey', details: { expected: 'aaaa', offered: 'bbbb' } }))
    assert.match(key, /expected: aaaa\noffered: {2}bbbb/)
    const locked = { folder: '/x', pid: 7, program: 'parley chat', since: 'noon' }
    assert.match(
      all(reasonText({ code: 'folderLocked', details: locked })),
      /in use by parley chat \(process 7, since noon\)/,
    )
    assert.match(
      all(reasonText({ code: 'privateFileOpen', details: { path: '/x/key', mode: '644' } })),
      /chmod 600 \/x\/key/,
    )
    assert.match(all(problemText({ code: 'unknownVerb', verb: 'sned', nearest: 'send' })), /Did you mean \/send\?/)
  })

  test('says what a registry answers, though there is no row for it', () => {
    for (const [code, { sentence }] of Object.entries(registryErrors)) {
      const { text } = reasonText({ code, details: {} })
      assert.ok(text.length > 10 && !text.startsWith('error: '), `${code}: ${text} (${sentence})`)
    }
  })

  test('says even what nobody foresaw', () => {
    assert.equal(reasonText({ code: 'toString', details: {} }).text, 'error: toString')
    assert.match(errorText(new ParleyError('odd', { message: 'the odd thing' })).text, /the odd thing/)
    assert.match(all(errorText(new TypeError('x is undefined'))), /unexpected: x is undefined\n.*bug/)
  })

  test('shows no control of a name or a path, whatever the details are', () => {
    const codes = [
      'unknownName',
      'nameTaken',
      'folderLocked',
      'wrongRegistryKey',
      'identityChanged',
      'textTooLong',
      'odd',
    ]
    const details = fc.dictionary(
      fc.constantFrom('name', 'nearest', 'folder', 'program', 'pid', 'expected', 'pinned', 'bytes', 'detail'),
      fc.oneof(fc.string({ unit: 'binary' }), fc.anything()),
    )
    fc.assert(
      fc.property(fc.constantFrom(...codes), details, (code, given) => {
        // eslint-disable-next-line no-control-regex
        assert.doesNotMatch(reasonText({ code, details: given }).text, /[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/)
      }),
    )
  })
})

/** The sources of a folder of src, without tests. */
function sourcesOf(folder: string): string[] {
  const root = new URL(`../${folder}/`, import.meta.url)
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(new URL(name, root), 'utf8'))
}

function codesIn(folders: readonly string[], pattern: RegExp): Set<string> {
  const codes = new Set<string>()
  for (const text of folders.flatMap((folder) => sourcesOf(folder))) {
    for (const [, code] of text.matchAll(pattern)) codes.add(code as string)
  }
  return codes
}

test('every code that a peer tells, or a face refuses with, has its sentence', () => {
  const codes = codesIn(
    ['peer', 'api', 'terminal'],
    /(?:\{ code: |new ParleyError\(|refusal\(|[rR]efused?\(|reason\()'(\w+)'/g,
  )
  assert.ok(codes.size > 40, `only ${codes.size} codes were found`)
  for (const code of codes) assert.doesNotMatch(reasonText({ code, details: {} }).text, /^error: /, code)
})

test('every code that the peer API promises to reject with has a sentence of its own, and most say what to type', () => {
  const codes = new Set<string>()
  for (const text of sourcesOf('api')) {
    for (const [, promise = ''] of text.matchAll(/[Rr]ejects[^*]*?with([\s\S]*?)(?:\*\/|\. )/g)) {
      for (const [, code] of promise.matchAll(/`(\w+)`/g)) codes.add(code as string)
    }
  }
  for (const code of ['passwordNeeded', 'noRequest', 'unknownRoom', 'selfRefused', 'rateLimited']) codes.add(code)
  assert.ok(codes.size >= 20, [...codes].join(' '))
  const withoutHint = [...codes].filter((code) => {
    const { text, hints } = reasonText({ code, details: {} })
    assert.doesNotMatch(text, /^error: /, code)
    assert.ok(!Object.hasOwn(registryErrors, code) || hints.length > 0 || text.length > 10, code)
    return hints.length === 0
  })
  assert.deepEqual(
    withoutHint.filter((code) => code !== 'noPasswords'),
    [],
  )
})

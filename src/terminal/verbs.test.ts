import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { helpText } from './help-text.ts'
import { readLine, verbs } from './verbs.ts'

function command(line: string, conversation?: string): unknown {
  const read = readLine(line, conversation)
  return read?.ok === true ? read.value : undefined
}
function problem(line: string, conversation?: string): unknown {
  const read = readLine(line, conversation)
  return read?.ok === false ? read.error : undefined
}

describe('a line', () => {
  test('with a slash is a verb, whatever is open', () => {
    for (const conversation of [undefined, 'bob']) {
      assert.deepEqual(command('/send carol  hi  there ', conversation), {
        verb: 'send',
        to: 'carol',
        text: 'hi  there ',
      })
      assert.deepEqual(command('/MSG carol hi', conversation), { verb: 'send', to: 'carol', text: 'hi' })
      assert.deepEqual(command('/clients', conversation), { verb: 'clients' })
      assert.deepEqual(command('/history bob 7', conversation), { verb: 'history', name: 'bob', count: 7 })
      assert.deepEqual(command('/open', conversation), { verb: 'open' })
    }
  })

  test('is a message in an open conversation, the bare words too', () => {
    for (const text of ['hi', 'send bob hi', 'clients', ' /etc is a folder', 'quit']) {
      assert.deepEqual(command(text, 'bob'), { verb: 'send', to: 'bob', text })
    }
  })

  test('may be a bare verb where no conversation is open', () => {
    assert.deepEqual(command('send bob hi'), { verb: 'send', to: 'bob', text: 'hi' })
    assert.deepEqual(command('clients'), { verb: 'clients' })
    assert.deepEqual(problem('open bob'), { code: 'noConversation' })
    assert.deepEqual(problem('hello?'), { code: 'noConversation' })
  })

  test('with two slashes is text with one', () => {
    assert.deepEqual(command('//etc', 'bob'), { verb: 'send', to: 'bob', text: '/etc' })
    assert.deepEqual(problem('//etc'), { code: 'noConversation' })
  })

  test('that is blank is nothing', () => {
    for (const line of ['', '  ', '\t']) assert.equal(readLine(line, 'bob'), undefined)
  })
})

describe('a wrong line', () => {
  test('with an unknown verb names the nearest and sends nothing', () => {
    assert.deepEqual(problem('/sned bob hi', 'bob'), { code: 'unknownVerb', verb: 'sned', nearest: 'send' })
    assert.deepEqual(problem('/clinets'), { code: 'unknownVerb', verb: 'clinets', nearest: 'clients' })
    assert.deepEqual(problem('/xyzzy', 'bob'), { code: 'unknownVerb', verb: 'xyzzy' })
  })

  test('with wrong words shows the usage', () => {
    for (const [line, usage] of [
      ['/send', '/send NAME text'],
      ['/send bob', '/send NAME text'],
      ['/history', '/history NAME [N]'],
      ['/history bob 0', '/history NAME [N]'],
      ['/history bob -1', '/history NAME [N]'],
      ['/history bob 1e3', '/history NAME [N]'],
      ['/history bob 3 4', '/history NAME [N]'],
      ['/quit now', '/quit'],
    ] as const) {
      assert.deepEqual(problem(line), { code: 'usage', usage }, line)
    }
  })

  test('with a name that cannot be one says why', () => {
    const cases = { 'a/b': 'characters', ['x'.repeat(33)]: 'tooLong', con: 'reserved', '..': 'characters' }
    for (const [name, why] of Object.entries(cases)) {
      assert.deepEqual(problem(`/open ${name}`), { code: 'badName', name, problem: why, usage: '/open [NAME]' })
    }
  })
})

test('no line makes reading throw, and none but a message or a verb becomes a command', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.option(fc.constant('bob'), { nil: undefined }), (line, open) => {
      const read = readLine(line, open)
      if (read?.ok === true && !line.startsWith('/') && open !== undefined) {
        assert.deepEqual(read.value, { verb: 'send', to: 'bob', text: line })
      }
    }),
  )
})

describe('the table', () => {
  test('has each word once, and examples that it reads itself', () => {
    const words = verbs.flatMap((verb) => [verb.name, ...verb.aliases])
    assert.equal(new Set(words).size, words.length)
    for (const verb of verbs) {
      for (const example of verb.examples) {
        const read = readLine(example, undefined)
        assert.ok(read?.ok === true && read.value.verb === verb.name, example)
      }
    }
  })

  test('makes help for every verb', () => {
    for (const verb of verbs) {
      assert.ok(helpText().includes(verb.usage))
      for (const example of verb.examples) assert.ok(helpText(verb.name).includes(example))
    }
    assert.match(helpText('identity'), /\/accept/)
    assert.match(helpText('xyzzy'), /No help/)
  })
})

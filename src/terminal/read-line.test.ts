import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { helpText } from './help-text.ts'
import { nameProblem } from '../protocol/index.ts'
import { isSendingLine, readLine } from './read-line.ts'
import { barePhrases, findVerb, verbFamilies, verbs } from './verb-table.ts'

function command(line: string, isOpen = false): unknown {
  const read = readLine(line, isOpen)
  return read?.ok === true ? read.value : undefined
}
function problem(line: string, isOpen = false): unknown {
  const read = readLine(line, isOpen)
  return read?.ok === false ? read.error : undefined
}

describe('a line', () => {
  test('with a slash is a verb, whatever is open', () => {
    for (const isOpen of [false, true]) {
      assert.deepEqual(command('/send carol  hi  there ', isOpen), { verb: 'send', to: 'carol', text: 'hi  there ' })
      assert.deepEqual(command('/MSG carol hi', isOpen), { verb: 'send', to: 'carol', text: 'hi' })
      assert.deepEqual(command('/clients', isOpen), { verb: 'clients' })
      assert.deepEqual(command('/open', isOpen), { verb: 'open' })
      assert.deepEqual(command('/chat request bob', isOpen), { verb: 'request', name: 'bob' })
      assert.deepEqual(command('/ok group 3', isOpen), { verb: 'ok-group', room: 3 })
      assert.deepEqual(command('/exit', isOpen), { verb: 'exit' })
    }
  })

  test('is text in an open conversation, the bare words too', () => {
    const texts = ['hi', 'send bob hi', 'clients', ' /etc is a folder', 'quit', 'OK bob', 'REJECT', 'SEARCH x', 'exit']
    for (const text of [...texts, 'EXIT now', ' EXIT', 'EXIT ', 'Exit', 'exit group', 'logout', 'CHAT REQUEST bob']) {
      assert.deepEqual(command(text, true), { verb: 'say', text })
    }
  })

  test('leaves what is open by three whole lines only, and /say sends even these', () => {
    assert.deepEqual(command('EXIT', true), { verb: 'exit' })
    assert.deepEqual(command('EXIT GROUP', true), { verb: 'leave' })
    assert.deepEqual(problem('LOGOUT', true), { code: 'leaveFirst' })
    for (const text of ['EXIT', 'EXIT GROUP', 'LOGOUT'])
      assert.deepEqual(command(`/say ${text}`, true), { verb: 'say', text })
    for (const text of ['toString', '__proto__', 'constructor'])
      assert.deepEqual(command(text, true), { verb: 'say', text })
  })

  test("has the seeds' own words bare, in any case, while nothing is open", () => {
    const lines: [string, unknown][] = [
      ['send bob hi', { verb: 'send', to: 'bob', text: 'hi' }],
      ['message bob hi', { verb: 'send', to: 'bob', text: 'hi' }],
      ['message* hi all', { verb: 'all', text: 'hi all' }],
      ['send_all hi all', { verb: 'all', text: 'hi all' }],
      ['clients', { verb: 'clients' }],
      ['peers', { verb: 'clients' }],
      ['contacts', { verb: 'contacts' }],
      ['reg bob', { verb: 'reg', name: 'bob' }],
      ['dereg', { verb: 'dereg' }],
      ['dereg alice', { verb: 'dereg', name: 'alice' }],
      ['login', { verb: 'login' }],
      ['login bob', { verb: 'login', name: 'bob' }],
      ['logout', { verb: 'logout' }],
      ['quit', { verb: 'quit' }],
      ['search bob', { verb: 'search', name: 'bob' }],
      ['chat request bob', { verb: 'request', name: 'bob' }],
      ['ok bob', { verb: 'ok', name: 'bob' }],
      ['ok', { verb: 'ok' }],
      ['reject bob', { verb: 'reject', name: 'bob' }],
      ['ok group 3', { verb: 'ok-group', room: 3 }],
      ['reject group 3', { verb: 'reject-group', room: 3 }],
      ['group chat bob carol dave', { verb: 'group', names: ['bob', 'carol', 'dave'] }],
      ['exit', { verb: 'exit' }],
      ['exit group', { verb: 'leave' }],
    ]
    for (const [line, expected] of lines) {
      const [word = '', ...rest] = line.split(' ')
      const upper = [word.toUpperCase(), ...rest]
        .join(' ')
        .replace(/^(CHAT|OK|REJECT|GROUP|EXIT) (request|group|chat)/i, (phrase) => phrase.toUpperCase())
      for (const form of [line, upper, ` ${line}`]) assert.deepEqual(command(form), expected, form)
    }
  })

  test('may be a bare verb only where nothing is open', () => {
    assert.deepEqual(problem('open bob'), { code: 'noConversation', verb: '/open [NAME]' })
    assert.deepEqual(problem('hello?'), { code: 'noConversation' })
  })

  test('with two slashes is text with one', () => {
    assert.deepEqual(command('//etc', true), { verb: 'say', text: '/etc' })
    assert.deepEqual(problem('//etc'), { code: 'noConversation' })
  })

  test('that is blank is nothing', () => {
    for (const line of ['', '  ', '\t']) assert.equal(readLine(line, true), undefined)
  })

  test('reads every verb with all its words', () => {
    const lines: [string, unknown][] = [
      ['/history bob 7', { verb: 'history', target: { kind: 'person', name: 'bob' }, count: 7 }],
      ['/history 3', { verb: 'history', target: { kind: 'digits', digits: '3' } }],
      ['/history #3 5', { verb: 'history', target: { kind: 'room', room: 3 }, count: 5 }],
      ['/history Everyone', { verb: 'history', target: { kind: 'everyone' } }],
      ['/request bob', { verb: 'request', name: 'bob' }],
      ['/withdraw', { verb: 'withdraw' }],
      ['/rooms', { verb: 'rooms' }],
      ['/members', { verb: 'members' }],
      ['/members 3', { verb: 'members', room: 3 }],
      ['/room #3', { verb: 'room', room: 3 }],
      ['/invite 3 bob carol', { verb: 'invite', room: 3, names: ['bob', 'carol'] }],
      ['/leave 3', { verb: 'leave', room: 3 }],
      ['/kick 3 bob', { verb: 'kick', room: 3, name: 'bob' }],
      ['/rename-room 3 the  boat ', { verb: 'rename-room', room: 3, name: 'the  boat' }],
      ['/friends', { verb: 'friends' }],
      ['/add bob', { verb: 'add', name: 'bob' }],
      ['/add bob my brother', { verb: 'add', name: 'bob', alias: 'my brother' }],
      ['/alias bob my brother', { verb: 'alias', name: 'bob', alias: 'my brother' }],
      ['/alias bob', { verb: 'alias', name: 'bob', alias: '' }],
      ['/remove bob', { verb: 'remove', name: 'bob' }],
      ['/block bob', { verb: 'block', name: 'bob' }],
      ['/unblock bob', { verb: 'unblock', name: 'bob' }],
      ['/search bob', { verb: 'search', name: 'bob' }],
      ['/refresh', { verb: 'refresh' }],
      ['/password', { verb: 'password' }],
      ['/accept bob', { verb: 'accept', name: 'bob' }],
    ]
    for (const [line, expected] of lines) assert.deepEqual(command(line, true), expected, line)
  })
})

describe('a wrong line', () => {
  test('with an unknown verb names the nearest and sends nothing', () => {
    assert.deepEqual(problem('/sned bob hi', true), { code: 'unknownVerb', verb: 'sned', nearest: 'send' })
    assert.deepEqual(problem('/clinets'), { code: 'unknownVerb', verb: 'clinets', nearest: 'clients' })
    assert.deepEqual(problem('/xyzzy', true), { code: 'unknownVerb', verb: 'xyzzy' })
  })

  test('with wrong words shows the usage', () => {
    for (const [line, usage] of [
      ['/send', '/send NAME text'],
      ['/send bob', '/send NAME text'],
      ['/history', '/history NAME|ROOM|everyone [N]'],
      ['/history bob 0', '/history NAME|ROOM|everyone [N]'],
      ['/history bob -1', '/history NAME|ROOM|everyone [N]'],
      ['/history bob 1e3', '/history NAME|ROOM|everyone [N]'],
      ['/history bob 3 4', '/history NAME|ROOM|everyone [N]'],
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

/** Words that are wrong for what a verb wants. */
const longName = 'x'.repeat(33)
const wrongWords = [
  '',
  'a/b',
  longName,
  'x'.repeat(65_536),
  '\ufffd\ufffd',
  '\u0000',
  '..',
  'con',
  '-1',
  '1e3',
  '0',
  '#0',
  '9'.repeat(20),
]

test('every verb says what is wrong with missing, extra, over-long, unknown and non-UTF-8 words', () => {
  for (const verb of verbs) {
    const phrases = [verb.name, ...verb.aliases, ...verb.bare]
    for (const phrase of phrases) {
      const none = readLine(`/${phrase}`, true)
      assert.equal(none?.ok, verb.required === 0, `/${phrase}`)
      const takesAll = verb.parameters.some((each) => ['text', 'label', 'names'].includes(each))
      if (!takesAll) {
        const extra = `/${phrase} ${verb.parameters.map((each) => (each === 'room' || each === 'count' ? '3' : 'bob')).join(' ')} extra`
        assert.deepEqual(problem(extra, true), { code: 'usage', usage: verb.usage }, extra)
      }
      for (const word of wrongWords) {
        const line = `/${phrase} ${verb.parameters.map(() => word).join(' ')}`
        const read = readLine(line, true)
        if (read?.ok === false) {
          assert.ok(JSON.stringify(read.error).length < 400, `what is told about ${line.slice(0, 40)} is short`)
          continue
        }
        const wantsName = verb.parameters.some((each) => ['name', 'names', 'asker', 'target'].includes(each))
        // What was read from a wrong word holds no malformed name.
        if (word !== '' && wantsName) assert.equal(nameProblem(word), undefined, line.slice(0, 60))
      }
    }
  }
})

test('a room is a number, and a name of a room is short', () => {
  for (const word of ['x', '-1', '0', '1.5', '1e3', '#', '##1', '9'.repeat(10)]) {
    assert.deepEqual(problem(`/room ${word}`), { code: 'badRoom', room: word, usage: '/room N' })
  }
  assert.deepEqual(problem(`/rename-room 1 ${'x'.repeat(65)}`), { code: 'labelTooLong', limit: 64 })
  assert.deepEqual(problem(`/group ${Array.from({ length: 101 }, (_, i) => `x${i}`).join(' ')}`), {
    code: 'usage',
    usage: '/group NAME [NAME ...]',
  })
})

test('no line makes reading throw, and in a conversation none but the three is anything but text', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...barePhrases)),
      fc.boolean(),
      (line, isOpen) => {
        const read = readLine(line, isOpen)
        const isText = !line.startsWith('/') && isOpen && !['EXIT', 'EXIT GROUP', 'LOGOUT'].includes(line)
        if (isText && line.trim() !== '') assert.deepEqual(read, { ok: true, value: { verb: 'say', text: line } })
      },
    ),
  )
})

test('lines that send are known, so that they can be on their way together', () => {
  for (const line of ['send bob hi', '/send bob hi', 'message* hi', 'SEND_ALL hi', '/all hi']) {
    assert.ok(isSendingLine(line, false), line)
  }
  assert.ok(isSendingLine('hello', true) && isSendingLine('send bob hi', true) && isSendingLine('//x', true))
  for (const line of ['EXIT', '/open bob', '/history bob']) assert.ok(!isSendingLine(line, true), line)
  assert.ok(!isSendingLine('login', false))
})

describe('the table', () => {
  test('has each phrase once, each verb in one family, and examples that it reads itself', () => {
    for (const verb of verbs) {
      for (const phrase of [verb.name, ...verb.aliases, ...verb.bare]) assert.equal(findVerb(phrase), verb, phrase)
      for (const example of verb.examples) {
        const read = readLine(example, false)
        const isText = read?.ok === true && read.value.verb === 'say'
        assert.ok(read?.ok === true && (read.value.verb === verb.name || isText), example)
      }
    }
    assert.equal(verbFamilies.flatMap((family) => family.verbs).length, new Set(verbs.map(({ name }) => name)).size)
  })

  test('makes help for every verb, on one screen', () => {
    const rows = helpText().split('\n')
    assert.ok(rows.length <= 23, `${rows.length} rows`)
    for (const row of rows) assert.ok(row.length <= 80, row)
    for (const verb of verbs) {
      assert.ok(helpText().includes(verb.usage), verb.usage)
      for (const example of verb.examples) assert.ok(helpText(verb.name).includes(example))
    }
    assert.match(helpText('identity'), /\/accept/)
    assert.match(helpText('message*'), /\/all/)
    assert.match(helpText('x'.repeat(70_000)), /^No help about "x{64}"/)
  })
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { readSeedLine, seedProblemText } from './seed-lines.ts'

const split = (line: string): string[] => (line === '' ? [] : line.split(' '))

function problemOf(line: readonly string[]): { kind: string; text: string; form: string } {
  const read = readSeedLine(line)
  assert.ok(read?.ok === false, `${line.join(' ')} should be refused`)
  return { ...read.error, text: seedProblemText(read.error) }
}

describe('good lines become the command that does the same', () => {
  const good: Record<string, string> = {
    '-s 4747': 'server -p 4747',
    '-s 1024': 'server -p 1024',
    '-s 65535': 'server -p 65535',
    '-s 4747 --data d --accounts invite': 'server -p 4747 --data d --accounts invite',
    '-s 4747 --log -': 'server -p 4747 --log -',
    '-c x 127.0.0.1 4747 3001': 'client -n x -i 127.0.0.1 -p 4747 -c 3001',
    '-c x ::1 4747 3001': 'client -n x -i ::1 -p 4747 -c 3001',
    '-c x chat.example.org 4747 3001 --trust': 'client -n x -i chat.example.org -p 4747 -c 3001 --trust',
  }
  for (const [line, command] of Object.entries(good)) {
    test(line, () => {
      const read = readSeedLine(split(line))
      assert.ok(read?.ok)
      assert.deepEqual(read.value.words, split(command))
      assert.equal(read.value.form.slice(0, 9), `parley ${line.slice(0, 2)}`)
    })
  }
  for (const line of ['', 'chat x', 'server -p 1', '-r x', '-V', '--help', '-S 5000', '-sc 5000', 'constructor']) {
    test(`"${line}" is none of these lines`, () => assert.equal(readSeedLine(split(line)), undefined))
  }
})

describe('bad lines are told by their kind, the word that is wrong, and the right form', () => {
  const server = 'parley -s <port>'
  const client = 'parley -c <nick> <server-ip> <server-port> <client-port>'
  const bad: Record<string, { kind: string; says: RegExp; form: string }> = {
    '-s': { kind: 'notEnough', says: /^not enough arguments: <port> is missing$/, form: server },
    '-s --data d': { kind: 'notEnough', says: /<port> is missing/, form: server },
    '-s 5000 6000': { kind: 'tooMany', says: /^too many arguments: "6000" is too many$/, form: server },
    '-s 5000 6000 7000': { kind: 'tooMany', says: /"6000" and "7000" are too many/, form: server },
    '-s 0': {
      kind: 'wrong',
      says: /^wrong arguments: "0" is no <port>: a port is a number from 1024 to 65535$/,
      form: server,
    },
    '-s 1023': { kind: 'wrong', says: /1024 to 65535/, form: server },
    '-s 65536': { kind: 'wrong', says: /1024 to 65535/, form: server },
    '-s -5000': { kind: 'wrong', says: /"-5000" is no <port>/, form: server },
    '-s 5000.5': { kind: 'wrong', says: /is no <port>/, form: server },
    '-s 0x1388': { kind: 'wrong', says: /is no <port>/, form: server },
    '-s port': { kind: 'wrong', says: /is no <port>/, form: server },
    '-c': { kind: 'notEnough', says: /<nick>, <server-ip>, <server-port> and <client-port> are missing/, form: client },
    '-c x': { kind: 'notEnough', says: /<server-ip>, <server-port> and <client-port> are missing/, form: client },
    '-c x 127.0.0.1 4747': { kind: 'notEnough', says: /<client-port> is missing/, form: client },
    '-c x 127.0.0.1 4747 --trust': { kind: 'notEnough', says: /<client-port> is missing/, form: client },
    '-c x 127.0.0.1 4747 3001 y': { kind: 'tooMany', says: /"y" is too many/, form: client },
    '-c a/b 127.0.0.1 4747 3001': { kind: 'wrong', says: /"a\/b" is no <nick>: it holds characters/, form: client },
    '-c x 127.0.0.256 4747 3001': { kind: 'wrong', says: /"127.0.0.256" is no <server-ip>/, form: client },
    '-c x 127.0.0.1:4747 4747 3001': { kind: 'wrong', says: /is no <server-ip>: .*without a port/, form: client },
    '-c x 127.0.0.1 80 3001': { kind: 'wrong', says: /"80" is no <server-port>/, form: client },
    '-c x 127.0.0.1 4747 70000': { kind: 'wrong', says: /"70000" is no <client-port>/, form: client },
  }
  for (const [line, { kind, says, form }] of Object.entries(bad)) {
    test(line, () => {
      const problem = problemOf(split(line))
      assert.equal(problem.kind, kind)
      assert.match(problem.text, says)
      assert.equal(problem.form, form)
    })
  }
  test('an empty word and a word with controls', () => {
    assert.match(problemOf(['-s', '']).text, /^wrong arguments: "" is no <port>/)
    assert.match(problemOf(['-s', '\u001b[2J5000']).text, /"␛\[2J5000" is no <port>/)
  })
})

test('whatever is typed, the answer is a command or one sentence without controls', () => {
  const word = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('4747', 'x', '127.0.0.1', '--trust', '-1'))
  fc.assert(
    fc.property(fc.constantFrom('-s', '-c'), fc.array(word, { maxLength: 6 }), (first, rest) => {
      const read = readSeedLine([first, ...rest])
      assert.ok(read)
      if (!read.ok) assert.match(seedProblemText(read.error), /^(?:not enough|too many|wrong) arguments: [^\p{Cc}]+$/u)
    }),
  )
})

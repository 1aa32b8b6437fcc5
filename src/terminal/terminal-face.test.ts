// The terminal face in a real pseudo terminal, on a fake peer. What the test sees is what a terminal of cells shows
// after all that was written; the terminal of cells throws at any sequence that is not on our own list.

import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { spawn } from '@lydell/node-pty'
import { VirtualScreen } from '../../test/fake/virtual-screen.ts'

const program = fileURLToPath(new URL('../../test/fake/fake-terminal.ts', import.meta.url))
const ctrl = { a: '\u0001', c: '\u0003', d: '\u0004', u: '\u0015', w: '\u0017' }

class Person {
  readonly screen: VirtualScreen
  readonly exit: Promise<number>
  raw = ''
  readonly #pty
  #checks: (() => void)[] = []

  constructor(
    context: TestContext,
    options: { columns?: number; rows?: number; args?: string[]; env?: Record<string, string> } = {},
  ) {
    const { columns = 80, rows = 24, args = [], env = {} } = options
    this.screen = new VirtualScreen(columns, rows)
    this.#pty = spawn(process.execPath, [program, ...args], {
      cols: columns,
      rows,
      env: {
        PATH: process.env['PATH'] ?? '',
        NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '',
        TERM: 'xterm-256color',
        LANG: 'C.UTF-8',
        NO_COLOR: '1',
        ...env,
      },
    })
    this.#pty.onData((text) => {
      this.raw += text
      this.screen.write(text)
      for (const check of this.#checks) check()
    })
    this.exit = new Promise((resolve) => this.#pty.onExit(({ exitCode }) => resolve(exitCode)))
    context.after(() => {
      try {
        this.#pty.kill('SIGKILL')
      } catch {
        // It has ended already.
      }
    })
  }

  type(text: string): void {
    this.#pty.write(text)
  }
  resize(columns: number, rows: number): void {
    this.#pty.resize(columns, rows)
  }
  signal(name: string): void {
    this.#pty.kill(name)
  }

  lines(): string[] {
    return [...this.screen.scrolled, ...this.screen.lines()].filter((line) => line !== '')
  }

  /** Types, and resolves when the terminal was written to after that. */
  async typeAndSeeDrawn(text: string): Promise<void> {
    const before = this.raw.length
    await new Promise<void>((resolve) => {
      this.#checks.push(() => this.raw.length > before && resolve())
      this.type(text)
    })
  }

  /** Resolves when the screen shows it. */
  async sees(what: RegExp): Promise<void> {
    const holds = (): boolean => what.test(this.lines().join('\n'))
    if (holds()) return
    await new Promise<void>((resolve, reject) => {
      const check = (): void => {
        if (!holds()) return
        this.#checks = this.#checks.filter((each) => each !== check)
        resolve()
      }
      this.#checks.push(check)
      void this.exit.then((code) => reject(new Error(`ended (${code}) without ${what}:\n${this.lines().join('\n')}`)))
    })
  }
}

/** Somebody whose prompt is there. */
async function meet(context: TestContext, options?: ConstructorParameters<typeof Person>[1]): Promise<Person> {
  const person = new Person(context, options)
  await person.sees(/^(?:● alice )?›/m)
  return person
}

describe('at a terminal', { concurrency: 2 }, () => {
  test('three lines say where one is and what to type', async (context) => {
    const person = await meet(context)
    assert.deepEqual(person.lines(), [
      'Parley  you are alice, at 127.0.0.1:4747',
      '/open NAME to talk, /clients to see who is here, /help for the rest',
      '◦ kept here  • in the mailbox  ✓ stored by the other side',
      '● alice ›',
    ])
  })

  test('an incoming line never tears the line being typed', async (context) => {
    const person = await meet(context)
    person.type('/open bob\r')
    await person.sees(/^● alice → bob ›/m)
    person.type(`say ${JSON.stringify('hello\nthere')}\rhalf typed 漢字 li`)
    await person.sees(/^\d\d:\d\d  bob  hello\n +there\n● alice → bob › half typed 漢字 li$/m)
    const { row, column } = person.screen.cursor
    assert.equal(column, '● alice → bob › half typed XXXX li'.length)
    assert.ok(person.screen.lines()[row]?.endsWith('half typed 漢字 li'))
  })

  test('the mark of an own message changes in place, and never lies', async (context) => {
    const person = await meet(context)
    person.type('/send grace see you\r')
    await person.sees(/you → grace  see you   • \[Message received by the server and saved\]$/m)
    person.type('/send bob collect\r')
    await person.sees(/you → grace  see you   ✓ \[Message received by grace\.\] mailbox 3\.1 s$/m)
    assert.equal(person.lines().filter((line) => line.includes('see you')).length, 1)
  })

  test('a mark that has scrolled away is told in one line', async (context) => {
    const person = await meet(context, { rows: 8 })
    person.type('/send grace see you\r')
    await person.sees(/• \[Message received by the server and saved\]$/m)
    person.type('/help\r')
    await person.sees(/shows examples/)
    person.type('/send bob collect\r')
    await person.sees(/✓ \[Message received by grace\.\] mailbox 3\.1 s  grace: see you$/m)
  })

  test('Tab completes verbs and names, and goes round', async (context) => {
    const person = await meet(context)
    person.type('/cl\t')
    await person.sees(/› \/clients/)
    person.type(`${ctrl.u}/send b\t`)
    await person.sees(/· b(?:ob|ianca)  b(?:ob|ianca)\n● alice › \/send bianca$/m)
    person.type('\t')
    await person.sees(/› \/send bob$/m)
    person.type('hi\r')
    await person.sees(/you → bob  hi   ✓ \[Message received by bob\.\] direct 0\.8 ms$/m)
  })

  test('keys edit, recall and clear as in a shell', async (context) => {
    const person = await meet(context)
    person.type(`one two${ctrl.w}three${ctrl.a}zero `)
    await person.sees(/› zero one three$/m)
    person.type(ctrl.c)
    await person.sees(/●\salice ›$/m)
    person.type('/clients\r\u001b[A')
    await person.sees(/› \/clients$/m)
  })

  test('a paste of several lines is one message', async (context) => {
    const person = await meet(context)
    person.type('/open bob\r')
    await person.sees(/alice → bob/)
    person.type('\u001b[200~one\ntwo\u001b[31m\n\u001b[201~')
    await person.sees(/› one␊two$/m)
    person.type('\r')
    await person.sees(/you → bob  one\n +two   ✓ \[Message received by bob/m)
  })

  test('a line over the limit is refused and kept', async (context) => {
    const person = await meet(context)
    person.type('/open bob\r')
    await person.sees(/alice → bob/)
    person.type(`\u001b[200~${'x'.repeat(69_990)}the end\u001b[201~`)
    await person.sees(/the end$/m)
    person.type('\r')
    await person.sees(/69997 bytes; the limit is 65536 bytes/)
    await person.sees(/the end$/m)
    assert.ok(!person.lines().join('').includes('you → bob'))
  })

  test('errors suggest and send nothing', async (context) => {
    const person = await meet(context)
    person.type('/sned bob hi\r')
    await person.sees(/unknown verb \/sned\n.*Did you mean \/send\? Nothing was sent/)
    person.type('hello\r')
    await person.sees(/no conversation is open, so this went to nobody\n.*\/open NAME/)
    person.type('/send carol hi\r')
    await person.sees(/no such account: carol\n.*Did you mean bob\?/)
  })

  test('the prompt tells that the registry is gone', async (context) => {
    const person = await meet(context)
    person.type('/send bob down\r')
    await person.sees(/^○ alice \(no registry\) ›/m)
  })

  test('a question waits for yes or no', async (context) => {
    const person = new Person(context, { args: ['ask'] })
    await person.sees(/Trust it for good\? yes or no ›/)
    person.type('perhaps\r')
    await person.sees(/please type yes or no/)
    person.type('yes\r')
    await person.sees(/trusted: true/)
  })
})

describe('a question', { concurrency: 2 }, () => {
  test('for a password shows nothing of it, remembers nothing, and asks again after a wrong one', async (context) => {
    const person = await meet(context)
    const secret = 'hunter two!'
    person.type('half a line')
    await person.sees(/half a line$/m)
    person.type(`${ctrl.u}/password\r`)
    await person.sees(/enter the present password: ›$/m)
    await person.typeAndSeeDrawn(secret)
    person.type('\r')
    await person.sees(/enter the new password: ›$/m)
    person.type(`${secret}${ctrl.u}${secret}\r`)
    await person.sees(/enter the new password again: ›$/m)
    person.type(`${secret}\r`)
    await person.sees(/this registry knows no passwords/)
    // Neither history nor yank nor undo brings it back.
    person.type('\u001b[A')
    await person.sees(/● alice › \/password$/m)
    person.type(`${ctrl.u}x\u0019\u001f\u001f`)
    person.type('/quit\r')
    await person.exit
    assert.ok(!person.raw.includes(secret) && !person.raw.includes('hunter'))
  })

  test('comes by itself where the registry wants a password', async (context) => {
    const person = new Person(context, { args: ['password'] })
    await person.sees(/enter password for alice: ›$/m)
    person.type('wrong\r')
    await person.sees(/! Wrong password!/)
    person.type('right\r')
    await person.sees(/\[Welcome, You are registered\.\] Greetings, alice!/)
    await person.sees(/^● alice ›$/m)
    assert.ok(!person.raw.includes('right') && !person.raw.includes('wrong'))
  })

  test('is cancelled by Ctrl-C, and the line being typed is still there', async (context) => {
    const person = await meet(context)
    person.type('/password\r')
    await person.sees(/enter the present password: ›$/m)
    person.type(ctrl.c)
    await person.sees(/the question was not answered/)
    await person.sees(/^● alice ›$/m)
  })
})

describe('private chats and rooms', { concurrency: 2 }, () => {
  test('a request is asked, accepted and left by the words of the seed', async (context) => {
    const person = await meet(context)
    person.type('send bob chat\r')
    await person.sees(/bob would like to chat with you\? \(OK\/REJECT\)/)
    person.type('OK bob\r')
    await person.sees(/you have entered into a private chat with bob\. You can send your message now!/)
    await person.sees(/^● alice → bob \(private\) ›$/m)
    person.type('OK GROUP 3 is text here\r')
    await person.sees(/you → bob  OK GROUP 3 is text here/)
    person.type('LOGOUT\r')
    await person.sees(/not logged out: a conversation is open/)
    person.type('EXIT\r')
    await person.sees(/you left the chat room\./)
    await person.sees(/^● alice ›$/m)
  })

  test('a line begun before a private chat opened is not sent to it unseen', async (context) => {
    const person = await meet(context)
    person.type('/request bob\r')
    await person.sees(/the chat request went to bob/)
    person.type('send bob accept\rsend grace a sec')
    await person.sees(/bob accepted the chat request\./)
    await person.sees(/^● alice → bob \(private\) › send grace a sec$/m)
    person.type('ret\r')
    await person.sees(/was begun before that, and was not sent/)
    await person.sees(/^● alice → bob \(private\) › send grace a secret$/m)
    assert.ok(!person.lines().join('').includes('you → bob  send grace'))
  })

  test('a room is made, talked in and left; the tally is per member', async (context) => {
    const person = await meet(context, { columns: 110 })
    person.type('GROUP CHAT bob nobody\r')
    await person.sees(/you have added yourself to group chat room 1\. A request has been sent to your added friends/)
    await person.sees(/nobody was not invited: no such account/)
    await person.sees(/^● alice → room 1 ›$/m)
    person.type('/send bob join\r')
    await person.sees(/bob joined the group chat room 1/)
    person.type('hello room\r')
    await person.sees(/you → room 1  hello room   ✓ \[Message received by bob\.\] direct 0\.8 ms$/m)
    person.type('EXIT GROUP\r')
    await person.sees(/you left the chat room\. \(room 1\)/)
    await person.sees(/^● alice ›$/m)
  })

  test('what is said to everyone has the form of the seed', async (context) => {
    const person = await meet(context)
    person.type('send bob everyone\r')
    await person.sees(/\[Channel_Message bob: to all of you\]$/m)
    person.type('send_all good morning\r')
    await person.sees(/you → everyone  good morning\n +• \[Message received by Server\.\] told to 1 online$/m)
  })
})

test('kinds of lines have their colours, and none with NO_COLOR', async (context) => {
  const [esc, off] = ['\u001b[', '\u001b[39m']
  const person = new Person(context, { args: ['password'], env: { NO_COLOR: '', FORCE_COLOR: '1' } })
  await person.sees(/enter password for alice: ›$/m)
  person.type('right\r')
  await person.sees(/Greetings, alice!/)
  person.type('send bob chat\r')
  await person.sees(/would like to chat/)
  person.type('send bob say "hello there"\r')
  await person.sees(/bob {2}hello there$/m)
  const has = (part: string): boolean => person.raw.includes(part)
  assert.ok(has(`${esc}44m${esc}97m· [Welcome, You are registered.]`), 'a greeting on blue')
  assert.ok(has(`${esc}32m✓ [Message received by bob.] direct 0.8 ms${off}`), 'a receipt in green')
  assert.ok(has(`${esc}33m· bob would like to chat with you? (OK/REJECT)${off}`), 'an alert in yellow')
  assert.ok(has(`${esc}36mhello there${off}`), 'what others say in cyan')
  const plain = await meet(context)
  plain.type('send bob chat\r')
  await plain.sees(/would like to chat/)
  // eslint-disable-next-line no-control-regex
  assert.doesNotMatch(plain.raw, /\u001b\[[0-9;]*m/)
})

describe('leaving', { concurrency: 2 }, () => {
  const pasteOff = '\u001b[?2004l'
  const ways: Record<string, (person: Person) => void | Promise<void>> = {
    'by /quit': (person) => person.type('/quit\r'),
    'by Ctrl-D on an empty line': (person) => person.type(ctrl.d),
    'by Ctrl-C twice': async (person) => {
      person.type(`half${ctrl.c}`)
      await person.sees(/›$/m)
      person.type(ctrl.c)
    },
    'by SIGTERM': (person) => person.signal('SIGTERM'),
    'by a fall': (person) => person.type('/send bob fall\r'),
  }
  for (const [how, leave] of Object.entries(ways)) {
    test(`${how} gives the terminal back`, async (context) => {
      const person = await meet(context)
      await leave(person)
      assert.equal(await person.exit, how === 'by a fall' ? 1 : 0)
      assert.ok(person.raw.includes(pasteOff))
      if (how !== 'by a fall') assert.match(person.lines().at(-1) ?? '', /^left: (?:quit|interrupted)$/)
      assert.ok(!person.lines().some((line) => line.startsWith('● alice ›')), 'the prompt is gone')
    })
  }

  test('Ctrl-C once clears the line and stays', async (context) => {
    const person = await meet(context)
    person.type(`gone${ctrl.c}here`)
    await person.sees(/› here$/m)
  })
})

describe('any size', { concurrency: 2 }, () => {
  test('works at one cell', async (context) => {
    const person = new Person(context, { columns: 1, rows: 1 })
    person.type('/send bob hi\r/quit\r')
    assert.equal(await person.exit, 0)
  })

  test('survives a storm of resizes', async (context) => {
    const person = await meet(context)
    for (let i = 0; i < 200; i++) person.resize(1 + ((i * 37) % 150), 1 + ((i * 13) % 50))
    person.resize(80, 24)
    person.type('/quit\r')
    assert.equal(await person.exit, 0)
  })
})

test('what others say reaches the terminal as text only', async (context) => {
  const hostile = [
    '\u001b]0;owned\u0007',
    '\u001b[6n',
    '\u009b2J',
    '\u001b]52;c;aGk=\u0007',
    '\u001b[2J\u001b[H',
    '\u202eevil',
    '\u0007',
  ]
  const person = await meet(context, { columns: 100 })
  // The terminal of cells throws at every sequence that is not ours.
  for (const text of hostile)
    person.type(
      `/send bob say ${JSON.stringify(text).replaceAll('\u009b', '\\u009b').replaceAll('\u202e', '\\u202e')}\r`,
    )
  person.type('/send bob say "the last"\r')
  await person.sees(/bob  the last$/m)
  await person.sees(/bob  ␛\]0;owned␇$/m)
})

test('without UTF-8, marks are ASCII and words say the same', async (context) => {
  const person = new Person(context, { env: { LANG: 'C' } })
  await person.sees(/^\* alice >/m)
  person.type('/send bob hi\r')
  await person.sees(/you -> bob  hi   v \[Message received by bob\.\] direct 0\.8 ms$/m)
})

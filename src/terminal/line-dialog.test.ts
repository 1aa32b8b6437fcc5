// Questions, accounts, private chats, rooms and everyone, in the plain and the JSON face on a fake peer.

import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { describe, test } from 'node:test'
import * as v from 'valibot'
import { FakePeer } from '../../test/fake/fake-peer.ts'
import { type JsonEvent, jsonEventSchema } from '../api/json-event.ts'
import type { FaceResult } from './face-event.ts'
import { runLineFace } from './line-face.ts'

class Run {
  readonly peer: FakePeer
  readonly result: Promise<FaceResult>
  readonly #input = new PassThrough()
  readonly #abort = new AbortController()
  #text = ''
  #checks: (() => void)[] = []

  constructor(form: 'plain' | 'json', peer = new FakePeer()) {
    this.peer = peer
    const output = new PassThrough()
    output.on('data', (bytes: Buffer) => {
      this.#text += bytes.toString('utf8')
      for (const check of this.#checks) check()
    })
    const { signal } = this.#abort
    this.result = runLineFace(peer, { input: this.#input, output, form, nowMs: () => 0, signal, settleMs: 20 })
  }

  get text(): string {
    return this.#text
  }

  /** The lines without their times. */
  lines(): string[] {
    return this.#text.split('\n').slice(0, -1).map((line) => line.replace(/^\d\d:\d\d /, '')) // prettier-ignore
  }
  events(): JsonEvent[] {
    return this.lines().map((line) => v.parse(jsonEventSchema, JSON.parse(line)))
  }

  type(...lines: string[]): void {
    this.#input.write(lines.map((line) => `${line}\n`).join(''))
  }
  interrupt(): void {
    this.#abort.abort()
  }

  /** Ends the input and hands over the lines. */
  async end(): Promise<string[]> {
    this.#input.end()
    await this.result
    return this.lines()
  }

  /** Resolves when the output holds it. */
  async says(what: string | RegExp): Promise<void> {
    const holds = (): boolean => (typeof what === 'string' ? this.#text.includes(what) : what.test(this.#text))
    if (holds()) return
    await new Promise<void>((resolve, reject) => {
      this.#checks.push(() => holds() && resolve())
      void this.result.then(() => reject(new Error(`ended without ${what}:\n${this.#text}`)))
    })
  }

  /** Types lines one by one, each answered before the next. */
  async dialog(...turns: [line: string, answer: string | RegExp][]): Promise<void> {
    for (const [line, answer] of turns) {
      this.type(line)
      await this.says(answer)
    }
  }
}

function withPasswords(...known: string[]): FakePeer {
  const peer = new FakePeer()
  peer.passwords = new Map([['alice', 'right']])
  for (const name of known) peer.loggedInAs.add(name)
  peer.startLoggedOut()
  return peer
}

describe('logging in', () => {
  test('asks for the name and the password, and again after a wrong one', async () => {
    const run = new Run('plain', withPasswords('alice'))
    await run.dialog(
      ['login', '? enter username [alice]:'],
      ['', '? enter password for alice: (the answer is not shown)'],
      ['wrong', /Wrong password![\s\S]*\? enter password/],
      ['right', '[Welcome, You are registered.] Greetings, alice!'],
      ['login', 'already logged in... as alice'],
    )
    assert.doesNotMatch((await run.end()).join('\n'), /right|\bwrong\b/)
  })

  test('ends after three wrong ones', async () => {
    const run = new Run('json', withPasswords('alice'))
    run.type('login alice', 'a1', 'a2', 'a3', '/clients')
    await run.says('"clients"')
    await run.end()
    const types = run.events().map((event) => (event.type === 'error' ? event.code : event.type))
    const turn = ['question', 'passwordWrong']
    assert.deepEqual(types, ['ready', ...turn, ...turn, ...turn, 'clients'])
    assert.equal((await run.result).failure, 'passwordWrong')
    assert.doesNotMatch(run.text, /a1|a2|a3/)
  })

  test('offers to sign up for a name that was never logged in with', async () => {
    const run = new Run('plain', withPasswords())
    await run.dialog(
      ['login dikatso', '? enter password for dikatso:'],
      ['S3cret', 'Nobody is registered as dikatso with this password. Sign up as dikatso? (y/N)'],
      ['y', '? enter password again:'],
      ['S3cret', 'logged in as dikatso'],
    )
    assert.equal(run.peer.passwords?.get('dikatso'), 'S3cret')
    assert.equal(run.peer.name, 'dikatso')
    assert.doesNotMatch((await run.end()).join('\n'), /S3cret/)
  })

  test('signs nobody up without a yes, nor with two different passwords', async () => {
    for (const [answer, told] of [
      ['n', 'was not signed up'],
      ['', 'was not signed up'],
    ] as const) {
      const run = new Run('plain', withPasswords())
      await run.dialog(['login eve', '? enter password'], ['abc', 'Sign up'], [answer, told])
      assert.equal(run.peer.passwords?.has('eve'), false)
      await run.end()
    }
    const run = new Run('plain', withPasswords())
    await run.dialog(['reg eve', '? enter password'], ['abc', 'again'], ['abd', 'the two passwords are not the same'])
    assert.equal(run.peer.passwords?.has('eve'), false)
    await run.end()
  })

  test('asks for the invite code of a new name', async () => {
    const peer = new FakePeer()
    peer.inviteCode = 'k0de'
    const run = new Run('plain', peer)
    await run.dialog(['reg eve', 'enter invite code:'], ['nope', 'unknown, used or out of date'])
    await run.dialog(['reg eve', /enter invite code:[\s\S]*enter invite code:/], ['k0de', 'logged in as eve'])
    assert.doesNotMatch((await run.end()).join('\n'), /k0de|nope/)
  })

  test('a password never becomes a command, whatever it is, and an argument is no password', async () => {
    const run = new Run('json', withPasswords('alice'))
    await run.dialog(
      ['login alice', '"secret":true'],
      ['send bob hi', 'passwordWrong'],
      ['/quit', /(?:passwordWrong[\s\S]*){2}/],
    )
    run.type('right')
    await run.says('"loggedIn"')
    run.type('login alice right')
    await run.says('usage: /login [NAME]')
    await run.end()
    assert.deepEqual(run.peer.sent, [])
    assert.doesNotMatch(run.text, /right|send bob hi/)
  })

  test('is over when the input ends or the face is told to end', async () => {
    const ended = new Run('json', withPasswords('alice'))
    ended.type('login alice')
    await ended.says('"question"')
    await ended.end()
    assert.equal((await ended.result).failure, 'noAnswer')
    const told = new Run('plain', withPasswords('alice'))
    told.type('login alice')
    await told.says('? enter password')
    told.interrupt()
    assert.equal((await told.result).departure, 'interrupted')
    assert.equal(told.lines().at(-1), '[Exiting]')
  })

  test('an answer over the limit of a line is no answer', async () => {
    const run = new Run('json', withPasswords('alice'))
    await run.dialog(['login alice', '"question"'], ['x'.repeat(70_000), 'lineTooLong'], ['/clients', '"clients"'])
    await run.end()
    assert.doesNotMatch(run.text, /xxx/)
  })

  test('a new password is asked twice', async () => {
    const peer = withPasswords('alice')
    const run = new Run('plain', peer)
    await run.dialog(['login alice', '? enter password'], ['right', 'Welcome'], ['/password', 'the present password'])
    await run.dialog(['right', 'enter the new password:'], ['n3w', 'again'], ['n3w', 'your password is changed'])
    assert.equal(peer.passwords?.get('alice'), 'n3w')
    assert.doesNotMatch((await run.end()).join('\n'), /n3w/)
  })
})

describe('leaving and coming back', () => {
  test('dereg says goodbye and stays; reg and login come back', async () => {
    const run = new Run('plain')
    await run.dialog(
      ['dereg bob', 'you are alice, not bob'],
      ['dereg alice', '[You are Offline. Bye.]'],
      ['reg alice', '[Welcome, You are registered.] Greetings, alice!'],
      ['logout', /Goodbye alice\.[\s\S]*\[You are Offline\. Bye\.\]/],
      ['logout', 'not logged in'],
      ['reg bob2', 'Greetings, bob2!'],
    )
    assert.deepEqual(run.peer.calls.filter(([call]) => call === 'logout'), [
      ['logout', { forget: false }],
      ['logout', { forget: true }],
      ['logout', { forget: true }],
    ]) // prettier-ignore
    await run.end()
  })

  test('a registry that does not answer is told, and that one goes on', async () => {
    const run = new Run('plain')
    run.peer.emit({ type: 'registry', state: 'unreachable' })
    await run.says('[Server not responding]')
    await run.says('whoever can be reached directly')
    run.type('send bob still here')
    await run.says('[Message received by bob.]')
    run.interrupt()
    await run.result
    assert.equal(run.lines().at(-1), '[Exiting]')
  })

  test('what waited is announced, each with its time', async () => {
    const run = new Run('plain')
    run.peer.emit({ type: 'mailWaiting', count: 2 })
    const message = { type: 'message', from: 'bob', conversation: 'bob', road: 'mailbox', receivedAt: 0 } as const
    run.peer.emit({ ...message, id: 'a'.repeat(32), text: 'one', sentAt: 0 })
    const lines = await run.end()
    assert.equal(lines[1], '[You have messages] 2')
    assert.match(lines[2] as string, /^bob \(from the mailbox, sent \d\d:\d\d\): one$/)
  })
})

describe('people', () => {
  test('SEARCH answers found, busy, not found and invalid', async () => {
    const run = new Run('plain')
    run.peer.known = [...run.peer.known, { name: 'dan', status: 'online', busy: true }]
    await run.dialog(
      ['SEARCH bob', 'FOUND: bob found, online. Its address is 192.0.2.7:4001.'],
      ['SEARCH dan', 'BUSY: the user is busy. Try again later.'],
      ['SEARCH eve', /NOTFOUND: user not found: eve\n.*did you mean bob\?/],
      ['SEARCH alice', "INVALIDSEARCH: you can't search yourself. Search for other users."],
    )
    await run.end()
  })

  test('comings and goings are told once', async () => {
    const run = new Run('plain')
    run.type('clients')
    await run.says('grace\taway')
    const { peer } = run
    peer.emit({ type: 'presence', name: 'grace', status: 'online' })
    peer.emit({ type: 'presence', name: 'grace', status: 'online', busy: true })
    peer.emit({ type: 'presence', name: 'grace', status: 'away' })
    const lines = await run.end()
    assert.deepEqual(lines.slice(1), [
      'Clients:\tStatus:\tRoad:',
      'bob\tonline\tdirect',
      'bianca\taway\tmailbox',
      'grace\taway\tmailbox',
      'grace is online!',
      'grace is away',
    ])
  })

  test('the list of friends has aliases and addresses, contacts are who is on line', async () => {
    const run = new Run('plain')
    await run.dialog(
      ['/add bob my brother', 'bob is on your list'],
      ['/block bianca', 'you hear nothing more from bianca'],
      ['/add nobody', 'no such account: nobody'],
      ['/refresh', /\[Client table updated\.\]\nClients:/],
    )
    run.peer.friendList = run.peer.friendList.map((each) =>
      each.name === 'bob' ? { ...each, status: 'online', road: 'direct', address: '192.0.2.7:4001' } : each,
    )
    await run.dialog(
      [
        'friends',
        'bob\tmy brother\tonline\tdirect\t192.0.2.7:4001\nbianca\t-\tblocked\t-\t-\n'.split('\n')[0] as string,
      ],
      ['contacts', 'bob\tonline\tdirect\t192.0.2.7:4001'],
      ['/alias bob', 'bob has no alias any more'],
      ['/remove bob', 'bob is off your list'],
    )
    await run.end()
  })
})

describe('a private chat', () => {
  test('goes by the sentences of the seed on both sides', async () => {
    const run = new Run('plain')
    const { peer } = run
    peer.asks('bob')
    await run.says('bob would like to chat with you? (OK/REJECT)')
    await run.dialog(
      ['REJECT bob', 'you have rejected the chat request!'],
      ['OK bob', 'there is no open chat request of bob'],
      ['CHAT REQUEST nobody', 'no such account: nobody'],
      ['CHAT REQUEST alice', 'that is you'],
      ['CHAT REQUEST grace', 'grace is not there'],
      ['CHAT REQUEST bob', 'the chat request went to bob; /withdraw takes it back'],
    )
    peer.emit({ type: 'chatRefused', name: 'bob', outcome: 'busy' })
    await run.says('bob: the user is busy. Try again later.')
    peer.accepts('bob')
    await run.says('bob accepted the chat request. You can send your message now!')
    await run.dialog(['SEARCH x OK y|z', 'you -> bob: SEARCH x OK y|z'], ['LOGOUT', 'not logged out'])
    await run.dialog(['/logout', 'you are in a private chat with bob: not logged out'])
    await run.dialog(['/say EXIT', 'you -> bob: EXIT'], ['EXIT', 'you left the chat room.'], ['hi', 'went to nobody'])
    peer.asks('bob')
    await run.dialog(['ok', 'you have entered into a private chat with bob. You can send your message now!'])
    peer.emit({ type: 'chatClosed', name: 'bob', by: 'peer' })
    await run.says('bob left the chat room. The chat room has been closed.')
    await run.dialog(['EXIT', /nothing is open|no private chat/])
    assert.deepEqual(peer.sent.map(({ text }) => text), ['SEARCH x OK y|z', 'EXIT']) // prettier-ignore
    await run.end()
  })

  test('of several who ask, one must be named; who took it back is not there any more', async () => {
    const run = new Run('plain')
    for (const name of ['bob', 'grace']) run.peer.asks(name)
    await run.dialog(['OK', 'several people ask: bob or grace'])
    run.peer.emit({ type: 'chatRequestOver', from: 'grace', outcome: 'withdrawn' })
    await run.dialog(['OK', 'private chat with bob'])
    await run.end()
  })
})

describe('rooms', () => {
  test('are made, joined, named and left by the sentences of the seed', async () => {
    const run = new Run('plain')
    const { peer } = run
    await run.dialog(['GROUP CHAT bob eve', 'you have added yourself to group chat room 1. A request has been sent'])
    await run.says('eve was not invited: no such account')
    peer.change(1, 'joined', 'bob')
    await run.says('bob joined the group chat room 1')
    await run.dialog(
      ['OK GROUP 9 is text', '[Message received by bob.] [stored, direct 0.8 ms] bob in room 1: OK GROUP 9 is text'],
      ['/rename-room 1 the boat', 'you named the room: the boat (room 1)'],
      ['/members', /members of room 1 \(the boat\)\nMember:\tState:\n[\s\S]*bob\tjoined/],
      ['/kick 1 bob', 'bob was removed from room 1 (the boat) by alice'],
      ['/kick 1 bob', 'bob is not in the room'],
      ['/invite 1 grace', 'an invitation to room 1 went to grace'],
      ['/history 1', /5 bob was removed/],
      ['EXIT GROUP', 'you left the chat room. (room 1 (the boat))'],
      ['EXIT GROUP', 'no room is open'],
      ['/room 1', 'you are not in a room 1'],
    )
    peer.change(7, 'invited', 'alice', 'bob')
    await run.says('bob would like to add you to group chat room 7? (OK/REJECT GROUP 7)')
    await run.dialog(
      ['/rooms', '7\t-\tinvited: OK/REJECT GROUP 7\tbob'],
      ['/room 7', 'you are invited to room 7, and not in it yet'],
      ['OK GROUP 7', 'you have entered group chat room 7'],
      ['EXIT', 'no conversation is open'],
      ['REJECT GROUP 7', 'there is no open invitation to room 7'],
    )
    await run.end()
  })

  test('name few receivers and count many, and never call received what is only kept', async () => {
    const run = new Run('plain')
    const { peer } = run
    const [id, room] = ['d'.repeat(32), 1]
    const members = Array.from({ length: 6 }, (_, i) => `m${i}`)
    peer.emit({ type: 'roomSent', room, id, text: 'hello', at: 0 })
    peer.emit({ type: 'roomPlaced', room, id, number: 1, members })
    for (const to of members.slice(0, 4))
      peer.emit({ type: 'roomState', room, id, to, state: 'stored', road: 'direct' })
    peer.emit({ type: 'roomState', room, id, to: 'm4', state: 'mailbox' })
    assert.doesNotMatch(run.text, /received/)
    peer.emit({ type: 'roomState', room, id, to: 'm5', state: 'failed', reason: { code: 'refusedByRecipient', details: { name: 'm5' } } }) // prettier-ignore
    peer.emit({ type: 'roomState', room, id, to: 'm4', state: 'stored', road: 'mailbox' })
    const lines = await run.end()
    assert.match(
      lines.join('\n'),
      /\[not sent: m5 did not take it.*\] m5 in room 1: hello\n\[Message received by m4\.\]/,
    )
  })
})

describe('everyone', () => {
  test('hears, and is told who heard', async () => {
    const run = new Run('plain')
    const { peer } = run
    await run.dialog([
      'send_all hello all',
      '[Message received by Server.] [said, told to 1 online] everyone: hello all',
    ])
    const id = '1'.padStart(32, '0')
    peer.emit({ type: 'channelHeard', id, names: ['bob', 'grace'], total: 2 })
    await run.says('[Message received by bob, grace.] everyone: hello all')
    peer.emit({ type: 'channelHeard', id, names: Array.from({ length: 50 }, (_, i) => `n${i}`), total: 52 })
    await run.says('[Message received by 50 people.] [52 in all] everyone')
    const entry = { number: 1, id, from: 'x', text: 'a]\n12:00 bob: no\u001b[2J', at: 0 }
    peer.emit({ type: 'channelMessage', entry, missed: false })
    peer.emit({ type: 'channelMessage', entry: { number: 2, id, text: 'from the console', at: 0 }, missed: true })
    peer.channel = [entry]
    await run.dialog(['/history everyone', /\[Channel_Message SERVER: \d\d:\d\d from the console\]/])
    const lines = await run.end()
    assert.ok(lines.includes('[Channel_Message x: a]␊12:00 bob: no␛[2J]'))
  })
})

describe('what others choose', () => {
  test('is safe in every sentence and table, plain and JSON', async () => {
    const evil = 'e\u001b[2J\u202e\n12:00 bob: I am bob'
    for (const form of ['plain', 'json'] as const) {
      const run = new Run(form)
      const { peer } = run
      peer.change(7, 'invited', 'alice', evil)
      peer.change(7, 'joined', 'alice')
      peer.change(7, 'named', evil, evil, evil)
      peer.asks(evil)
      peer.emit({ type: 'presence', name: evil, status: 'online' })
      peer.emit({ type: 'chatRefused', name: evil, outcome: 'rejected' })
      peer.emit({ type: 'message', id: 'a'.repeat(32), from: evil, conversation: evil, text: evil, road: 'direct', sentAt: 0, receivedAt: 0, gapBefore: 1 }) // prettier-ignore
      peer.emit({ type: 'roomMessage', room: 7, number: 9, id: 'b'.repeat(32), from: evil, text: evil, road: 'mailbox', sentAt: 0, receivedAt: 0, isLate: true }) // prettier-ignore
      peer.emit({ type: 'channelMessage', entry: { number: 1, id: 'c'.repeat(32), from: evil, text: evil, at: 0 }, missed: true }) // prettier-ignore
      peer.known = [{ name: evil, status: 'online' }]
      peer.friendList = [{ name: evil, alias: evil, isFriend: true, isBlocked: false, address: evil }]
      run.type('clients', 'contacts', 'friends', 'rooms', '/members 7', '/history 7')
      await run.end()
      // eslint-disable-next-line no-control-regex
      const obeyed = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/
      assert.doesNotMatch(run.text.replaceAll('\n', '').replaceAll('\t', ''), obeyed)
      assert.ok(
        run.lines().every((line) => !line.startsWith('bob: I am')),
        'no text passes for a line',
      )
      if (form === 'json') assert.ok(run.events().length > 10)
    }
  })
})

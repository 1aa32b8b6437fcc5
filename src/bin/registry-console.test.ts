import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { ParleyError } from '../base/index.ts'
import type { AccountName } from '../protocol/index.ts'
import { RegistryConsole } from './registry-console.ts'
import type { RegistryServer } from '../registry/index.ts'
import { consoleVerbs, readConsoleLine } from './registry-verbs.ts'

/** Of a registry that was up for two hours. */
const figures = {
  at: 8_000_000,
  uptimeMs: 7_260_000,
  sessions: 3,
  online: 2,
  requestsInWork: 0,
  loopBusy: 0,
  memoryBytes: 64 * 1_048_576,
  counters: {
    requests: 0,
    logins: 1,
    names: 2,
    deposited: 3,
    collected: 4,
    expired: 5,
    channelMessages: 6,
    roomMessages: 7,
    introductions: 8,
    sessionsOpened: 9,
    sessionsEnded: 10,
    storeFailures: 11,
  },
  refusals: { unknownName: 2, nameTaken: 5 },
  limits: {},
}
const kept = { accounts: 4, suspended: 1, mailRows: 3, mailBytes: 700, oldestMailAt: 7_940_000, notices: 0, rooms: 1 }
let isStoreSilent = false
const meter = {
  figures: () => figures,
  store: () => (isStoreSilent ? Promise.reject(new Error('silent')) : Promise.resolve({ ...kept, bytes: 90_112 })),
} as unknown as RegistryServer['meter']

interface Stand {
  readonly console: RegistryConsole
  readonly shown: string[]
  readonly said: string[]
  readonly freed: string[]
  readonly done: string[]
  quits: number
}

function stand(isAttended: boolean, failure?: string): Stand {
  const shown: string[] = []
  const said: string[] = []
  const freed: string[] = []
  const done: string[] = []
  const act = (verb: string) => (name: string) => {
    done.push(`${verb} ${name}`)
    return Promise.resolve(name === 'alice')
  }
  const fail = (): void => {
    if (failure !== undefined) throw new ParleyError(failure)
  }
  const it: Stand = {
    shown,
    said,
    freed,
    done,
    quits: 0,
    console: new RegistryConsole({
      isAttended,
      show: (lines) => shown.push(lines),
      quit: () => (it.quits += 1),
      server: {
        invite: 'parley://K@h:1',
        clients: () => [
          { name: 'bob' as AccountName, online: false, since: 0, busy: false, devices: 0 },
          {
            name: 'alice' as AccountName,
            online: true,
            since: 1_000,
            busy: true,
            devices: 1,
            address: '192.0.2.1:4000',
          },
        ],
        freeName: (name) => {
          fail()
          freed.push(name)
          return Promise.resolve(name === 'alice')
        },
        disconnect: (name) => (done.push(`disconnect ${name}`), name === 'alice' ? 1 : 0),
        suspend: act('suspend'),
        unsuspend: act('unsuspend'),
        meter,
        makeInvite: () => Promise.resolve({ code: `CODE-${shown.length}`, expires: 0 }),
        say: (text) => {
          fail()
          said.push(text)
          return Promise.resolve({ number: said.length, online: 2 })
        },
      },
    }),
  }
  return it
}

async function enter(it: Stand, ...lines: string[]): Promise<string[]> {
  for (const line of lines) await it.console.enter(line)
  return it.shown
}

describe('a line at the console', () => {
  test('without a verb, or with say, is said to everybody', async () => {
    const it = stand(false)
    await enter(it, 'hello all', 'say  quit it now', '/say help', '', '   ')
    assert.deepEqual(it.said, ['hello all', 'quit it now', 'help'])
    assert.deepEqual(
      it.shown,
      Array.from({ length: 3 }, () => '[said to 2 on line]'),
    )
    assert.equal(it.quits, 0)
  })

  test('that begins with a verb and has not its form is never said', async () => {
    const it = stand(false)
    const lines = [
      'invite bob',
      'invite 21',
      'invite 0',
      'free',
      'free a b',
      'free a yes please',
      'help me',
      'suspend',
      'suspend a b',
      'disconnect',
      'stats now',
      'clients now',
      'say',
      '/nope',
    ]
    await enter(it, ...lines)
    assert.deepEqual([it.said, it.freed, it.quits], [[], [], 0])
    assert.equal(it.shown.length, lines.length)
    for (const text of it.shown.slice(0, -1)) assert.match(text, /^usage: /)
    assert.match(it.shown.at(-1) ?? '', /unknown verb \/nope/)
  })

  test('shows the table: who is on line first, with status and address', async () => {
    const [table = ''] = await enter(stand(false), 'clients')
    assert.deepEqual(
      table.split('\n').map((line) => line.trimEnd()),
      [
        'Client  Status   Address         Since (UTC)',
        '------  -------  --------------  -------------------',
        'alice   busy     192.0.2.1:4000  1970-01-01 00:00:01',
        'bob     offline  -               1970-01-01 00:00:00',
        '1 of 2 on line',
      ],
    )
  })

  test('makes codes, each with the line to join', async () => {
    const shown = await enter(stand(false), 'invite', 'INVITE 2')
    assert.equal(shown.length, 3)
    assert.match(shown[2] ?? '', /^npx parley chat YOURNAME --registry parley:\/\/K@h:1 --invite-code CODE-2 /)
  })

  test('frees a name only after a yes: the next line at a terminal, the same line elsewhere', async () => {
    const attended = stand(true)
    await enter(attended, 'free alice')
    assert.match(attended.console.question ?? '', /^Free alice\? .*\(y\/N\) $/)
    await enter(attended, 'n')
    assert.deepEqual([attended.freed, attended.console.question], [[], undefined])
    await enter(attended, 'free Alice', '')
    await enter(attended, 'free Alice', 'y')
    assert.deepEqual(attended.freed, ['alice'])
    const piped = stand(false)
    await enter(piped, 'free alice')
    assert.match(piped.shown[0] ?? '', /free alice yes/)
    await enter(piped, 'free alice yes', 'free bob yes', 'free ../x yes')
    assert.deepEqual(piped.freed, ['alice', 'bob'])
    assert.deepEqual(piped.shown.slice(1), ['alice is free now.', 'Nobody has the name bob.', '../x cannot be a name'])
  })

  test('disconnects, suspends and opens an account again, and says what was done', async () => {
    const it = stand(false)
    await enter(
      it,
      'disconnect ALICE',
      'disconnect bob',
      'suspend Alice',
      'suspend bob',
      'unsuspend alice',
      'suspend ../x',
    )
    assert.deepEqual(it.done, ['disconnect alice', 'disconnect bob', 'suspend alice', 'suspend bob', 'unsuspend alice'])
    assert.deepEqual(it.shown, [
      'ALICE is off line; its peers may come back.',
      'bob is not on line.',
      'Alice is suspended: nobody logs in to it, its mail is kept.',
      'Nobody has the name bob.',
      'alice is open again.',
      '../x cannot be a name',
    ])
  })

  test('shows the figures, and says so where the store does not answer', async (t) => {
    const [text = ''] = await enter(stand(false), 'stats')
    assert.deepEqual(text.split('\n'), [
      'Up           2 h 1 min',
      'On line      2 (3 sessions)',
      'Accounts     4 (1 suspended)',
      'Mailboxes    3 messages (700 B), the oldest for 1 min',
      'Store        88.0 KiB',
      'Messages     3 to mailboxes, 7 to rooms, 6 to everybody',
      'Mail         4 collected, 5 expired',
      'Logins       1 (2 new names), 8 introductions',
      'Refused      nameTaken 5, unknownName 2',
      'Limits hit   none',
      'Memory       64.0 MiB',
      'Last backup  none yet',
    ])
    isStoreSilent = true
    t.after(() => (isStoreSilent = false))
    const [silent = ''] = await enter(stand(false), 'stats')
    assert.match(silent, /^Store +does not answer$/m)
    assert.doesNotMatch(silent, /Mailboxes/)
  })

  test('helps, and quits', async () => {
    const it = stand(false)
    await enter(it, 'help', 'quit')
    for (const { usage } of Object.values(consoleVerbs)) assert.ok(it.shown[0]?.includes(usage))
    assert.equal(it.quits, 1)
  })

  test('is answered also where the registry fails', async () => {
    const it = stand(false, 'storeFull')
    await enter(it, 'hello', 'free alice yes')
    assert.deepEqual(
      it.shown.map((text) => text.split('\n')[0]),
      Array.from({ length: 2 }, () => 'the disk is full: nothing more can be kept'),
    )
  })
})

test('what is said to everybody is shown with its sender; what the console said itself is not', () => {
  const it = stand(false)
  it.console.hear({ from: 'alice', text: 'hi all' })
  it.console.hear({ text: 'own' })
  assert.deepEqual(it.shown, ['[Channel_Message alice: hi all]'])
})

test('42: text of others is one line that reaches no control of the terminal, and never too long', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 5_000 }), (text) => {
      const it = stand(true)
      it.console.hear({ from: 'mallory', text })
      // eslint-disable-next-line no-control-regex
      assert.doesNotMatch(it.shown[0] ?? '\n', /[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/)
    }),
  )
})

test('whatever is typed is an answerable command or a problem', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (line) => {
      assert.equal(readConsoleLine(line) === undefined, line.trim() === '')
    }),
  )
})

// What is said to the registry until it lets us in, with a registry and a password client that answer by hand.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeUtf8, encodeUtf8, fail, ok, type Result } from '../../base/index.ts'
import {
  type AccountMode,
  encodeRegistryRequest,
  type RegistryErrorName,
  type SignedDeviceList,
} from '../../protocol/index.ts'
import { LoginDesk, type LoginEnd } from './login-desk.ts'
import { passwordBytesMax, type PasswordClient, readPassword } from './password-client.ts'
import type { Ask } from './password-exchange.ts'
import type { Reason } from './peer-event.ts'
import type { RequestBody, RequestOutcome } from './request-table.ts'

const secret = 'tell-nobody-77d1'
const devices: SignedDeviceList = { body: new Uint8Array([1]), signature: new Uint8Array(64) }

/** Says `right` to the proof of the right password; keeps nothing. */
const client: PasswordClient = {
  startLogin: (_password, done) => done(0, ok({ state: 'login', message: encodeUtf8('ke1') })),
  finishLogin: (password, state, answer, done) => {
    assert.deepEqual([state, decodeUtf8(answer)], ['login', 'ke2'])
    done(0, ok(password === secret ? encodeUtf8('ke3') : undefined))
  },
  startRecord: (_password, done) => done(0, ok({ state: 'record', message: encodeUtf8('request') })),
  finishRecord: (_password, state, answer, done) => {
    assert.deepEqual([state, decodeUtf8(answer)], ['record', 'ke2'])
    done(0, ok(encodeUtf8('record')))
  },
}

interface Asked {
  readonly body: RequestBody
  readonly done: (outcome: RequestOutcome<never>) => void
}

function stage(hasLoggedIn = false, passwords: PasswordClient | 'none' = client) {
  const asked: Asked[] = []
  const ends: string[] = []
  const outcomes: string[] = []
  const logins: unknown[] = []
  const reasons: Reason[] = []
  const desk = new LoginDesk({
    name: 'alice',
    identity: new Uint8Array(32),
    devices,
    agent: 'test',
    localAddresses: () => [],
    passwords: passwords === 'none' ? undefined : passwords,
    login: { hasLoggedIn, hasPassword: false },
    onLogin: (_now, login) => void logins.push(login),
  })
  const ask: Ask = (now, body, done) => {
    asked.push({ body, done: (outcome) => done(now, outcome) })
  }
  const ended = (_now: number, end: LoginEnd): void => {
    ends.push(end.kind === 'welcome' ? 'welcome' : `${end.kind} ${end.reason.code}`)
    if (end.kind !== 'welcome') reasons.push(end.reason)
  }
  const note = (_now: number, outcome: Result<void, Reason>): void => {
    outcomes.push(outcome.ok ? 'ok' : outcome.error.code)
    if (!outcome.ok) reasons.push(outcome.error)
  }
  return {
    desk,
    asked,
    ends,
    outcomes,
    logins,
    reasons,
    enter: () => desk.enter(0, ask, ended),
    expect: (wish: Parameters<LoginDesk['expect']>[0]) => desk.expect(wish, note),
    /** Answers the latest question. */
    answer: (answer: object) => asked.at(-1)?.done({ kind: 'answer', answer } as never),
    refuse: (error: RegistryErrorName, more: object = {}) =>
      asked.at(-1)?.done({ kind: 'error', error, answer: { t: 'error', r: 0, code: 0, ...more } } as never),
    /** What was asked, with the names of what was shown. */
    words: () =>
      asked.map(({ body }) =>
        [body.t, ...['proof', 'record', 'inviteCode'].filter((field) => field in body)].join(' '),
      ),
  }
}

const welcome = (accounts: AccountMode): object => ({ t: 'welcome', accounts })
const ke2 = { t: 'opaque', message: encodeUtf8('ke2') }

test('a device that the registry remembers says nothing but its name', () => {
  const { enter, answer, words, ends, logins, desk } = stage()
  enter()
  answer(welcome('password'))
  assert.deepEqual([words(), ends, desk.mode], [['login'], ['welcome'], 'password'])
  assert.deepEqual(logins, [{ hasLoggedIn: true, hasPassword: true }])
  enter()
  answer(welcome('password'))
  assert.equal(logins.length, 1, 'what is known already is not written again')
})

test('a registry that asks for a password is asked nothing more until a person gives one', () => {
  const { enter, refuse, words, ends, reasons, expect, answer, outcomes } = stage(true)
  enter()
  refuse('passwordNeeded')
  assert.deepEqual([words(), ends], [['login'], ['loggedOut passwordNeeded']])
  assert.deepEqual(reasons[0]?.details, { name: 'alice', known: true })
  assert.equal(expect({ password: secret }), true)
  enter()
  answer(ke2)
  answer(welcome('password'))
  assert.deepEqual(words(), ['login', 'startPassword', 'login proof'])
  assert.deepEqual([ends.at(-1), outcomes], ['welcome', ['ok']])
})

test('a password that was given before anything is known is shown only when it is asked for', () => {
  const open = stage()
  open.expect({ password: secret })
  open.enter()
  open.answer(welcome('open'))
  assert.deepEqual([open.words(), open.outcomes], [['login'], ['ok']])
  const asks = stage()
  asks.expect({ password: secret, isSignUp: true, inviteCode: 'abc' })
  asks.enter()
  asks.refuse('passwordNeeded')
  asks.answer(ke2)
  asks.answer(welcome('password'))
  assert.deepEqual(asks.words(), ['login inviteCode', 'startRecord', 'login record inviteCode'])
  assert.deepEqual(asks.outcomes, ['ok'])
})

test('a wrong password is told to the person, and the registry hears no proof', () => {
  const { enter, refuse, expect, answer, words, ends, outcomes, reasons } = stage()
  enter()
  refuse('passwordNeeded')
  expect({ password: 'wrong' })
  enter()
  answer(ke2)
  assert.deepEqual([words().at(-1), outcomes], ['startPassword', ['passwordWrong']])
  assert.deepEqual(ends, ['loggedOut passwordNeeded', 'loggedOut passwordNeeded'])
  assert.deepEqual(reasons.at(-1)?.details, { name: 'alice', known: false })
  // It is forgotten: the next link begins with the plain login.
  enter()
  assert.equal(words().at(-1), 'login')
})

test('one login at a time; each ends once, with the link or with the answer, and late answers are nobody’s', () => {
  const { enter, refuse, expect, answer, desk, outcomes, asked, ends, words } = stage()
  enter()
  refuse('passwordNeeded')
  expect({ password: secret })
  assert.equal(expect({ password: 'other' }), false)
  enter()
  desk.abandon(0, { code: 'registryUnreachable', details: {} })
  assert.deepEqual(outcomes, ['registryUnreachable'])
  const count = asked.length
  answer(ke2)
  assert.deepEqual([asked.length, ends.length], [count, 1])
  enter()
  assert.equal(words().at(-1), 'login', 'nothing is left of the password')
})

test('a registry that slows guesses down leaves it to the person; other passing errors are tried again', () => {
  const guess = stage()
  guess.enter()
  guess.refuse('passwordNeeded')
  guess.expect({ password: secret })
  guess.enter()
  guess.refuse('rateLimited', { retryMs: 30_000 })
  assert.deepEqual([guess.ends.at(-1), guess.outcomes], ['loggedOut passwordNeeded', ['rateLimited']])
  assert.equal(guess.reasons.at(-1)?.details['retryMs'], 30_000)
  const plain = stage()
  plain.enter()
  plain.refuse('rateLimited', { retryMs: 30_000 })
  assert.deepEqual(plain.ends, ['later rateLimited'])
  const other = stage()
  other.expect({})
  other.enter()
  other.refuse('storeFailed')
  assert.deepEqual([other.ends, other.outcomes], [['later storeFailed'], ['storeFailed']])
})

test('invites and names that are taken: what mends by a person’s word and what does not', () => {
  const invite = stage()
  invite.enter()
  invite.refuse('inviteNeeded')
  invite.expect({ inviteCode: 'wrong' })
  invite.enter()
  invite.refuse('inviteWrong')
  assert.deepEqual(invite.ends, ['loggedOut inviteNeeded', 'loggedOut inviteNeeded'])
  assert.deepEqual(invite.outcomes, ['inviteWrong'])
  const taken = stage()
  taken.expect({})
  taken.enter()
  taken.refuse('nameTaken', { holder: new Uint8Array(32) })
  assert.deepEqual([taken.ends, taken.outcomes], [['refused nameTaken'], ['nameTaken']])
})

test('a client that fails, or is not there, ends the login and says so', () => {
  const broken: PasswordClient = {
    ...client,
    startLogin: (_password, done) => done(0, fail({ code: 'passwordFailed', detail: 'no thread' })),
  }
  for (const passwords of [broken, 'none'] as const) {
    const { enter, refuse, expect, outcomes, ends } = stage(false, passwords)
    enter()
    refuse('passwordNeeded')
    expect({ password: secret })
    enter()
    assert.deepEqual([outcomes, ends.at(-1)], [['passwordFailed'], 'loggedOut passwordNeeded'])
  }
})

test('no request carries the password', () => {
  const { enter, refuse, expect, answer, asked } = stage()
  for (const isSignUp of [false, true]) {
    expect({ password: secret, isSignUp })
    enter()
    if (asked.length === 1) refuse('passwordNeeded')
    answer(ke2)
    answer(welcome('password'))
  }
  assert.equal(asked.length, 5)
  for (const { body } of asked) {
    assert.equal(Buffer.from(encodeRegistryRequest({ ...body, q: 1 })).includes(secret), false, body.t)
  }
})

test('a password has 1 to 1,024 bytes, and one spelling of each letter and of each blank', () => {
  const problem = (typed: string): unknown => {
    const read = readPassword(typed)
    return read.ok ? undefined : read.error.details['problem']
  }
  assert.equal(problem(''), 'empty')
  assert.equal(problem('x'.repeat(passwordBytesMax)), undefined)
  assert.equal(problem('x'.repeat(passwordBytesMax + 1)), 'tooLong')
  assert.equal(problem('é'.repeat(passwordBytesMax / 2 + 1)), 'tooLong')
  assert.equal(problem('x'.repeat(1_048_576)), 'tooLong')
  assert.deepEqual(readPassword('cafe\u0301\u00a0\u0000'), readPassword('caf\u00e9 \u0000'))
  assert.notDeepEqual(readPassword('Secret'), readPassword('secret'))
})

// Accounts with passwords and with invites: who gets in, what a stranger learns, how often one may guess, and what an
// administrator can do. OPAQUE itself is tried in ../password-file.test.ts.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pretendClient, PretendPasswords } from '../../../sim/pretend-passwords.ts'
import type { Random } from '../../base/index.ts'
import { registryErrors, sessionCloseCodes } from '../../protocol/index.ts'
import type { AccountRow, NewInviteCode } from './index.ts'
import {
  bytesOf,
  type LoginDetails,
  loginOf,
  type Peer,
  prekeyOf,
  Testbed,
  type TestbedOptions,
} from './testbed.test.ts'

const alice = { identity: 1, device: 1 }
const mallory = { identity: 66, device: 66 }
const never = { perSecond: 1_000, burst: 1_000 }

function passwordBed(options: TestbedOptions = {}): { bed: Testbed; passwords: PretendPasswords } {
  const passwords = new PretendPasswords()
  return { bed: new Testbed({ ...options, accounts: 'password', passwords }), passwords }
}

function signUp(bed: Testbed, name: string, details: LoginDetails & { password: string }): Peer {
  const peer = bed.connect(details.device)
  const answer = peer.ask({ ...loginOf(name, details), record: pretendClient.record(details.password) })
  assert.equal(answer.t, 'welcome', JSON.stringify(answer))
  return peer
}

let fresh = 0

/** The exchange of a login by password; what the registry says at its end. */
function tryPassword(peer: Peer, name: string, details: LoginDetails, password: string): string | undefined {
  const hello = pretendClient.hello(++fresh)
  const answer = peer.ask({ t: 'startPassword', name, message: hello })
  if (answer.t === 'error') return nameOf(answer.code)
  assert.ok(answer.t === 'opaque' && answer.message.length === 320)
  return peer.refusal({ ...loginOf(name, details), proof: pretendClient.proof(password, hello) })
}

function nameOf(code: number): string | undefined {
  return Object.entries(registryErrors).find(([, row]) => row.code === code)?.[0]
}

test('a new name needs a record; with it the device is remembered and asked nothing again', () => {
  const { bed } = passwordBed()
  assert.equal(bed.connect(1).refusal(loginOf('alice', alice)), 'passwordNeeded')
  const first = signUp(bed, 'alice', { ...alice, password: 'right' })
  assert.ok(first.heard.some((message) => message.t === 'welcome' && message.accounts === 'password'))
  first.end('silent')
  assert.equal(bed.connect(1).ask(loginOf('ALICE', alice)).t, 'welcome')
  bed.crash()
  assert.equal(bed.connect(1).ask(loginOf('alice', alice)).t, 'welcome')
})

test('another device of the identity needs the password once, and the right one', () => {
  const { bed } = passwordBed()
  signUp(bed, 'alice', { ...alice, devices: [1, 2], password: 'right' })
  const second = { identity: 1, device: 2, devices: [1, 2] }
  const peer = bed.connect(2)
  assert.equal(peer.refusal(loginOf('alice', second)), 'passwordNeeded')
  assert.equal(tryPassword(peer, 'alice', second, 'wrong'), 'passwordWrong')
  assert.equal(tryPassword(peer, 'alice', second, 'right'), undefined)
  assert.equal(bed.connect(2).ask(loginOf('alice', second)).t, 'welcome')
})

test('a device that the registry has not heard of proves its password once its list was shown', () => {
  const { bed } = passwordBed()
  signUp(bed, 'alice', { ...alice, password: 'right' })
  const added = { identity: 1, device: 2, devices: [1, 2], version: 2 }
  const peer = bed.connect(2)
  assert.equal(peer.refusal(loginOf('alice', added)), 'passwordNeeded')
  assert.equal(tryPassword(peer, 'alice', added, 'right'), undefined)
})

test('48: an unknown name and a wrong password are answered alike at every step', () => {
  const { bed, passwords } = passwordBed()
  signUp(bed, 'alice', { ...alice, password: 'right' })
  const steps = (name: string): unknown[] => {
    const peer = bed.connect(66)
    const plain = peer.refusal(loginOf(name, mallory))
    const hello = pretendClient.hello(++fresh)
    const sentAt = bed.now
    const opaque = peer.ask({ t: 'startPassword', name, message: hello })
    const form = opaque.t === 'opaque' ? opaque.message.length : opaque.t
    const proof = pretendClient.proof('right', hello)
    const end = peer.refusal({ ...loginOf(name, mallory), proof })
    const again = peer.refusal({ ...loginOf(name, mallory), proof })
    return [plain, form, end, again, bed.now - sentAt]
  }
  const started = passwords.counts.started
  assert.deepEqual(steps('alice'), steps('nobody'))
  // The same work for both, and never over the real record.
  assert.deepEqual(passwords.counts, { started: started + 2, real: 0 })
})

test('the identity comes first: a right password of another identity is a wrong one', () => {
  const { bed } = passwordBed()
  signUp(bed, 'alice', { ...alice, password: 'right' })
  assert.equal(tryPassword(bed.connect(66), 'alice', mallory, 'right'), 'passwordWrong')
  const taken = bed.connect(66).ask({ ...loginOf('alice', mallory), record: pretendClient.record('x') })
  assert.ok(taken.t === 'error')
  assert.deepEqual([nameOf(taken.code), taken.holder], ['nameTaken', bytesOf(1)])
})

test('a proof serves once, for its name, its session and a minute', () => {
  const { bed } = passwordBed({ limits: { loginTimeoutMs: 1e9 } })
  const devices = { devices: [1, 2] }
  signUp(bed, 'alice', { ...alice, ...devices, password: 'right' })
  const second = { identity: 1, device: 2, ...devices }
  const peer = bed.connect(2)
  const start = (): Uint8Array => {
    const hello = pretendClient.hello(++fresh)
    assert.equal(peer.ask({ t: 'startPassword', name: 'alice', message: hello }).t, 'opaque')
    return pretendClient.proof('right', hello)
  }
  const overtaken = start()
  const proof = start()
  assert.equal(peer.refusal({ ...loginOf('alice', second), proof: overtaken }), 'passwordWrong')
  assert.equal(peer.refusal({ ...loginOf('alice', second), proof }), 'passwordNeeded', 'the exchange is over')
  const other = start()
  assert.equal(peer.refusal({ ...loginOf('bob', second), proof: other }), 'passwordNeeded')
  assert.equal(bed.connect(2).refusal({ ...loginOf('alice', second), proof: start() }), 'passwordNeeded')
  const late = start()
  bed.run(60_000)
  assert.equal(peer.refusal({ ...loginOf('alice', second), proof: late }), 'passwordNeeded')
  const inTime = start()
  bed.run(59_000)
  assert.equal(peer.refusal({ ...loginOf('alice', second), proof: inTime }), undefined)
})

test('49: 10,000 wrong passwords from 1,000 hosts are slowed, and the owner is not locked out', () => {
  const { bed, passwords } = passwordBed()
  signUp(bed, 'alice', { ...alice, devices: [1, 2], password: 'right' })
  const startedAt = bed.now
  const outcomes = new Map<string | undefined, number>()
  for (let i = 0; i < 1_000; i++) {
    const thief = bed.connect(1_000 + i, { host: `198.51.${i >> 8}.${i & 255}`, port: 1 })
    for (let j = 0; j < 10; j++) {
      thief.tell({ t: 'startPassword', name: 'alice', message: pretendClient.hello(++fresh) })
    }
    bed.run(10)
    for (const message of thief.heard) {
      const outcome = message.t === 'error' ? nameOf(message.code) : message.t
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
      if (message.t === 'error') assert.ok((message.retryMs ?? 0) > 0)
    }
    thief.end('gone')
  }
  const halfMinutes = Math.ceil((bed.now - startedAt) / 30_000)
  assert.ok((outcomes.get('opaque') ?? 0) <= 5 + halfMinutes, JSON.stringify([...outcomes]))
  assert.equal((outcomes.get('opaque') ?? 0) + (outcomes.get('rateLimited') ?? 0), 10_000)
  assert.equal(passwords.counts.real, 0)
  const owner = bed.connect(2)
  assert.equal(tryPassword(owner, 'alice', { identity: 1, device: 2, devices: [1, 2] }, 'right'), undefined)
})

test('one host, and an owner, guess as often as the limits say, whatever the names', () => {
  const { bed } = passwordBed({ limits: { guessesPerHost: { perSecond: 1, burst: 20 } } })
  signUp(bed, 'alice', { ...alice, devices: [1, 2], password: 'right' })
  const host = { host: '203.0.113.5', port: 1 }
  let answered = 0
  for (let i = 0; i < 30; i++) {
    const peer = bed.connect(500 + i, { ...host, port: 1 + i })
    if (peer.ask({ t: 'startPassword', name: `name${i}`, message: pretendClient.hello(++fresh) }).t === 'opaque')
      answered++
  }
  assert.equal(answered, 20)
  const owner = bed.connect(2)
  const second = { identity: 1, device: 2, devices: [1, 2] }
  const outcomes = Array.from({ length: 12 }, () => tryPassword(owner, 'alice', second, 'wrong'))
  assert.equal(outcomes.filter((outcome) => outcome === 'passwordWrong').length, 10)
  assert.equal(outcomes.at(-1), 'rateLimited')
  bed.run(3_000)
  assert.equal(tryPassword(owner, 'alice', second, 'right'), undefined)
})

test('two sign-ups for one name at the same instant: one has it, the other is told', () => {
  const { bed } = passwordBed()
  const [first, second] = [bed.connect(1), bed.connect(2)]
  const record = pretendClient.record('x')
  const q = first.tell({ ...loginOf('nick', { identity: 1, device: 1 }), record })
  const r = second.tell({ ...loginOf('Nick', { identity: 2, device: 2 }), record })
  bed.run(50)
  assert.equal(first.answersTo(q)[0]?.t, 'welcome')
  const refusal = second.answersTo(r)[0]
  assert.ok(refusal?.t === 'error' && nameOf(refusal.code) === 'nameTaken')
  assert.deepEqual(refusal.holder, bytesOf(1))
})

test('a sign-up that is repeated, as its answer was lost, is the same; another record is refused', () => {
  const { bed } = passwordBed()
  signUp(bed, 'alice', { ...alice, password: 'right' })
  signUp(bed, 'alice', { ...alice, password: 'right' })
  const other = { ...loginOf('alice', alice), record: pretendClient.record('other') }
  assert.equal(bed.connect(1).refusal(other), 'passwordNeeded')
  assert.equal(bed.connect(1).ask(loginOf('alice', alice)).t, 'welcome')
  const both = { ...loginOf('bob', mallory), record: pretendClient.record('x'), proof: bytesOf(1, 64) }
  assert.equal(bed.connect(66).refusal(both), 'badRequest')
  assert.equal(bed.connect(66).refusal({ ...loginOf('bob', mallory), record: bytesOf(1, 191) }), 'badRequest')
})

test('an account of the open time sets its first password by its own identity', () => {
  const bed = new Testbed({ passwords: new PretendPasswords() })
  bed.join('old', { identity: 1, device: 1 })
  bed.restartAs('password')
  const peer = bed.connect(1)
  assert.equal(peer.refusal(loginOf('old', alice)), 'passwordNeeded')
  assert.equal(tryPassword(peer, 'old', alice, 'any'), 'passwordWrong')
  const stranger = bed.connect(66)
  assert.equal(stranger.refusal({ ...loginOf('old', mallory), record: pretendClient.record('x') }), 'nameTaken')
  assert.equal(peer.ask({ ...loginOf('old', alice), record: pretendClient.record('x') }).t, 'welcome')
  assert.equal(bed.connect(1).ask(loginOf('old', alice)).t, 'welcome')
})

test('a change of the password takes the old one, and every other device is asked again', () => {
  const { bed } = passwordBed()
  const devices = [1, 2]
  const peer = signUp(bed, 'alice', { ...alice, devices, password: 'old' })
  const second = { identity: 1, device: 2, devices }
  assert.equal(tryPassword(bed.connect(2), 'alice', second, 'old'), undefined)
  const change = (password: string, after: string): string | undefined => {
    const hello = pretendClient.hello(++fresh)
    peer.ask({ t: 'startPassword', name: 'alice', message: hello })
    const proof = pretendClient.proof(password, hello)
    return peer.refusal({ t: 'changePassword', proof, record: pretendClient.record(after) })
  }
  assert.equal(change('wrong', 'new'), 'passwordWrong')
  const noExchange = { t: 'changePassword', proof: bytesOf(1, 64), record: pretendClient.record('new') } as const
  assert.equal(peer.refusal(noExchange), 'passwordWrong')
  assert.equal(change('old', 'new'), undefined)
  assert.equal(bed.connect(1).ask(loginOf('alice', { ...alice, devices })).t, 'welcome')
  assert.equal(bed.connect(2).refusal(loginOf('alice', second)), 'passwordNeeded')
  assert.equal(tryPassword(bed.connect(2), 'alice', second, 'old'), 'passwordWrong')
  assert.equal(tryPassword(bed.connect(2), 'alice', second, 'new'), undefined)
})

test('a proof over a record that was changed meanwhile opens nothing', () => {
  const { bed } = passwordBed()
  const devices = [1, 2]
  const peer = signUp(bed, 'alice', { ...alice, devices, password: 'old' })
  const second = { identity: 1, device: 2, devices }
  const other = bed.connect(2)
  const [hello, own] = [pretendClient.hello(++fresh), pretendClient.hello(++fresh)]
  other.ask({ t: 'startPassword', name: 'alice', message: hello })
  peer.ask({ t: 'startPassword', name: 'alice', message: own })
  const proof = pretendClient.proof('old', own)
  assert.equal(peer.refusal({ t: 'changePassword', proof, record: pretendClient.record('new') }), undefined)
  assert.equal(
    other.refusal({ ...loginOf('alice', second), proof: pretendClient.proof('old', hello) }),
    'passwordWrong',
  )
})

test('a logout with forget asks for the password again, one without does not', () => {
  const { bed } = passwordBed()
  const peer = signUp(bed, 'alice', { ...alice, password: 'right' })
  assert.equal(peer.ask({ t: 'logout' }).t, 'done')
  assert.equal(peer.ask(loginOf('alice', alice)).t, 'welcome')
  assert.equal(peer.ask({ t: 'logout', forget: true }).t, 'done')
  assert.equal(peer.closed, undefined, 'the link stays')
  assert.equal(peer.refusal(loginOf('alice', alice)), 'passwordNeeded')
  assert.equal(tryPassword(peer, 'alice', alice, 'right'), undefined)
})

test('a registry without passwords knows none of their requests', () => {
  const peer = new Testbed().join('a')
  const hello = pretendClient.hello(1)
  assert.equal(peer.refusal({ t: 'startPassword', name: 'a', message: hello }), 'unknownRequest')
  assert.equal(peer.refusal({ t: 'startRecord', name: 'a', message: pretendClient.recordRequest() }), 'unknownRequest')
  const change = { t: 'changePassword', proof: bytesOf(1, 64), record: pretendClient.record('x') } as const
  assert.equal(peer.refusal(change), 'unknownRequest')
})

test('47: messages of OPAQUE that are none are refused', () => {
  const { bed } = passwordBed()
  const peer = bed.connect(1)
  assert.equal(peer.refusal({ t: 'startPassword', name: 'a', message: bytesOf(1, 95) }), 'badRequest')
  assert.equal(peer.refusal({ t: 'startRecord', name: 'a', message: bytesOf(1, 31) }), 'badRequest')
  assert.equal(peer.refusal({ t: 'startRecord', name: '..', message: pretendClient.recordRequest() }), 'nameRefused')
  assert.equal(peer.ask({ t: 'startRecord', name: 'a', message: pretendClient.recordRequest() }).t, 'opaque')
})

/** Counts, so that no two codes are alike. */
function countingRandom(): Random {
  let next = 0
  return { bytes: (length) => Uint8Array.from({ length }, () => (next++ * 7) & 255), fraction: () => 0.5 }
}

function makeInvite(bed: Testbed): NewInviteCode {
  let made: NewInviteCode | undefined
  bed.registry.administration.makeInvite(bed.now, (_now, outcome) => (made = outcome.ok ? outcome.value : undefined))
  bed.run(20)
  assert.ok(made)
  return made
}

test('an invite lets one new name in, once, within a week, however it is written', () => {
  const bed = new Testbed({ accounts: 'invite', random: countingRandom(), limits: { rates: ratesOf(never) } })
  assert.equal(bed.connect(1).refusal(loginOf('alice', alice)), 'inviteNeeded')
  assert.equal(bed.connect(1).refusal({ ...loginOf('alice', alice), inviteCode: 'AAAAA' }), 'inviteWrong')
  const { code } = makeInvite(bed)
  assert.match(code, /^([0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}$/)
  const inviteCode = ` ${code.toLowerCase().replaceAll('-', ' ')}`
  assert.equal(bed.connect(1).ask({ ...loginOf('alice', alice), inviteCode }).t, 'welcome')
  assert.equal(bed.connect(66).refusal({ ...loginOf('mallory', mallory), inviteCode }), 'inviteWrong')
  assert.equal(bed.connect(1).ask(loginOf('alice', alice)).t, 'welcome')
  const late = makeInvite(bed)
  bed.run(7 * 24 * 3_600_000)
  assert.equal(bed.connect(66).refusal({ ...loginOf('mallory', mallory), inviteCode: late.code }), 'inviteWrong')
})

test('a code is not used up where the name is taken or cannot be given', () => {
  const bed = new Testbed({ accounts: 'invite', random: countingRandom(), limits: { namesPerIdentityMax: 1 } })
  const [first, second] = [makeInvite(bed).code, makeInvite(bed).code]
  assert.equal(bed.connect(1).ask({ ...loginOf('alice', alice), inviteCode: first }).t, 'welcome')
  const takes = (name: string, details: LoginDetails) =>
    bed.connect(details.device).refusal({ ...loginOf(name, details), inviteCode: second })
  assert.equal(takes('alice', mallory), 'nameTaken')
  assert.equal(takes('alice2', alice), 'registryFull')
  assert.equal(takes('mallory', mallory), undefined)
})

test('codes that are unused are bounded', () => {
  const bed = new Testbed({ accounts: 'invite', random: countingRandom(), limits: { invitesMax: 2 } })
  makeInvite(bed)
  makeInvite(bed)
  let failure: string | undefined
  bed.registry.administration.makeInvite(bed.now, (_now, outcome) => (failure = outcome.ok ? '' : outcome.error.code))
  bed.run(20)
  assert.equal(failure, 'tooManyInvites')
})

test('a name that is freed is nobody’s: its sessions end, its mail is given back, its password is gone', () => {
  const { bed } = passwordBed()
  const peer = signUp(bed, 'alice', { ...alice, password: 'right' })
  const bob = signUp(bed, 'bob', { identity: 2, device: 2, password: 'x' })
  assert.equal(bob.ask({ t: 'deposit', to: 'alice', id: bytesOf(1, 16), envelope: bytesOf(1, 10) }).t, 'deposited')
  assert.equal(free(bed, 'Alice'), true)
  assert.deepEqual(peer.pushes('goodbye'), [{ t: 'goodbye', reason: 'removed' }])
  assert.equal(peer.closeCode, sessionCloseCodes.removed)
  bed.run(10_000)
  assert.equal(bob.table.get('alice'), false)
  assert.equal(bob.refusal({ t: 'lookup', name: 'alice' }), 'unknownName')
  assert.equal(bob.pushes('noticesWaiting').length, 1)
  const notices = bob.ask({ t: 'fetchNotices', after: 0 })
  assert.ok(notices.t === 'notices')
  assert.deepEqual(
    notices.rows.map(({ id, to, outcome }) => ({ id, to, outcome })),
    [{ id: bytesOf(1, 16), to: 'alice', outcome: 'expired' }],
  )
  const next = bed.connect(66)
  assert.equal(next.refusal(loginOf('alice', mallory)), 'passwordNeeded')
  const answer = next.ask({ ...loginOf('alice', mallory), record: pretendClient.record('mine') })
  assert.ok(answer.t === 'welcome')
  assert.deepEqual([answer.mail, answer.notices], [0, 0])
  const newcomer = signUp(bed, 'carol', { identity: 3, device: 3, password: 'x' })
  assert.equal(newcomer.table.get('alice'), true)
  assert.equal(free(bed, 'nobody'), false)
})

test('a name that is freed is in no room any more, and its members are told', () => {
  const bed = new Testbed()
  const maker = bed.join('alice', alice)
  const bob = bed.join('bob', { identity: 2, device: 2 })
  const made = maker.ask({ t: 'makeRoom', key: bytesOf(3, 16), name: 'crew', invite: ['bob'] })
  assert.ok(made.t === 'room')
  assert.equal(bob.ask({ t: 'answerRoom', room: made.room.room, join: true }).t, 'done')
  free(bed, 'alice')
  const last = bob.pushes('roomEntry').at(-1)
  assert.deepEqual(
    last?.record.members.map(({ name }) => name),
    ['bob'],
  )
  assert.equal(last?.record.maker, 'bob')
  const again = bed.connect(1).ask(loginOf('alice', alice))
  assert.ok(again.t === 'welcome' && again.rooms === 0)
})

test('a name that is freed is in no snapshot any more, also where its link had gone silent', () => {
  const bed = new Testbed()
  bed.join('alice', alice).end('silent')
  assert.equal(free(bed, 'alice'), true)
  bed.run(1_000)
  assert.equal(bed.join('bob').table.has('alice'), false)
  assert.deepEqual(
    bed.registry.administration.clients().map(({ name }) => name),
    ['bob'],
  )
})

test('a lease of the former holder does not keep the next one on line', () => {
  const bed = new Testbed()
  const watcher = bed.join('watcher', { identity: 7, device: 70 })
  bed.join('alice', alice).end('silent')
  free(bed, 'alice')
  const next = bed.join('alice', mallory)
  bed.run(1_000)
  assert.equal(watcher.table.get('alice'), true)
  next.ask({ t: 'logout' })
  bed.run(1_000)
  assert.equal(watcher.table.get('alice'), false)
})

function free(bed: Testbed, name: string): boolean | undefined {
  let freed: boolean | undefined
  bed.registry.administration.freeName(
    bed.now,
    name,
    (_now, outcome) => (freed = outcome.ok ? outcome.value : undefined),
  )
  bed.run(20)
  return freed
}

test('the table of clients names who is there, where, since when, busy, and with how many devices', () => {
  const bed = new Testbed()
  bed.join('Alice', { ...alice, devices: [1, 2], address: { host: '192.0.2.7', port: 77 } })
  const second = bed.join('alice', { identity: 1, device: 2, devices: [1, 2], address: { host: '::1', port: 9 } })
  second.ask({ t: 'setBusy', busy: true })
  bed.join('bob', { identity: 2, device: 3 }).ask({ t: 'logout' })
  const rows: readonly AccountRow[] = bed.registry.administration.clients()
  assert.deepEqual(
    rows.map(({ since: _since, ...row }) => row),
    [
      { name: 'Alice', online: true, busy: true, devices: 2, address: '[::1]:9' },
      { name: 'bob', online: false, busy: false, devices: 0 },
    ],
  )
  assert.ok(rows.every(({ since }) => since >= bed.wallOffsetMs))
})

test('prekeys of the freed name’s identity stay its own', () => {
  const bed = new Testbed()
  const peer = bed.join('alice', alice)
  peer.ask({ t: 'addPrekeys', prekeys: [prekeyOf(1, 1, 5)] })
  free(bed, 'alice')
  const again = bed.connect(1).ask(loginOf('renamed', alice))
  assert.ok(again.t === 'welcome')
  assert.equal(again.prekeys, 1)
})

function ratesOf(rate: { perSecond: number; burst: number }) {
  const classes = ['session', 'life', 'directory', 'introduction', 'prekey', 'upload', 'deposit', 'mailbox'] as const
  const more = ['signal', 'channel', 'room', 'numbering', 'password'] as const
  return Object.fromEntries([...classes, ...more].map((name) => [name, rate])) as Record<
    (typeof classes)[number] | (typeof more)[number],
    typeof rate
  >
}

// Mailbox and notices through the rules, failures of the store, restarts, expiry by a clock that jumps, and draining.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeRegistryRequest, type RegistryAnswer, sessionCloseCodes } from '../../protocol/index.ts'
import { bytesOf, loginOf, type Peer, Testbed, type Unnumbered } from './testbed.test.ts'

const depositTo = (to: string, id: number, bytes = 100): Unnumbered => ({
  t: 'deposit',
  to,
  id: bytesOf(id, 16),
  envelope: bytesOf(id, bytes),
})

function mailOf(peer: Peer, after = 0): Extract<RegistryAnswer, { t: 'mail' }> {
  const answer = peer.ask({ t: 'fetchMail', after })
  assert.ok(answer.t === 'mail')
  return answer
}

function noticesOf(peer: Peer): Extract<RegistryAnswer, { t: 'notices' }> {
  const answer = peer.ask({ t: 'fetchNotices', after: 0 })
  assert.ok(answer.t === 'notices')
  return answer
}

test('a message waits for who is away, is kept until collected, and its sender hears what became of it', () => {
  const bed = new Testbed()
  bed.join('Bob', { identity: 2, device: 20 }).end('gone')
  const alice = bed.join('Alice')
  const kept = alice.ask(depositTo('bob', 1))
  assert.ok(kept.t === 'deposited')
  assert.ok(Math.abs(kept.expires - (bed.now + bed.wallOffsetMs) - 30 * 86_400_000) < 1_000)
  const bob = bed.connect(20)
  const welcome = bob.ask(loginOf('bob', { identity: 2, device: 20 }))
  assert.ok(welcome.t === 'welcome')
  assert.equal(welcome.mail, 1)
  const { rows, more } = mailOf(bob)
  assert.deepEqual([rows.map(({ from, id }) => [from, id[0]]), more], [[['Alice', 1]], false])
  assert.deepEqual(rows[0]?.envelope, bytesOf(1, 100))
  const proof = bytesOf(3, 16)
  const collected = bob.ask({ t: 'collect', rows: [{ row: rows[0].row, outcome: 'stored', proof }] })
  assert.equal(collected.t, 'done')
  assert.equal(mailOf(bob).rows.length, 0)
  assert.equal(alice.pushes('noticesWaiting').length, 1)
  const notice = noticesOf(alice).rows[0]
  assert.ok(notice)
  assert.deepEqual([notice.id, notice.to, notice.outcome, notice.proof], [bytesOf(1, 16), 'Bob', 'stored', proof])
  assert.equal(alice.ask({ t: 'noticed', rows: [notice.row] }).t, 'done')
  assert.equal(noticesOf(alice).rows.length, 0)
})

test('31: the same message a hundred times is kept once, acknowledged each time, and announced once', () => {
  const bed = new Testbed()
  const bob = bed.join('bob')
  const alice = bed.join('alice')
  for (let i = 0; i < 100; i++) assert.equal(alice.ask(depositTo('bob', 1)).t, 'deposited')
  assert.equal(mailOf(bob).rows.length, 1)
  assert.equal(bob.pushes('mailWaiting').length, 1)
})

test('nothing is acknowledged or announced before it is committed', () => {
  const bed = new Testbed()
  const bob = bed.join('bob')
  const alice = bed.join('alice')
  bed.commitDelayMs = 500
  const q = alice.tell(depositTo('bob', 1))
  bed.run(499)
  assert.deepEqual([alice.answersTo(q).length, bob.pushes('mailWaiting').length], [0, 0])
  bed.run(10)
  assert.deepEqual([alice.answersTo(q).length, bob.pushes('mailWaiting').length], [1, 1])
})

test('79: a crash between commit and answer costs nothing: the same id again is neither lost nor doubled', () => {
  const bed = new Testbed()
  bed.join('bob', { identity: 2, device: 20 })
  const alice = bed.join('alice', { identity: 1, device: 10 })
  bed.answerDelayMs = 100
  const q = alice.tell(depositTo('bob', 1))
  bed.run(50)
  assert.equal(bed.store.mailIds().length, 1)
  bed.crash()
  bed.answerDelayMs = 1
  assert.equal(alice.answersTo(q).length, 0)
  const again = bed.join('alice', { identity: 1, device: 10 })
  assert.equal(again.ask(depositTo('bob', 1)).t, 'deposited')
  assert.equal(mailOf(bed.join('bob', { identity: 2, device: 20 })).rows.length, 1)
})

test('52: a full box and a used-up quota are said to the sender, and keep what is there', () => {
  const policy = { mailboxMessagesMax: 3, mailboxBytesMax: 1_000, mailboxMessagesPerSenderMax: 2 }
  const bed = new Testbed({ policy })
  const bob = bed.join('bob')
  const [alice, carol] = [bed.join('alice'), bed.join('carol')]
  assert.equal(alice.refusal(depositTo('bob', 1)), undefined)
  assert.equal(alice.refusal(depositTo('bob', 2)), undefined)
  assert.equal(alice.refusal(depositTo('bob', 3)), 'senderQuota')
  assert.equal(carol.refusal(depositTo('bob', 4, 900)), 'mailboxFull')
  assert.equal(carol.refusal(depositTo('bob', 4)), undefined)
  assert.equal(carol.refusal(depositTo('bob', 5)), 'mailboxFull')
  assert.equal(mailOf(bob).rows.length, 3)
})

test("53: another's row is refused; an unknown one and one twice are no matter", () => {
  const bed = new Testbed()
  const [a, b, c] = [bed.join('a'), bed.join('b'), bed.join('c')]
  a.ask(depositTo('b', 1))
  a.ask(depositTo('c', 2))
  const { row } = mailOf(b).rows[0]!
  const collect = (...rows: number[]): Unnumbered => ({
    t: 'collect',
    rows: rows.map((number) => ({ row: number, outcome: 'stored' })),
  })
  assert.equal(c.refusal(collect(row)), 'foreignRow')
  assert.equal(mailOf(b).rows.length, 1)
  assert.equal(b.refusal(collect(row, row, 12_345)), undefined)
  assert.equal(b.refusal(collect(row)), undefined)
  const notice = noticesOf(a).rows[0]!
  assert.equal(c.refusal({ t: 'noticed', rows: [notice.row] }), 'foreignRow')
  assert.equal(noticesOf(a).rows.length, 1)
})

test('54: fetching after -1, 2^53, "1e9" or NaN is a bad request', () => {
  const bed = new Testbed()
  const peer = bed.join('a')
  for (const [i, after] of [-1, 2 ** 53, '1e9', Number.NaN, 1.5].entries()) {
    peer.tellBytes(encodeRegistryRequest({ t: 'fetchMail', q: 100 + i, after } as never))
    // NaN is no valid message at all, so that not even its number can be read.
    const codes = peer.answersTo(100 + i).map((answer) => answer.t === 'error' && answer.code)
    assert.deepEqual(codes, Number.isNaN(after) ? [] : [1])
  }
})

test('large mail comes in pages that say when there is more', () => {
  const bed = new Testbed()
  const bob = bed.join('bob')
  const alice = bed.join('alice')
  for (let id = 1; id <= 5; id++) alice.ask(depositTo('bob', id, id === 5 ? 70_000 : 25_000))
  const seen: number[] = []
  let after = 0
  for (let more = true; more;) {
    const page = mailOf(bob, after)
    seen.push(page.rows.length)
    after = page.rows.at(-1)!.row
    more = page.more
  }
  assert.deepEqual(seen, [2, 2, 1])
})

test('what expires is told to its sender; a wall clock that jumps makes nothing expire', () => {
  const bed = new Testbed({ policy: { mailboxKeepMs: 7_200_000 }, limits: { clockSteadyMs: 3_600_000 } })
  bed.join('bob', { identity: 2, device: 20 }).end('gone')
  const alice = bed.join('alice', { identity: 1, device: 10 })
  const live = (ms: number): void => {
    for (let left = ms; left > 0; left -= 60_000) {
      bed.run(60_000)
      alice.tell({ t: 'hello' })
    }
  }
  alice.ask(depositTo('bob', 1))
  live(600_000)
  bed.wallOffsetMs += 10 * 365 * 86_400_000
  live(600_000)
  assert.equal(noticesOf(alice).rows.length, 0)
  assert.ok(bed.events.some((event) => event.type === 'clockJumped'))
  bed.wallOffsetMs -= 10 * 365 * 86_400_000
  live(5_400_000)
  assert.equal(noticesOf(alice).rows.length, 0, 'its time is not over')
  live(900_000)
  const [notice] = noticesOf(alice).rows
  assert.deepEqual([notice?.outcome, notice?.to], ['expired', 'bob'])
  assert.equal(alice.pushes('noticesWaiting').length, 1)
  assert.equal(mailOf(bed.join('bob', { identity: 2, device: 20 })).rows.length, 0)
})

test('more expired mail than one step removes goes in several', () => {
  const bed = new Testbed({
    policy: { mailboxKeepMs: 1_000 },
    limits: { clockSteadyMs: 0, expireRowsMax: 2, expireEveryMs: 30_000 },
  })
  bed.join('bob').end('gone')
  const alice = bed.join('alice')
  for (let id = 1; id <= 5; id++) alice.ask(depositTo('bob', id))
  bed.run(40_000)
  assert.equal(noticesOf(alice).rows.length, 5)
})

test('a store that fails is answered as such, and the session goes on', () => {
  const bed = new Testbed()
  bed.join('bob')
  const alice = bed.join('alice')
  const refusals = {
    storeFailed: 'storeFailed',
    storeFull: 'registryFull',
    storeClosed: 'shuttingDown',
  } as const
  const all: Unnumbered[] = [
    depositTo('bob', 1),
    { t: 'fetchMail', after: 0 },
    { t: 'collect', rows: [{ row: 1, outcome: 'stored' }] },
    { t: 'lookup', name: 'bob' },
    { t: 'takePrekey', name: 'bob' },
    loginOf('alice', { identity: 102, device: 2 }),
  ]
  for (const [code, expected] of Object.entries(refusals)) {
    bed.store.failWith({ code: code as keyof typeof refusals, detail: 'planted' })
    for (const request of all) assert.equal(alice.refusal(request), expected, request.t)
  }
  bed.store.failWith(undefined)
  assert.equal(alice.refusal(depositTo('bob', 1)), undefined)
  assert.ok(bed.events.some((event) => event.type === 'storeFailure'))
})

test('a drain says goodbye, refuses what is new, answers what is in work, and closes', () => {
  const bed = new Testbed()
  const [idle, busy] = [bed.join('idle'), bed.join('busy')]
  bed.connect()
  bed.commitDelayMs = 100
  const inWork = busy.tell(depositTo('idle', 1))
  bed.registry.drain(bed.now)
  assert.deepEqual(idle.pushes('goodbye'), [{ t: 'goodbye', reason: 'shuttingDown' }])
  assert.equal(idle.closeCode, sessionCloseCodes.shuttingDown)
  assert.equal(busy.closeCode, undefined)
  const late = busy.tell({ t: 'hello' })
  assert.deepEqual(
    busy.answersTo(late).map((answer) => answer.t === 'error' && answer.code),
    [20],
  )
  bed.run(500)
  assert.equal(busy.answersTo(inWork)[0]?.t, 'deposited')
  assert.equal(busy.closeCode, sessionCloseCodes.shuttingDown)
  assert.equal(bed.registry.sessions, 0)
  assert.equal(bed.connect().closeCode, sessionCloseCodes.shuttingDown)
})

test('a drain does not wait for a store that never answers', () => {
  const bed = new Testbed()
  const peer = bed.join('a')
  bed.commitDelayMs = 60_000
  peer.tell({ t: 'fetchMail', after: 0 })
  bed.registry.drain(bed.now)
  bed.run(2_100)
  assert.equal(bed.registry.sessions, 0)
})

test('an answer that comes after the session ended goes nowhere, and the login is not kept', () => {
  const bed = new Testbed()
  const watcher = bed.join('watcher')
  bed.commitDelayMs = 100
  const peer = bed.connect(9)
  peer.tell(loginOf('ghost', { identity: 9, device: 9 }))
  peer.end('gone')
  bed.run(1_000)
  assert.equal(peer.heard.length, 0)
  assert.notEqual(watcher.table.get('ghost'), true)
  assert.equal(bed.registry.sessions, 1)
})

// What the administrator sees and does: figures, the table of peers, disconnecting, suspending; in virtual time.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sessionCloseCodes } from '../../protocol/index.ts'
import { bytesOf, loginOf, type Peer, prekeyOf, Testbed } from './testbed.test.ts'

const deposit = (to: string, id: number) =>
  ({ t: 'deposit', to, id: bytesOf(id, 16), envelope: bytesOf(id, 20) }) as const

function act(bed: Testbed, what: 'suspend' | 'unsuspend' | 'freeName', name: string): boolean | undefined {
  let answer: boolean | undefined
  bed.registry.administration[what](bed.now, name, (_now, outcome) => (answer = outcome.ok ? outcome.value : undefined))
  bed.run(20)
  return answer
}

const row = (bed: Testbed, name: string) =>
  bed.registry.administration.peers(bed.now).find((peer) => peer.name === name)
const goodbyes = (peer: Peer): string[] => peer.pushes('goodbye').map(({ reason }) => reason)

describe('disconnecting', () => {
  test('ends every session of the account with a goodbye, and its peers may come back', () => {
    const bed = new Testbed()
    const phone = bed.join('Alice', { identity: 9, device: 51, devices: [51, 52] })
    const desk = bed.join('Alice', { identity: 9, device: 52, devices: [51, 52] })
    const bob = bed.join('bob')
    assert.equal(bed.registry.administration.disconnect(bed.now, 'alice'), 2)
    for (const peer of [phone, desk]) {
      assert.deepEqual([goodbyes(peer), peer.closeCode], [['disconnected'], sessionCloseCodes.disconnected])
    }
    bed.run(1_000)
    assert.equal(bob.closed, undefined)
    assert.equal(bob.table.get('Alice'), false)
    assert.equal(row(bed, 'Alice')?.online, false)
    assert.equal(bed.registry.administration.disconnect(bed.now, 'alice'), 0)
    bed.join('Alice', { identity: 9, device: 51, devices: [51, 52] })
    assert.equal(row(bed, 'Alice')?.online, true)
  })

  test('also ends what is held in silence', () => {
    const bed = new Testbed()
    bed.join('alice').end('silent')
    assert.equal(row(bed, 'alice')?.online, true, 'the lease runs on')
    assert.equal(bed.registry.administration.disconnect(bed.now, 'alice'), 0)
    assert.equal(row(bed, 'alice')?.online, false)
  })
})

describe('a suspended account', () => {
  test('is out at once, is refused at login, keeps its mail, and is in again when it is open', () => {
    const bed = new Testbed()
    const alice = bed.join('Alice', { identity: 9, device: 51 })
    const bob = bed.join('bob')
    assert.equal(act(bed, 'suspend', 'ALICE'), true)
    assert.deepEqual([goodbyes(alice), alice.closeCode], [['suspended'], sessionCloseCodes.suspended])
    const back = bed.connect(51)
    assert.equal(back.refusal(loginOf('alice', { identity: 9, device: 51 })), 'suspended')
    assert.equal(back.closed, undefined, 'it may log in to another account')
    assert.equal(bob.ask(deposit('alice', 1)).t, 'deposited')
    assert.deepEqual(
      [row(bed, 'Alice')?.suspended, row(bed, 'Alice')?.online, row(bed, 'bob')?.suspended],
      [true, false, false],
    )
    assert.equal(act(bed, 'unsuspend', 'Alice'), true)
    const answer = back.ask(loginOf('alice', { identity: 9, device: 51 }))
    assert.equal(answer.t === 'welcome' && answer.mail, 1)
    assert.equal(row(bed, 'Alice')?.suspended, false)
  })

  test('stays so over a crash, also in the table', () => {
    const bed = new Testbed()
    bed.join('Alice', { identity: 9, device: 51 })
    act(bed, 'suspend', 'alice')
    bed.crash()
    bed.run(50)
    assert.equal(row(bed, 'Alice')?.suspended, true)
    assert.equal(bed.connect(51).refusal(loginOf('alice', { identity: 9, device: 51 })), 'suspended')
  })

  test('is in the table even where it would not be listed, and is not after its name was freed', () => {
    const bed = new Testbed({ limits: { awayListedMax: 1 } })
    bed.join('alice', { identity: 9, device: 51 })
    act(bed, 'suspend', 'alice')
    for (const name of ['b', 'c']) bed.join(name).end('gone')
    assert.equal(row(bed, 'alice')?.suspended, true)
    assert.equal(act(bed, 'freeName', 'alice'), true)
    assert.equal(row(bed, 'alice'), undefined)
  })

  test('of a name that nobody has is told so', () => {
    const bed = new Testbed()
    assert.equal(act(bed, 'suspend', 'nobody'), false)
    assert.equal(act(bed, 'unsuspend', 'nobody'), false)
    assert.deepEqual(
      bed.events.filter(({ type }) => type === 'suspended' || type === 'resumed'),
      [],
    )
  })

  test('a login that is under way when the account is suspended is out as well', () => {
    const bed = new Testbed()
    bed.join('alice', { identity: 9, device: 51 }).end('gone')
    const peer = bed.connect(51)
    peer.tell(loginOf('alice', { identity: 9, device: 51 }))
    assert.equal(act(bed, 'suspend', 'alice'), true)
    assert.equal(peer.closeCode, sessionCloseCodes.suspended)
    assert.equal(row(bed, 'alice')?.online, false)
  })
})

test('the table of peers tells of each link, its traffic and its last sign of life', () => {
  const bed = new Testbed()
  const alice = bed.join('alice')
  alice.rttMs = 12
  bed.run(5_000)
  alice.ask({ t: 'hello' })
  const lifeAt = bed.now - 20 + bed.wallOffsetMs
  bed.run(3_000)
  const { link, lifeAt: told, bytesIn = 0, bytesOut = 0, address } = row(bed, 'alice') ?? {}
  assert.deepEqual(link, { rttMs: 12, lossRate: 0, packetsIn: 1, packetsOut: 2 })
  assert.equal(told, lifeAt)
  assert.ok(bytesIn > 200 && bytesOut > 200, `${bytesIn} in, ${bytesOut} out`)
  assert.equal(address, '192.0.2.1:1001')
  alice.end('gone')
  assert.deepEqual(
    [row(bed, 'alice')?.link, row(bed, 'alice')?.lifeAt, row(bed, 'alice')?.bytesIn],
    [undefined, undefined, 0],
  )
})

describe('the figures', () => {
  test('count what was done, and when', () => {
    const bed = new Testbed()
    const [alice, bob] = [bed.join('alice'), bed.join('bob')]
    for (const id of [1, 2, 2]) alice.ask(deposit('bob', id))
    alice.ask({ t: 'say', id: bytesOf(5, 16), text: 'hi' })
    alice.ask({ t: 'introduce', to: 'bob', addresses: [] })
    const mail = bob.ask({ t: 'fetchMail', after: 0 })
    assert.ok(mail.t === 'mail')
    bob.ask({ t: 'collect', rows: mail.rows.map(({ row: number }) => ({ row: number, outcome: 'stored' })) })
    const { counters } = bed.registry.counted()
    const { requests, ...rest } = counters
    assert.ok(requests >= 8)
    assert.deepEqual(rest, {
      logins: 2,
      names: 2,
      deposited: 2,
      collected: 2,
      expired: 0,
      channelMessages: 1,
      roomMessages: 0,
      introductions: 1,
      sessionsOpened: 2,
      sessionsEnded: 0,
      storeFailures: 0,
    })
    bed.run(1_000)
    const { messages, logins } = bed.registry.figures.series(bed.now, 5)
    assert.deepEqual([sum(messages), sum(logins)], [3, 2])
    bed.run(600_000)
    assert.equal(sum(bed.registry.figures.series(bed.now).messages), 0)
  })

  test('count a room’s message once, however often its number is asked for', () => {
    const bed = new Testbed()
    const alice = bed.join('alice')
    const made = alice.ask({ t: 'makeRoom', key: bytesOf(3, 16), name: '', invite: [] })
    assert.ok(made.t === 'room')
    const { room } = made.room
    for (const id of [1, 1, 2]) alice.ask({ t: 'numberMessage', room, id: bytesOf(id, 16) })
    assert.equal(bed.registry.counted().counters.roomMessages, 2)
  })

  test('count each limit that was hit by its name, and each refusal by its error', () => {
    const bed = new Testbed({
      limits: { sessionsMax: 3, prekeysPerDeviceMax: 1 },
      policy: { mailboxMessagesPerSenderMax: 1, mailboxMessagesMax: 2 },
    })
    const alice = bed.join('alice', { identity: 9, device: 51 })
    const bob = bed.join('bob')
    alice.ask(deposit('bob', 1))
    assert.equal(alice.refusal(deposit('bob', 2)), 'senderQuota')
    bob.ask(deposit('bob', 3))
    const carl = bed.join('carl')
    assert.equal(carl.refusal(deposit('bob', 4)), 'mailboxFull')
    bed.connect()
    assert.equal(alice.refusal({ t: 'addPrekeys', prekeys: [1, 2].map((id) => prekeyOf(9, 51, id)) }), 'registryFull')
    for (let i = 0; i < 21; i++) alice.tell({ t: 'hello' })
    bed.run(50)
    assert.equal(carl.refusal({ t: 'lookup', name: 'nobody' }), 'unknownName')
    const { limits, refusals } = bed.registry.counted()
    assert.deepEqual(limits, { mailboxPerSender: 1, mailbox: 1, sessions: 1, prekeys: 1, 'rate.life': 1 })
    assert.deepEqual(refusals, { senderQuota: 1, mailboxFull: 1, registryFull: 1, rateLimited: 1, unknownName: 1 })
    bed.run(1_000)
    assert.equal(sum(bed.registry.figures.series(bed.now, 10).limits), 5)
  })
})

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}

// Who is busy, the table asked for again, signals between two people, and whether somebody who is believed on line still
// answers.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type RegistryPush, sessionCloseCodes, signalKinds } from '../../protocol/index.ts'
import { bytesOf, loginOf, type Peer, Testbed } from './testbed.test.ts'

const id = bytesOf(9, 16)

function busyOf(peer: Peer, name: string): (boolean | undefined)[] {
  return peer
    .pushes('presence')
    .flatMap(({ entries }) => entries.filter((entry) => entry.name === name).map((e) => e.busy))
}

test('who is busy is shown so in changes, in snapshots and by look-up, and not any more after a leave', () => {
  const bed = new Testbed()
  const watcher = bed.join('watcher')
  const alice = bed.join('alice', { identity: 1, device: 50 })
  assert.equal(alice.ask({ t: 'setBusy', busy: true }).t, 'done')
  bed.run(1_000)
  assert.equal(busyOf(watcher, 'alice').at(-1), true)
  assert.deepEqual(busyOf(bed.join('late'), 'alice'), [true])
  const found = watcher.ask({ t: 'lookup', name: 'alice' })
  assert.ok(found.t === 'account' && found.busy === true)
  alice.ask({ t: 'setBusy', busy: false })
  bed.run(1_000)
  assert.equal(busyOf(watcher, 'alice').at(-1), undefined)
  alice.ask({ t: 'setBusy', busy: true })
  alice.end('silent')
  bed.run(1_000)
  assert.equal(busyOf(watcher, 'alice').at(-1), undefined)
  assert.equal(watcher.table.get('alice'), true, 'its lease goes on')
})

test('an account is busy while one of its devices is', () => {
  const bed = new Testbed()
  const watcher = bed.join('watcher')
  const devices = [50, 51]
  const first = bed.join('alice', { identity: 1, device: 50, devices })
  const second = bed.join('alice', { identity: 1, device: 51, devices })
  first.ask({ t: 'setBusy', busy: true })
  second.ask({ t: 'setBusy', busy: true })
  first.end('gone')
  bed.run(1_000)
  assert.equal(busyOf(watcher, 'alice').at(-1), true)
  second.ask({ t: 'setBusy', busy: false })
  bed.run(1_000)
  assert.equal(busyOf(watcher, 'alice').at(-1), undefined)
})

test('who logs out and in again is not busy', () => {
  const bed = new Testbed()
  const watcher = bed.join('watcher')
  const devices = [50, 51]
  const first = bed.join('alice', { identity: 1, device: 50, devices })
  first.ask({ t: 'setBusy', busy: true })
  first.ask({ t: 'logout' })
  first.ask(loginOf('alice', { identity: 1, device: 50, devices }))
  const second = bed.join('alice', { identity: 1, device: 51, devices })
  second.ask({ t: 'setBusy', busy: true })
  second.ask({ t: 'setBusy', busy: false })
  bed.run(1_000)
  assert.equal(busyOf(watcher, 'alice').at(-1), undefined)
})

test('refresh sends the whole table again, before its answer', () => {
  const bed = new Testbed()
  const alice = bed.join('alice')
  bed.join('bob')
  bed.run(1_000)
  alice.heard.length = 0
  assert.equal(alice.ask({ t: 'refresh' }).t, 'done')
  assert.deepEqual(
    alice.heard.map(({ t }) => t),
    ['presence', 'done'],
  )
  const [page] = alice.pushes('presence')
  assert.ok(page?.snapshot && page.last)
  assert.deepEqual(page.entries.map(({ name }) => name).toSorted(), ['alice', 'bob'])
})

test('a signal of each kind goes to the newest session of the other, with the name as registered', () => {
  const bed = new Testbed()
  const alice = bed.join('Alice')
  const devices = [50, 51]
  const older = bed.join('bob', { identity: 2, device: 50, devices })
  const newer = bed.join('bob', { identity: 2, device: 51, devices })
  for (const kind of signalKinds) assert.equal(alice.ask({ t: 'signal', to: 'BOB', kind, id }).t, 'done')
  assert.deepEqual(
    newer.pushes('signal'),
    signalKinds.map((kind) => ({ t: 'signal', from: 'Alice', kind, id })),
  )
  assert.deepEqual(older.pushes('signal'), [])
})

test('a signal to somebody away or unknown is refused, also to oneself, and nothing of it is kept', () => {
  const bed = new Testbed()
  const alice = bed.join('alice')
  bed.join('bob', { identity: 2, device: 50 }).end('gone')
  const signal = (to: string) => alice.refusal({ t: 'signal', to, kind: 'request', id })
  assert.equal(signal('bob'), 'away')
  assert.equal(signal('bop'), 'unknownName')
  assert.equal(signal(''), 'unknownName')
  assert.equal(signal('alice'), 'away')
  const back = bed.join('bob', { identity: 2, device: 50 })
  bed.run(1_000)
  assert.deepEqual(back.pushes('signal'), [])
})

test('of 1,000 signals from one peer some 30 arrive, and the peer is told of the others', () => {
  const bed = new Testbed()
  const noisy = bed.join('noisy')
  const bob = bed.join('bob')
  for (let i = 0; i < 1_000; i++) noisy.tell({ t: 'signal', to: 'bob', kind: 'request', id: bytesOf(i, 16) })
  bed.run(1_000)
  assert.equal(bob.pushes('signal').length, 30)
  const refused = noisy.heard.filter((message) => message.t === 'error' && message.code === 16 && message.retryMs)
  assert.equal(refused.length, 201)
  assert.equal(noisy.closeCode, sessionCloseCodes.flood)
})

/** A sender, and somebody on line for whom something was just left. */
function depositBed(): { bed: Testbed; sender: Peer; bob: Peer } {
  const bed = new Testbed()
  const sender = bed.join('sender')
  const bob = bed.join('bob', { identity: 2, device: 50 })
  bed.run(1_000)
  assert.equal(sender.ask({ t: 'deposit', to: 'bob', id, envelope: bytesOf(1, 10) }).t, 'deposited')
  return { bed, sender, bob }
}

test('who is left mail while on line and answers none of five checks is away after 2.5 s, and back with any request', () => {
  const { bed, sender, bob } = depositBed()
  bed.run(2_400)
  assert.equal(bob.pushes('check').length, 5)
  assert.equal(sender.table.get('bob'), true, 'four checks failed')
  bed.run(300)
  assert.equal(sender.table.get('bob'), false)
  assert.equal(bob.closed, undefined, 'its session stays')
  assert.equal(sender.refusal({ t: 'signal', to: 'bob', kind: 'request', id }), 'away')
  bob.ask({ t: 'setBusy', busy: true })
  bed.run(100)
  assert.equal(sender.table.get('bob'), true)
  assert.equal(busyOf(sender, 'bob').at(-1), true)
  bed.run(10_000)
  assert.equal(bob.pushes('check').length, 5, 'nothing is asked without a cause')
})

test('a check that is lost, and an answer that comes late, make nobody away', () => {
  for (const lateMs of [0, 600, 1_700, 2_400]) {
    const { bed, sender, bob } = depositBed()
    bed.run(lateMs)
    bob.tell({ t: 'hello' })
    bed.run(10_000)
    assert.equal(sender.table.get('bob'), true, `answered after ${lateMs} ms`)
    assert.ok(bob.pushes('check').length <= 5)
  }
})

test('a lease without a link is given up when nobody answers, and taken up again by a login', () => {
  const { bed, sender, bob } = depositBed()
  bob.end('silent')
  bed.run(3_000)
  assert.equal(sender.table.get('bob'), false)
  bed.join('bob', { identity: 2, device: 50 })
  bed.run(3_000)
  assert.equal(sender.table.get('bob'), true)
  assert.deepEqual(bob.heard.filter(isCheck).length, 1)
})

test('who is away is not asked', () => {
  const { bed, sender, bob } = depositBed()
  bob.end('gone')
  bed.run(5_000)
  sender.ask({ t: 'deposit', to: 'bob', id: bytesOf(2, 16), envelope: bytesOf(1, 10) })
  assert.equal(bed.registry.liveness.pollTimeout(), undefined)
})

function isCheck(message: { readonly t: string }): message is Extract<RegistryPush, { t: 'check' }> {
  return message.t === 'check'
}

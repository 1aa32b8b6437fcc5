// Rooms among peers and the real registry, in virtual time: one transcript for all, whatever happens to whom.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Answer } from './account-desk.ts'
import type { RoomVerbs } from './peer-program.ts'
import type { RoomView } from './room-event.ts'
import type { StoredRoomEntry } from './stored-room.ts'
import { slow } from '../../../test/end-to-end/slow.ts'
import { type TestPeer, type World, worldOf } from './testbed.test.ts'

/** Asks a peer's rules something and runs the world until they answer; an error's code where they refuse. */
function ask<T>(world: World, peer: TestPeer, verb: (verbs: RoomVerbs, now: number, done: Answer<T>) => void): T {
  let answered: { value: T } | undefined
  let refused: string | undefined
  peer.host.act((now) => {
    const verbs = peer.program?.roomVerbs
    assert.ok(verbs, 'the peer runs')
    verb(verbs, now, (_later, outcome) => {
      if (outcome.ok) answered = { value: outcome.value }
      else refused = outcome.error.code
    })
  })
  world.until('answered', () => answered !== undefined || refused !== undefined, 30_000)
  if (!answered) throw new Error(refused)
  return answered.value
}

function makeRoom(world: World, maker: TestPeer, others: readonly TestPeer[], name = ''): RoomView {
  const invite = others.map((peer) => peer.name)
  const made = ask<{ room: RoomView }>(world, maker, ({ desk }, now, done) => desk.make(now, invite, name, done))
  return made.room
}

function join(world: World, peer: TestPeer, room: number): void {
  world.until('invited', () =>
    peer.of('room').some(({ entry }) => entry.kind === 'invited' && entry.name === peer.name),
  )
  ask<void>(world, peer, ({ desk }, now, done) => desk.answer(now, room, true, done))
}

/** Sends without waiting for anything. */
function say(peer: TestPeer, room: number, text: string): void {
  peer.host.act((now) => peer.program?.roomVerbs?.sending.send(now, room, text, () => {}))
}

/** A transcript as one line an entry, from a number on. */
function transcript(world: World, peer: TestPeer, room: number, from = 0): string[] {
  const rows = ask<readonly StoredRoomEntry[]>(world, peer, ({ desk }, now, done) =>
    desk.history(now, room, 100_000, done),
  )
  return rows
    .filter((entry) => entry.number >= from)
    .map(({ number, kind, name, by = '-', id = '-', text = '' }) => [number, kind, name, by, id, text].join(' '))
}

const shown = (peer: TestPeer): string[] => peer.of('roomMessage').map((event) => event.text)

function roomOf(names: readonly string[], seed = 1): { world: World; peers: TestPeer[]; room: number } {
  const { world, peers } = worldOf(names, { seed })
  const [maker, ...others] = peers as [TestPeer, ...TestPeer[]]
  const { room } = makeRoom(world, maker, others, 'tea')
  for (const peer of others) join(world, peer, room)
  world.until('all know that all have joined', () =>
    peers.every((peer) =>
      peer
        .of('room')
        .at(-1)
        ?.room.members.every((member) => member.state === 'joined'),
    ),
  )
  return { world, peers, room }
}

test('three make a room and talk all at once: one transcript, live and kept', () => {
  const { world, peers, room } = roomOf(['alice', 'bob', 'carol'])
  const from = Math.max(...peers.map((peer) => peer.of('room').at(-1)?.entry.number ?? 0)) + 1
  for (let i = 0; i < 20; i++) for (const peer of peers) say(peer, room, `${peer.name} ${i}`)
  world.until('all stored', () =>
    peers.every((peer) => peer.of('roomState').filter((event) => event.state === 'stored').length === 40),
  )
  const [first, ...rest] = peers.map((peer) => transcript(world, peer, room, from)) as [string[], ...string[][]]
  assert.equal(first.length, 60)
  for (const other of rest) assert.deepEqual(other, first)
  for (const peer of peers) {
    const numbers = peer.of('roomMessage').map((event) => event.number)
    assert.equal(numbers.length, 40)
    assert.deepEqual(
      numbers,
      numbers.toSorted((a, b) => a - b),
    )
    assert.equal(peer.of('roomPlaced').length, 20)
    assert.equal(peer.of('message').length + peer.of('state').length + peer.of('kept').length, 0)
    assert.equal(peer.of('warning').length, 0)
  }
})

test('who is away catches up by mail, in the order that all others have', () => {
  const { world, peers, room } = roomOf(['alice', 'bob', 'carol'])
  const [alice, bob, carol] = peers as [TestPeer, TestPeer, TestPeer]
  carol.leave(world)
  for (let i = 0; i < 10; i++) for (const peer of [alice, bob]) say(peer, room, `${peer.name} ${i}`)
  world.until('all on their way', () =>
    [alice, bob].every((peer) => peer.of('roomState').filter((event) => event.state === 'mailbox').length === 10),
  )
  ask(world, alice, ({ desk }, now, done) => desk.rename(now, room, 'coffee', done))
  const before = carol.events.length
  carol.host.start()
  world.until('caught up', () => shown(carol).length === 20 && carol.of('room').at(-1)?.entry.kind === 'named')
  assert.deepEqual(transcript(world, carol, room), transcript(world, alice, room))
  assert.deepEqual(transcript(world, bob, room), transcript(world, alice, room))
  const told = carol.events.slice(before).flatMap((event) => {
    if (event.type === 'roomMessage') return event.isLate ? [-event.number] : [event.number]
    return event.type === 'room' ? [event.entry.number] : []
  })
  assert.deepEqual(
    told,
    told.toSorted((a, b) => a - b),
  )
  assert.equal(carol.of('room').at(-1)?.room.name, 'coffee')
  world.until('both know', () =>
    [alice, bob].every((peer) => peer.of('roomState').filter((event) => event.state === 'stored').length === 20),
  )
})

test('somebody is removed while another sends: each message is with all who were in it at its place', () => {
  const { world, peers, room } = roomOf(['alice', 'bob', 'carol'])
  const [alice, bob, carol] = peers as [TestPeer, TestPeer, TestPeer]
  for (let i = 0; i < 30; i++) say(bob, room, `bob ${i}`)
  world.run(8)
  alice.host.act((now) => alice.program?.roomVerbs?.desk.remove(now, room, 'carol', () => {}))
  world.until('all placed', () => bob.of('roomPlaced').length === 30)
  world.run(10_000)
  const removed = alice.of('room').find(({ entry }) => entry.kind === 'removed')?.entry.number ?? 0
  assert.ok(removed > 0)
  const placed = bob.of('roomPlaced')
  assert.ok(placed.some((event) => event.number < removed) && placed.some((event) => event.number > removed))
  for (const { number, members } of placed) assert.equal(members.includes(carol.name), number < removed)
  assert.deepEqual(transcript(world, alice, room), transcript(world, bob, room))
  const upTo = transcript(world, alice, room).filter((row) => Number.parseInt(row, 10) <= removed)
  assert.deepEqual(transcript(world, carol, room), upTo)
  assert.equal(carol.of('room').at(-1)?.room.state, 'left')
  assert.ok(bob.of('roomState').every((event) => event.state === 'stored'))
  say(carol, room, 'still here?')
  const refused = ask<string>(world, carol, ({ sending }, now, done) =>
    sending.send(now, room, 'x', (later, outcome) =>
      done(later, { ok: true, value: outcome.ok ? 'kept' : outcome.error.code }),
    ),
  )
  assert.equal(refused, 'unknownRoom')
})

test('the maker leaves and the room lives on', () => {
  const { world, peers, room } = roomOf(['alice', 'bob', 'carol'])
  const [alice, bob, carol] = peers as [TestPeer, TestPeer, TestPeer]
  ask<void>(world, alice, ({ desk }, now, done) => desk.leave(now, room, done))
  world.until('told', () => carol.of('room').at(-1)?.entry.kind === 'left')
  assert.equal(carol.of('room').at(-1)?.room.maker, 'bob')
  say(bob, room, 'on we go')
  world.until('shown', () => shown(carol).includes('on we go'))
  assert.deepEqual(transcript(world, bob, room), transcript(world, carol, room))
  assert.deepEqual(shown(alice), [])
  ask<void>(world, bob, ({ desk }, now, done) => desk.rename(now, room, 'ours', done))
})

test('a copy from who was removed, or for a room that is not ours, is refused', () => {
  const { world, peers, room } = roomOf(['alice', 'bob', 'carol', 'dave'])
  const [alice, bob, carol] = peers as [TestPeer, TestPeer, TestPeer]
  say(carol, room, 'before')
  world.until('shown', () => shown(bob).includes('before'))
  // Carol's record of the room stays as it was (she is told last), and she takes a number that nobody gave her.
  let told = 0
  world.tamper = (message) => {
    if (message.t !== 'roomEntry') return message
    told += 1
    return told === 4 ? undefined : message
  }
  ask<void>(world, alice, ({ desk }, now, done) => desk.remove(now, room, 'carol', done))
  world.run(1_000)
  assert.equal(carol.program?.roomVerbs?.desk.rooms()[0]?.state, 'joined')
  world.tamper = (message) => {
    if (message.t !== 'error') return message
    return { t: 'numbered', r: message.r, number: 1_000, members: [bob.name, carol.name] }
  }
  say(carol, room, 'smuggled')
  world.until('refused', () => carol.of('roomState').some((event) => event.state === 'failed'))
  assert.deepEqual(shown(bob), ['before'])
  // The next message to him is not held up by what was refused.
  world.tamper = undefined
  carol.send('bob', 'in private')
  world.until('shown', () => bob.texts.includes('in private'))
  assert.equal(bob.of('message')[0]?.gapBefore, undefined)
})

test('crashes of any of them lose no message, double none, and keep one order', () => {
  for (let seed = 1; seed <= 6; seed++) {
    const { world, peers, room } = roomOf(['alice', 'bob', 'carol'], seed)
    const kept = new Set<string>()
    for (let i = 0; i < 40; i++) {
      const peer = peers[i % 3] as TestPeer
      if (peer.host.isUp && peer.program?.isRunning) say(peer, room, `${peer.name} ${i}`)
      world.run(world.random.between(0, 6))
      if (i % 13 !== 7) continue
      const victim = peers[Math.floor(world.random.between(0, 2.999))] as TestPeer
      victim.host.crash()
      world.run(world.random.between(0, 3_000))
      victim.host.start()
      world.until('it runs', () => victim.program?.isRunning === true)
    }
    for (const peer of peers) for (const event of peer.of('roomSent')) kept.add(event.text)
    world.until('nothing waits', () => peers.every((peer) => peer.program?.waiting === 0), 200_000)
    const [first, ...rest] = peers.map((peer) => transcript(world, peer, room)) as [string[], ...string[][]]
    for (const other of rest) assert.deepEqual(other, first, `seed ${seed}`)
    const texts = first.filter((row) => row.includes(' message ')).map((row) => row.split(' ').slice(5).join(' '))
    assert.equal(new Set(texts).size, texts.length, `nothing twice, seed ${seed}`)
    for (const text of kept) assert.ok(texts.includes(text), `${text} is there, seed ${seed}`)
    const numbers = first.map((row) => Number.parseInt(row, 10))
    assert.equal(new Set(numbers).size, numbers.length, `no number twice, seed ${seed}`)
  }
})

test('an invitation of somebody blocked is refused in silence; his messages elsewhere are kept and not shown', () => {
  const { world, peers, room } = roomOf(['alice', 'bob', 'carol'])
  const [alice, bob, carol] = peers as [TestPeer, TestPeer, TestPeer]
  carol.host.act((now) => carol.program?.account?.setBlocked(now, 'alice', true, () => {}))
  world.run(100)
  const before = carol.of('room').length
  makeRoom(world, alice, [carol])
  world.until('refused', () => alice.of('room').at(-1)?.entry.kind === 'refused')
  assert.equal(carol.of('room').length, before)
  say(alice, room, 'unheard')
  say(bob, room, 'heard')
  world.until('stored', () => alice.of('roomState').filter((event) => event.state === 'stored').length === 2)
  world.until('shown', () => shown(carol).includes('heard'))
  assert.deepEqual(shown(carol), ['heard'])
  assert.deepEqual(transcript(world, carol, room), transcript(world, bob, room))
})

test('who is invited while away finds the invitation, and nothing of before, at the next login', () => {
  const { world, peers } = worldOf(['alice', 'bob', 'carol'])
  const [alice, bob, carol] = peers as [TestPeer, TestPeer, TestPeer]
  carol.leave(world)
  const { room } = makeRoom(world, alice, [bob])
  join(world, bob, room)
  say(alice, room, 'before')
  world.until('shown', () => shown(bob).length === 1)
  ask(world, alice, ({ desk }, now, done) => desk.invite(now, room, ['carol'], done))
  carol.host.start()
  world.until('invited', () => carol.of('room').length > 0)
  assert.deepEqual(
    carol.of('room').map((event) => [event.entry.kind, event.entry.name, event.room.state]),
    [['invited', 'carol', 'invited']],
  )
  join(world, carol, room)
  say(bob, room, 'after')
  world.until('shown', () => shown(carol).length === 1)
  assert.deepEqual(shown(carol), ['after'])
  assert.equal(carol.of('roomMessage')[0]?.isLate, undefined)
})

/** Everybody writes at once; one order for all, nothing lost, doubled or late. */
function crowd(size: number, each: number): void {
  const { world, peers, room } = roomOf(Array.from({ length: size }, (_, i) => `p${i}`))
  for (let i = 0; i < each; i++) for (const peer of peers) say(peer, room, `${peer.name} ${i}`)
  const total = size * (size - 1) * each
  const stored = (peer: TestPeer): number => peer.of('roomState').filter((event) => event.state === 'stored').length
  world.until('all stored', () => peers.reduce((sum, peer) => sum + stored(peer), 0) === total)
  const [first, ...rest] = peers.map((peer) => transcript(world, peer, room)) as [string[], ...string[][]]
  for (const other of rest) assert.deepEqual(other, first)
  assert.equal(first.filter((row) => row.includes(' message ')).length, size * each)
  for (const peer of peers) {
    const numbers = peer.of('roomMessage').map((event) => event.number)
    assert.equal(numbers.length, (size - 1) * each)
    assert.deepEqual(
      numbers,
      numbers.toSorted((a, b) => a - b),
    )
    assert.equal(peer.of('warning').length, 0)
  }
}

test('ten write at once', () => crowd(10, 5))

test('fifty write at once', slow, () => crowd(50, 3))

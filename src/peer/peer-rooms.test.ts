// Rooms and the channel on real sockets and disks, with a real registry: one transcript for all, nothing doubled or lost.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { RegistryServer } from '../registry/index.ts'
import { Peer, type PeerEvent } from './index.ts'

const slow = process.env['PARLEY_FULL'] === '1' ? {} : { skip: 'slow: `PARLEY_FULL=1 npm test` runs it' }

type Of<T extends PeerEvent['type']> = Extract<PeerEvent, { type: T }>

/** A peer with all that it told. */
class Witness {
  readonly peer: Peer
  readonly events: PeerEvent[] = []
  #onEvent: (() => void) | undefined

  constructor(peer: Peer) {
    this.peer = peer
    peer.subscribe((event) => {
      this.events.push(event)
      this.#onEvent?.()
    })
  }

  of<T extends PeerEvent['type']>(type: T): Of<T>[] {
    return this.events.filter((event): event is Of<T> => event.type === type)
  }

  /** Waits for an event after which it holds. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => (this.#onEvent = resolve))
  }

  /** Everybody's copies of our messages that are stored. */
  get stored(): number {
    return this.of('roomState').filter((event) => event.state === 'stored').length
  }

  get heard(): string[] {
    return this.of('channelMessage').map(({ entry }) => entry.text)
  }

  async transcript(room: number): Promise<string[]> {
    const rows = await this.peer.rooms.roomHistory(room, 10_000)
    return rows.map(({ number, kind, name, by = '-', id = '-', text = '', at }) =>
      [number, kind, name, by, id, at, text].join(' '),
    )
  }

  get isOnline(): boolean {
    return this.of('registry').at(-1)?.state === 'online'
  }
}

type Open = (name: string) => Promise<Witness>

async function setting(t: TestContext): Promise<Open> {
  const home = mkdtempSync(join(tmpdir(), 'parley-rooms-'))
  const registry = await RegistryServer.open({ data: join(home, 'registry'), host: '127.0.0.1', port: 0 })
  const opened: Peer[] = []
  t.after(async () => {
    await Promise.all(opened.map((peer) => peer.close()))
    await registry.stop()
    rmSync(home, { recursive: true })
  })
  return async (name) => {
    const peer = await Peer.open({ name, home, registry: registry.invite, host: '127.0.0.1' })
    opened.push(peer)
    const witness = new Witness(peer)
    await witness.until(() => witness.isOnline && witness.of('clients').length > 0)
    return witness
  }
}

/** A room that all of them have joined; the first one makes it. */
async function roomOf([maker, ...others]: readonly [Witness, ...Witness[]]): Promise<number> {
  const invite = others.map(({ peer }) => peer.name)
  const { room, notInvited } = await maker.peer.rooms.makeRoom([...invite, 'nobody'], 'tea')
  assert.deepEqual(notInvited, [{ name: 'nobody', problem: 'unknownName' }])
  for (const other of others) {
    await other.until(() =>
      other.of('room').some(({ entry }) => entry.kind === 'invited' && entry.name === other.peer.name),
    )
    await other.peer.rooms.answerRoom(room.room, true)
  }
  for (const each of [maker, ...others]) {
    await each.until(
      () =>
        each
          .of('room')
          .at(-1)
          ?.room.members.every((member) => member.state === 'joined') === true,
    )
  }
  return room.room
}

test('a room of three: all at once, one away, one removed, the maker leaves', slow, async (t) => {
  const open = await setting(t)
  const all = [await open('alice'), await open('bob'), await open('carol')] as const
  const [alice, bob, carol] = all
  const room = await roomOf(all)
  const say = (witness: Witness, count: number): Promise<string[]> =>
    Promise.all(
      Array.from({ length: count }, (_, i) => witness.peer.rooms.sendToRoom(room, `${witness.peer.name} ${i}`)),
    )

  const ids = (await Promise.all(all.map((witness) => say(witness, 30)))).flat()
  for (const witness of all) await witness.until(() => witness.stored === 60)
  const rows = await alice.transcript(room)
  assert.deepEqual(await bob.transcript(room), rows)
  assert.deepEqual((await carol.transcript(room)).slice(-90), rows.slice(-90))
  assert.equal(rows.filter((row) => row.includes(' message ')).length, 90)
  assert.equal(ids.filter((id) => rows.some((row) => row.includes(id))).length, 90)
  for (const witness of all) assert.equal(witness.of('roomMessage').length, 60)

  // One is away, and catches up by mail.
  await carol.peer.close()
  await Promise.all([say(alice, 10), say(bob, 10)])
  for (const witness of [alice, bob]) {
    await witness.until(() => witness.of('roomState').filter((event) => event.state === 'mailbox').length === 10)
  }
  const back = await open('carol')
  await back.until(() => back.of('roomMessage').length === 20)
  const numbers = back.of('roomMessage').map((event) => event.number)
  assert.deepEqual(
    numbers,
    numbers.toSorted((a, b) => a - b),
  )
  assert.deepEqual(await back.transcript(room), await alice.transcript(room))
  for (const witness of [alice, bob]) await witness.until(() => witness.stored === 80)

  // One is removed while another sends.
  const sending = say(bob, 40)
  await bob.until(() => bob.of('roomPlaced').length >= 45)
  await alice.peer.rooms.removeFromRoom(room, 'carol')
  await sending
  await bob.until(() => bob.of('roomPlaced').length === 80)
  const copies = bob.of('roomPlaced').reduce((sum, event) => sum + event.members.length, 0)
  await bob.until(() => bob.stored === copies)
  assert.deepEqual(await alice.transcript(room), await bob.transcript(room))
  const whole = await bob.transcript(room)
  const removedAt = whole.findIndex((row) => row.includes(' removed carol '))
  assert.ok(removedAt > 0 && removedAt < whole.length - 1, 'the removal fell among the messages')
  await back.until(() => back.of('room').at(-1)?.room.state === 'left')
  assert.deepEqual(await back.transcript(room), whole.slice(0, removedAt + 1))
  await assert.rejects(back.peer.rooms.sendToRoom(room, 'me too'), { code: 'unknownRoom' })

  // The maker leaves, and the room lives on.
  await alice.peer.rooms.leaveRoom(room)
  await bob.until(() => bob.of('room').at(-1)?.entry.kind === 'left')
  assert.deepEqual(
    (await bob.peer.rooms.rooms()).map(({ maker, state, members }) => [maker, state, members.map(({ name }) => name)]),
    [['bob', 'joined', ['bob']]],
  )
  assert.deepEqual(await bob.peer.rooms.inviteToRoom(room, ['carol']), [])
  await back.until(() => back.of('room').at(-1)?.room.state === 'invited')
  await back.peer.rooms.answerRoom(room, true)
  await bob.peer.rooms.sendToRoom(room, 'welcome back')
  await back.until(() => back.of('roomMessage').at(-1)?.text === 'welcome back')
  assert.equal(alice.of('roomMessage').at(-1)?.text === 'welcome back', false)
  // None of it is part of any conversation.
  for (const witness of [alice, bob, back]) {
    assert.deepEqual(await witness.peer.conversations(), [])
    assert.equal(witness.of('message').length + witness.of('kept').length + witness.of('state').length, 0)
    assert.deepEqual(witness.of('warning'), [])
  }
})

test('refusals of rooms name their reason', async (t) => {
  const open = await setting(t)
  const alice = await open('alice')
  const bob = await open('bob')
  const { rooms } = alice.peer
  await assert.rejects(rooms.sendToRoom(7, 'x'), { code: 'unknownRoom', details: { room: 7 } })
  await assert.rejects(rooms.answerRoom(7, true), { code: 'noInvitation', details: { room: 7 } })
  await assert.rejects(rooms.makeRoom(['bad name']), { code: 'badName' })
  await assert.rejects(rooms.makeRoom([], 'n'.repeat(65)), { code: 'badRoomName' })
  await assert.rejects(rooms.makeRoom([], 'two\nlines'), { code: 'badRoomName' })
  const { room } = await rooms.makeRoom(['bob'])
  await assert.rejects(rooms.sendToRoom(room.room, ''), { code: 'emptyText' })
  await bob.until(() => bob.of('room').length > 0)
  await assert.rejects(bob.peer.rooms.sendToRoom(room.room, 'x'), { code: 'unknownRoom' })
  await assert.rejects(bob.peer.rooms.removeFromRoom(room.room, 'alice'), { code: 'unknownRoom' })
  await bob.peer.rooms.answerRoom(room.room, true)
  await assert.rejects(bob.peer.rooms.removeFromRoom(room.room, 'alice'), { code: 'notMaker' })
  await assert.rejects(rooms.removeFromRoom(room.room, 'carol'), { code: 'notInRoom' })
})

test('the channel reaches who is there and who returns, once and in one order', async (t) => {
  const open = await setting(t)
  const alice = await open('alice')
  const bob = await open('bob')
  const carol = await open('carol')
  await Promise.all(
    [alice, bob, carol].flatMap(({ peer }) =>
      Array.from({ length: 10 }, (_, i) => peer.rooms.sendToAll(`${peer.name} ${i}`)),
    ),
  )
  for (const witness of [alice, bob, carol]) {
    await witness.until(() => witness.heard.length === 20)
    await witness.until(() => witness.of('channelHeard').reduce((sum, { names }) => sum + names.length, 0) === 20)
  }
  await carol.peer.close()
  for (let i = 0; i < 5; i++) await alice.peer.rooms.sendToAll(`later ${i}`)
  await bob.until(() => bob.heard.length === 25)
  const back = await open('carol')
  await back.until(() => back.heard.length === 5)
  assert.deepEqual(
    back.of('channelMessage').map(({ missed }) => missed),
    [true, true, true, true, true],
  )
  const rows = await alice.peer.rooms.channelHistory(100)
  assert.equal(rows.length, 35)
  assert.deepEqual(await bob.peer.rooms.channelHistory(100), rows)
  assert.deepEqual(await back.peer.rooms.channelHistory(100), rows)
})

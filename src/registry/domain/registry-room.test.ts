// Rooms through the rules: what members hear and when, what is refused, and one order for what all write at once.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  encodeRegistryRequest,
  protocolMessageBytesMax,
  type RegistryAnswer,
  type RegistryErrorName,
  type RoomEntry,
  type RoomRecord,
} from '../../protocol/index.ts'
import { bytesOf, loginOf, type Peer, Testbed, type Unnumbered } from './testbed.test.ts'

const make = (key: number, invite: string[] = [], name = ''): Unnumbered => ({
  t: 'makeRoom',
  key: bytesOf(key, 16),
  name,
  invite,
})
const numberOf = (room: number, id: number): Unnumbered => ({ t: 'numberMessage', room, id: bytesOf(id, 16) })
const join = (room: number): Unnumbered => ({ t: 'answerRoom', room, join: true })

function roomAnswer(answer: RegistryAnswer): Extract<RegistryAnswer, { t: 'room' }> {
  assert.ok(answer.t === 'room', JSON.stringify(answer))
  return answer
}

function entriesOf(peer: Peer, room: number): RoomEntry[] {
  const answer = peer.ask({ t: 'fetchRoomLog', room, after: 0 })
  assert.ok(answer.t === 'roomLog', JSON.stringify(answer))
  return answer.entries
}

function roomsOf(peer: Peer): RoomRecord[] {
  const answer = peer.ask({ t: 'fetchRooms', after: 0 })
  assert.ok(answer.t === 'rooms', JSON.stringify(answer))
  return answer.rooms
}

/** What a peer was pushed about rooms: number, kind and name of each entry. */
function heard(peer: Peer): [number, string, string][] {
  return peer.pushes('roomEntry').map(({ entry }) => [entry.number, entry.kind, entry.name])
}

/** A room of these, all joined; the first made it. */
function roomOf(peers: readonly [Peer, ...Peer[]], names: readonly string[], key = 1): number {
  const [maker, ...others] = peers
  const { room } = roomAnswer(maker.ask(make(key, names.slice(1)))).room
  for (const other of others) assert.equal(other.ask(join(room)).t, 'done')
  return room
}

test('everybody hears each entry once, in order, after its commit, with the room as it then was', () => {
  const bed = new Testbed()
  const [anna, ben, cara] = [bed.join('Anna'), bed.join('Ben'), bed.join('Cara')]
  bed.commitDelayMs = 300
  const q = anna.tell(make(1, ['ben', 'cara'], 'tea'))
  bed.run(299)
  assert.deepEqual([anna.answersTo(q).length, heard(ben).length], [0, 0])
  bed.run(10)
  bed.commitDelayMs = 2
  const { room, notInvited } = roomAnswer(anna.answersTo(q)[0] ?? assert.fail())
  assert.deepEqual([room.room, room.name, room.maker, notInvited], [1, 'tea', 'Anna', []])
  assert.deepEqual(heard(anna), [
    [1, 'made', 'Anna'],
    [2, 'invited', 'Ben'],
    [3, 'invited', 'Cara'],
  ])
  const order = anna.heard.map((message) => message.t).filter((t) => t === 'room' || t === 'roomEntry')
  assert.equal(order.at(-1), 'room', 'the entries come before the answer')
  assert.deepEqual(heard(ben), [
    [2, 'invited', 'Ben'],
    [3, 'invited', 'Cara'],
  ])
  assert.deepEqual(heard(cara), [[3, 'invited', 'Cara']])
  ben.ask(join(1))
  cara.ask({ t: 'answerRoom', room: 1, join: false })
  for (const peer of [anna, ben]) {
    assert.deepEqual(heard(peer).slice(-2), [
      [4, 'joined', 'Ben'],
      [5, 'refused', 'Cara'],
    ])
  }
  assert.deepEqual(heard(cara).at(-1), [5, 'refused', 'Cara'], 'who is out hears that, and no more')
  anna.ask({ t: 'nameRoom', room: 1, name: 'coffee' })
  assert.equal(heard(cara).length, 3)
  for (const { record, entry } of [...anna.pushes('roomEntry'), ...ben.pushes('roomEntry')]) {
    assert.equal(record.last, entry.number)
  }
  const named = ben.pushes('roomEntry').at(-1)
  assert.deepEqual([named?.entry.text, named?.record.name], ['coffee', 'coffee'])
  const told = bed.events.filter((event) => event.type === 'room').map((event) => event.change)
  assert.deepEqual(told, ['made', 'invited', 'invited', 'joined', 'refused', 'named'])
})

test('who is away finds the invitation at the next login, and the log that was missed', () => {
  const bed = new Testbed()
  const anna = bed.join('anna')
  bed.join('ben', { identity: 2, device: 20 }).end('gone')
  const { room } = roomAnswer(anna.ask(make(1, ['ben']))).room
  const ben = bed.connect(20)
  const welcome = ben.ask(loginOf('ben', { identity: 2, device: 20 }))
  assert.ok(welcome.t === 'welcome' && welcome.rooms === 1)
  assert.deepEqual(
    roomsOf(ben).map(({ room: number, members }) => [number, members.map(({ name, state }) => `${name} ${state}`)]),
    [[room, ['anna joined', 'ben invited']]],
  )
  ben.ask(join(room))
  ben.end('gone')
  anna.ask(numberOf(room, 1))
  anna.ask({ t: 'nameRoom', room, name: 'tea' })
  const back = bed.connect(20)
  back.ask(loginOf('ben', { identity: 2, device: 20 }))
  assert.deepEqual(
    entriesOf(back, room).map(({ number, kind, name }) => [number, kind, name]),
    [
      [1, 'made', 'anna'],
      [2, 'invited', 'ben'],
      [3, 'joined', 'ben'],
      [4, 'message', 'anna'],
      [5, 'named', 'anna'],
    ],
  )
  anna.ask({ t: 'removeFromRoom', room, name: 'BEN' })
  assert.deepEqual([heard(back).at(-1), roomsOf(back)], [[6, 'removed', 'ben'], []])
})

test('every device of a member hears, also the others of who asked', () => {
  const bed = new Testbed()
  const devices = [10, 11]
  const first = bed.join('anna', { identity: 1, device: 10, devices })
  const second = bed.join('anna', { identity: 1, device: 11, devices })
  const ben = bed.join('ben')
  const { room } = roomAnswer(first.ask(make(1, ['ben']))).room
  ben.ask(join(room))
  assert.deepEqual(heard(second), heard(first))
  second.ask({ t: 'leaveRoom', room })
  assert.deepEqual(heard(first).at(-1), [4, 'left', 'anna'])
  assert.deepEqual(roomsOf(ben)[0]?.maker, 'ben')
})

test('what is not allowed is refused by its name and tells nobody anything', () => {
  const bed = new Testbed()
  const [anna, ben, cara, dan] = [bed.join('anna'), bed.join('ben'), bed.join('cara'), bed.join('dan')]
  const room = roomOf([anna, ben], ['anna', 'ben'])
  anna.ask({ t: 'inviteToRoom', room, invite: ['cara'] })
  const before = entriesOf(anna, room)
  const cases: [Peer, Unnumbered, RegistryErrorName][] = [
    [dan, numberOf(room, 1), 'unknownRoom'],
    [cara, numberOf(room, 1), 'unknownRoom'],
    [cara, { t: 'inviteToRoom', room, invite: ['dan'] }, 'unknownRoom'],
    [dan, { t: 'inviteToRoom', room, invite: ['dan'] }, 'unknownRoom'],
    [dan, join(room), 'unknownRoom'],
    [dan, { t: 'leaveRoom', room }, 'unknownRoom'],
    [dan, { t: 'fetchRoomLog', room, after: 0 }, 'unknownRoom'],
    [anna, { t: 'fetchRoomLog', room: 77, after: 0 }, 'unknownRoom'],
    [anna, numberOf(2 ** 53 - 1, 1), 'unknownRoom'],
    [ben, { t: 'answerRoom', room, join: false }, 'unknownRoom'],
    [ben, { t: 'removeFromRoom', room, name: 'cara' }, 'notMaker'],
    [ben, { t: 'nameRoom', room, name: 'mine' }, 'notMaker'],
    [anna, { t: 'removeFromRoom', room, name: 'dan' }, 'notInRoom'],
    [anna, { t: 'removeFromRoom', room, name: "'; drop table room; --" }, 'notInRoom'],
    [dan, make(1), 'badRequest'],
  ]
  const pushes = [anna, ben, cara, dan].map((peer) => heard(peer).length)
  for (const [peer, request, error] of cases) assert.equal(peer.refusal(request), error, JSON.stringify(request))
  assert.deepEqual(entriesOf(anna, room), before)
  assert.deepEqual(
    [anna, ben, cara, dan].map((peer) => heard(peer).length),
    pushes,
  )
})

test('79: a request that is repeated after its answer was lost does nothing twice', () => {
  const bed = new Testbed()
  const anna = bed.join('anna', { identity: 1, device: 10 })
  bed.join('ben')
  bed.answerDelayMs = 100
  const q = anna.tell(make(5, ['ben']))
  bed.run(50)
  bed.crash()
  bed.answerDelayMs = 1
  assert.equal(anna.answersTo(q).length, 0)
  const again = bed.join('anna', { identity: 1, device: 10 })
  const { room: record } = roomAnswer(again.ask(make(5, ['ben'])))
  const { room } = record
  assert.deepEqual([record.last, roomsOf(again).length, heard(again)], [2, 1, []])
  assert.deepEqual(roomAnswer(again.ask({ t: 'inviteToRoom', room, invite: ['ben'] })).notInvited, [
    { name: 'ben', problem: 'memberAlready' },
  ])
  const numbers = [1, 1, 2].map((id) => {
    const answer = again.ask(numberOf(room, id))
    return answer.t === 'numbered' && answer.number
  })
  assert.deepEqual(numbers, [3, 3, 4])
  assert.equal(entriesOf(again, room).length, 4)
})

test('64: a member removed while sending has the numbers from before, which stay his, and gets none after', () => {
  const bed = new Testbed()
  const [anna, ben, cara] = [bed.join('anna'), bed.join('ben'), bed.join('cara')]
  const room = roomOf([anna, ben, cara], ['anna', 'ben', 'cara'])
  const asked = [
    ben.tell(numberOf(room, 1)),
    ben.tell(numberOf(room, 2)),
    anna.tell({ t: 'removeFromRoom', room, name: 'ben' }),
    ben.tell(numberOf(room, 3)),
    ben.tell(numberOf(room, 2)),
    cara.tell(numberOf(room, 1)),
  ]
  bed.run(20)
  const of = (peer: Peer, i: number): unknown => {
    const [answer] = peer.answersTo(asked[i] ?? 0)
    return answer?.t === 'numbered' ? [answer.number, answer.members.join()] : answer?.t
  }
  assert.deepEqual(
    [of(ben, 0), of(ben, 1), of(ben, 3), of(ben, 4), of(cara, 5)],
    [[6, 'anna,ben,cara'], [7, 'anna,ben,cara'], 'error', [7, 'anna,ben,cara'], [9, 'anna,cara']],
  )
  assert.deepEqual(
    entriesOf(cara, room)
      .slice(5)
      .map(({ number, kind, name }) => [number, kind, name]),
    [
      [6, 'message', 'ben'],
      [7, 'message', 'ben'],
      [8, 'removed', 'ben'],
      [9, 'message', 'cara'],
    ],
  )
})

test('50 members who all write at once have one order without a gap, and everybody reads the same log', () => {
  const bed = new Testbed()
  const names = Array.from({ length: 50 }, (_, i) => `m${i}`)
  const peers = names.map((name) => bed.join(name)) as [Peer, ...Peer[]]
  const room = roomOf(peers, names)
  const first = (roomsOf(peers[0])[0]?.last ?? 0) + 1
  const asked = [1, 2, 3, 4].flatMap((id) => peers.map((peer) => ({ peer, q: peer.tell(numberOf(room, id)) })))
  bed.run(100)
  const numbers = asked.map(({ peer, q }) => {
    const [answer] = peer.answersTo(q)
    assert.ok(answer?.t === 'numbered' && answer.members.length === 50)
    return answer.number
  })
  assert.deepEqual(
    numbers.toSorted((a, b) => a - b),
    Array.from({ length: 200 }, (_, i) => first + i),
  )
  const pages = peers.slice(0, 3).map((peer) => {
    const answer = peer.ask({ t: 'fetchRoomLog', room, after: first - 1 })
    assert.ok(answer.t === 'roomLog' && answer.entries.length === 200)
    return answer.entries.map(({ number, name, id }) => [number, name, id?.[0]])
  })
  assert.deepEqual(pages[1], pages[0])
  assert.deepEqual(pages[2], pages[0])
})

test('an invitation that is accepted after the room went is refused; one who is busy is invited and said to be', () => {
  const bed = new Testbed()
  const [anna, ben, cara] = [bed.join('anna'), bed.join('ben'), bed.join('cara')]
  assert.equal(ben.ask({ t: 'setBusy', busy: true }).t, 'done')
  const { room, notInvited } = roomAnswer(anna.ask(make(1, ['Ben', 'cara', 'nobody'])))
  assert.deepEqual(notInvited, [
    { name: 'nobody', problem: 'unknownName' },
    { name: 'Ben', problem: 'busy' },
  ])
  const [accepted, left] = [anna.tell({ t: 'leaveRoom', room: room.room }), ben.tell(join(room.room))]
  bed.run(20)
  assert.deepEqual([anna.answersTo(accepted)[0]?.t, ben.answersTo(left)[0]?.t], ['done', 'error'])
  for (const peer of [ben, cara]) assert.equal(heard(peer).at(-1)?.[1], 'removed')
  assert.deepEqual([roomsOf(anna), roomsOf(ben), roomsOf(cara)], [[], [], []])
})

test('a name that is freed is out of its rooms, and everybody in them hears it', () => {
  const bed = new Testbed()
  const [anna, ben] = [bed.join('anna'), bed.join('ben')]
  bed.join('cara').end('gone')
  const shared = roomOf([anna, ben], ['anna', 'ben'])
  const { room: alone } = roomAnswer(anna.ask(make(2, ['cara']))).room
  ben.ask(make(3, ['Anna']))
  bed.registry.administration.freeName(bed.now, 'ANNA', () => {})
  bed.run(20)
  assert.deepEqual(heard(ben).slice(-2), [
    [4, 'left', 'anna'],
    [3, 'refused', 'anna'],
  ])
  assert.equal(roomsOf(ben).find(({ room }) => room === shared)?.maker, 'ben')
  assert.equal(ben.refusal({ t: 'fetchRoomLog', room: alone, after: 0 }), 'unknownRoom')
  const other = bed.join('anna', { identity: 77 })
  assert.deepEqual(roomsOf(other), [], 'the next one of the name is in no room of the first')
})

test('63: a room beyond its limits is refused in part and said so; 100,000 names are no request', () => {
  const bed = new Testbed({ limits: { roomsPerAccountMax: 2, roomsMax: 3, invitationsPerAccountMax: 1 } })
  const anna = bed.join('anna')
  const names = Array.from({ length: 100 }, (_, i) => `m${i}`)
  for (const name of names) bed.join(name).end('gone')
  const { room, notInvited } = roomAnswer(anna.ask(make(1, names)))
  assert.equal(room.members.length, 100)
  assert.deepEqual(notInvited, [{ name: 'm99', problem: 'roomFull' }])
  assert.deepEqual(roomAnswer(anna.ask(make(2, ['m1']))).notInvited, [{ name: 'm1', problem: 'roomFull' }])
  assert.equal(anna.refusal(make(3)), 'roomFull')
  const ben = bed.join('ben')
  assert.equal(ben.ask(make(4)).t, 'room')
  assert.equal(ben.refusal(make(5)), 'registryFull')
  const q = ben.tell({ t: 'hello' })
  ben.tellBytes(encodeRegistryRequest({ ...make(6, names.concat(names)), q: q + 1 }))
  bed.run(20)
  assert.ok(ben.answersTo(q + 1)[0]?.t === 'error')
})

test('1,000 requests of one peer are limited, and it is told when to go on', () => {
  const bed = new Testbed()
  const anna = bed.join('anna')
  const asked = Array.from({ length: 150 }, (_, i) => anna.tell(make(i + 1)))
  bed.run(50)
  const answers = asked.map((q) => anna.answersTo(q)[0])
  const made = answers.filter((answer) => answer?.t === 'room').length
  assert.ok(made >= 50 && made < 60, String(made))
  const refused = answers.filter((answer) => answer?.t === 'error')
  assert.ok(refused.length === 150 - made && refused.every(({ retryMs }) => (retryMs ?? 0) > 0))
  assert.equal(anna.closed, undefined)
})

test('44: names of rooms cannot turn the text around them, hide in it or break its line', () => {
  const bed = new Testbed()
  const anna = bed.join('anna')
  for (const name of ['a\u202Eb', 'a\nb', 'a\u0000', '\u2066x', 'a\u200Bb', ' a', '\u2028', '\u001B[2J', '\u061C']) {
    assert.equal(anna.refusal(make(1, [], name)), 'nameRefused', JSON.stringify(name))
  }
  const { room } = roomAnswer(anna.ask(make(1, [], '茶 & 👩‍👩‍👧 "x" %_'))).room
  assert.equal(anna.refusal({ t: 'nameRoom', room, name: 'x\u202E' }), 'nameRefused')
  assert.equal(roomsOf(anna)[0]?.name, '茶 & 👩‍👩‍👧 "x" %_')
})

test('names that are none, however long, are said back within one message', () => {
  const bed = new Testbed()
  const anna = bed.join('anna')
  const invite = Array.from({ length: 100 }, (_, i) => `${i}${'茶'.repeat(231)}`)
  const { notInvited } = roomAnswer(anna.ask(make(1, invite)))
  assert.equal(notInvited.length, 100)
  assert.ok(notInvited.every(({ problem }) => problem === 'unknownName'))
})

test('the largest rooms make no message that is too large for the protocol', () => {
  const bed = new Testbed()
  const names = Array.from({ length: 100 }, (_, i) => `${i}`.padStart(2, '0').padEnd(32, 'n'))
  const maker = bed.join(names[0] ?? '')
  for (const name of names.slice(1)) bed.join(name).end('gone')
  for (let key = 1; key <= 9; key++) maker.ask(make(key, names.slice(1), '茶'.repeat(64)))
  const page = maker.ask({ t: 'fetchRooms', after: 0 })
  assert.ok(page.t === 'rooms' && page.more && page.rooms.length === 8)
  const largest = Math.max(...maker.sizes)
  assert.ok(largest > 40_000 && largest <= protocolMessageBytesMax, String(largest))
})

test('old entries go by a clock that ran evenly, and by no other', () => {
  const bed = new Testbed({ limits: { roomLogKeepMs: 3 * 3_600_000, expireRowsMax: 2 }, policy: { expiryMs: 1e9 } })
  const anna = bed.join('anna')
  const { room } = roomAnswer(anna.ask(make(1))).room
  for (let id = 1; id <= 4; id++) anna.ask(numberOf(room, id))
  bed.wallOffsetMs += 10 * 365 * 86_400_000
  bed.run(120_000)
  assert.equal(entriesOf(anna, room).length, 5)
  bed.run(2 * 3_600_000)
  assert.deepEqual(entriesOf(anna, room), [])
  const next = anna.ask(numberOf(room, 9))
  assert.ok(next.t === 'numbered' && next.number === 6 && next.members.length === 1)
})

test('any story of requests leaves all members with the same members and one log', () => {
  const names = ['a', 'b', 'c', 'd']
  const story = fc.array(
    fc.tuple(fc.nat(3), fc.nat(3), fc.constantFrom('invite', 'join', 'refuse', 'leave', 'remove', 'number')),
    {
      maxLength: 40,
    },
  )
  fc.assert(
    fc.property(story, (steps) => {
      const bed = new Testbed()
      const peers = names.map((name) => bed.join(name))
      const { room } = roomAnswer((peers[0] as Peer).ask(make(1, ['b']))).room
      for (const [i, [by, whom, what]] of steps.entries()) {
        const name = names[whom] as string
        const request: Unnumbered =
          what === 'invite'
            ? { t: 'inviteToRoom', room, invite: [name] }
            : what === 'remove'
              ? { t: 'removeFromRoom', room, name }
              : what === 'leave'
                ? { t: 'leaveRoom', room }
                : what === 'number'
                  ? numberOf(room, i)
                  : { t: 'answerRoom', room, join: what === 'join' }
        peers[by]?.tell(request)
      }
      bed.run(100)
      const views = peers.flatMap((peer) => roomsOf(peer).map((record) => ({ record, log: entriesOf(peer, room) })))
      for (const { record, log } of views) {
        assert.deepEqual({ record, log }, views[0])
        assert.equal(record.last, log.length)
        assert.ok(log.every(({ number }, at) => number === at + 1))
        const joined = record.members.filter(({ state }) => state === 'joined').map((member) => member.name as string)
        assert.ok(joined.includes(record.maker))
        assert.deepEqual(joined.toSorted(), replay(log))
      }
      // What was pushed is what the log says: nobody heard of an entry that was not made, and each in order.
      for (const peer of peers) {
        const told = heard(peer).map(([number]) => number)
        assert.deepEqual(
          told,
          told.toSorted((x, y) => x - y),
        )
        assert.equal(new Set(told).size, told.length)
      }
    }),
    { numRuns: 60 },
  )
})

/** Who has joined, by the log alone. */
function replay(log: readonly RoomEntry[]): string[] {
  const joined = new Set<string>()
  for (const { kind, name } of log) {
    if (kind === 'made' || kind === 'joined') joined.add(name)
    if (kind === 'left' || kind === 'removed') joined.delete(name)
  }
  return [...joined].toSorted()
}

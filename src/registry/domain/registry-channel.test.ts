// The public channel through the rules: who is told what, who hears that he was heard, and what is refused.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MonotonicMs } from '../../base/index.ts'
import {
  type ChannelRow,
  encodeRegistryRequest,
  protocolMessageBytesMax,
  type RegistryAnswer,
} from '../../protocol/index.ts'
import { defaultRegistryLimits, type SayProblem } from './index.ts'
import { bytesOf, loginOf, type Peer, Testbed, type Unnumbered } from './testbed.test.ts'

const say = (id: number, text = `text ${id}`): Unnumbered => ({ t: 'say', id: bytesOf(id, 16), text })

function saidTo(peer: Peer, id: number, text?: string): Extract<RegistryAnswer, { t: 'said' }> {
  const answer = peer.ask(say(id, text))
  assert.ok(answer.t === 'said', JSON.stringify(answer))
  return answer
}

function rowsOf(peer: Peer, after = 0): ChannelRow[] {
  const rows: ChannelRow[] = []
  for (let more = true; more;) {
    const answer = peer.ask({ t: 'fetchChannel', after: rows.at(-1)?.number ?? after })
    assert.ok(answer.t === 'channelRows' && (answer.rows.length > 0 || !answer.more))
    rows.push(...answer.rows)
    more = answer.more
  }
  return rows
}

const told = (peer: Peer): string[] => peer.pushes('channel').map(({ row }) => `${row.number} ${row.from}: ${row.text}`)
const heardBy = (peer: Peer): [number, string, number][] =>
  peer
    .pushes('channelHeard')
    .flatMap(({ entries }) =>
      entries.map(({ number, names, total }): [number, string, number] => [number, names.join(), total]),
    )

test('a message goes to everybody but its sender’s account, after its commit, and its sender learns to how many', () => {
  const bed = new Testbed()
  const devices = [10, 11]
  const anna = bed.join('Anna', { identity: 1, device: 10, devices })
  const other = bed.join('Anna', { identity: 1, device: 11, devices })
  const ben = bed.join('ben')
  const cara = [30, 31].map((device) => bed.join('cara', { identity: 3, device, devices: [30, 31] }))
  const stranger = bed.connect()
  bed.commitDelayMs = 300
  const q = anna.tell(say(1, 'hi all'))
  bed.run(299)
  assert.deepEqual([told(ben), anna.answersTo(q).length], [[], 0])
  bed.run(20)
  bed.commitDelayMs = 2
  for (const peer of [ben, ...cara]) assert.deepEqual(told(peer), ['1 Anna: hi all'])
  const [answer] = anna.answersTo(q)
  assert.ok(answer?.t === 'said')
  assert.deepEqual([answer.number, answer.online], [1, 2], 'accounts, not devices')
  assert.deepEqual([told(anna), told(other), told(stranger)], [[], [], []])
  assert.equal(answer.at, ben.pushes('channel')[0]?.row.at)
})

test('messages of many at once reach everybody in one order without a gap', () => {
  const bed = new Testbed()
  const peers = Array.from({ length: 20 }, (_, i) => bed.join(`p${i}`))
  for (const id of [1, 2, 3]) for (const peer of peers) peer.tell(say(id))
  bed.run(50)
  const all = rowsOf(peers[0] ?? assert.fail()).map(({ number }) => number)
  assert.deepEqual(
    all,
    all.map((_, i) => i + 1),
  )
  assert.equal(all.length, 60)
  for (const peer of peers) {
    const numbers = peer.pushes('channel').map(({ row }) => row.number)
    assert.equal(numbers.length, 57)
    assert.deepEqual(
      numbers,
      numbers.toSorted((a, b) => a - b),
    )
  }
})

test('79: what is said again after a lost answer has its number, is told once, and stays as it was', () => {
  const bed = new Testbed()
  const anna = bed.join('anna', { identity: 1, device: 10 })
  const ben = bed.join('ben')
  const first = saidTo(anna, 1, 'once')
  assert.deepEqual({ ...saidTo(anna, 1, 'twice'), r: 0 }, { ...first, r: 0 })
  assert.equal(told(ben).length, 1)
  bed.answerDelayMs = 100
  anna.tell(say(2, 'kept'))
  bed.run(50)
  bed.crash()
  bed.answerDelayMs = 1
  const again = bed.join('anna', { identity: 1, device: 10 })
  assert.deepEqual([saidTo(again, 2, 'kept').number, saidTo(again, 3).number], [2, 3])
  assert.deepEqual(
    rowsOf(again).map(({ text }) => text),
    ['once', 'kept', 'text 3'],
  )
})

test('who was away finds at the next login how far the channel went, and reads what was missed', () => {
  const bed = new Testbed()
  const anna = bed.join('anna')
  saidTo(anna, 1)
  const first = bed.connect(20)
  const welcome = first.ask(loginOf('ben', { identity: 2, device: 20 }))
  assert.ok(welcome.t === 'welcome' && welcome.channel === 1)
  first.end('gone')
  assert.equal(saidTo(anna, 2).online, 0)
  saidTo(anna, 3, 'é'.repeat(20_000))
  const back = bed.connect(20)
  const later = back.ask(loginOf('ben', { identity: 2, device: 20 }))
  assert.ok(later.t === 'welcome' && later.channel === 3)
  assert.deepEqual(
    rowsOf(back, welcome.channel).map(({ number, from, text }) => [number, from, text.length]),
    [
      [2, 'anna', 6],
      [3, 'anna', 20_000],
    ],
  )
})

test('the sender hears who has it, once each, gathered, with a total that counts everybody', () => {
  const bed = new Testbed()
  const [anna, ben, cara] = [bed.join('anna'), bed.join('Ben'), bed.join('cara')]
  saidTo(anna, 1)
  saidTo(ben, 2)
  const at = bed.now
  assert.equal(ben.ask({ t: 'heard', upTo: 2 }).t, 'done')
  cara.tell({ t: 'heard', upTo: 2 })
  bed.run(90 - (bed.now - at))
  assert.deepEqual(heardBy(anna), [], 'gathered for 100 ms and more')
  bed.run(60)
  assert.deepEqual(heardBy(anna), [[1, 'Ben,cara', 2]])
  assert.deepEqual(heardBy(ben), [[2, 'cara', 1]], 'nobody hears himself')
  assert.deepEqual([anna.pushes('channelHeard').length, heardBy(cara)], [1, []])
  // Repeated, gone back, and beyond the end: nothing new.
  for (const upTo of [2, 1, 2 ** 53 - 1]) assert.equal(cara.ask({ t: 'heard', upTo }).t, 'done')
  bed.run(1_000)
  assert.equal(anna.pushes('channelHeard').length, 1)
  const dan = bed.join('dan')
  dan.ask({ t: 'heard', upTo: 2 })
  bed.run(1_000)
  assert.equal(heardBy(anna).length, 1, 'what was said before one came is not missed, nor heard')
  saidTo(anna, 3)
  for (const peer of [dan, ben]) peer.ask({ t: 'heard', upTo: 3 })
  anna.end('gone')
  bed.run(1_000)
  assert.equal(heardBy(anna).length, 1, 'who is gone is not told')
})

test('totals go on after the registry was started anew', () => {
  const bed = new Testbed()
  const anna = bed.join('anna', { identity: 1, device: 10 })
  const others = ['b', 'c', 'd'].map((name, i) => bed.join(name, { identity: 20 + i, device: 20 + i }))
  saidTo(anna, 1)
  for (const peer of others.slice(0, 2)) peer.ask({ t: 'heard', upTo: 1 })
  bed.crash()
  const again = bed.join('anna', { identity: 1, device: 10 })
  again.ask({ t: 'heard', upTo: 1 })
  const late = bed.join('d', { identity: 22, device: 22 })
  late.ask({ t: 'heard', upTo: 1 })
  bed.run(1_000)
  assert.deepEqual(heardBy(again), [[1, 'd', 3]])
})

test('1,000 names of one message are not listed: the number tells enough; many messages are told in pages', () => {
  const bed = new Testbed({ limits: { requestsInWorkMax: 100_000 } })
  const anna = bed.join('anna')
  const many = Array.from({ length: 300 }, (_, i) => bed.join(`p${i}`.padEnd(32, 'x')))
  for (let id = 1; id <= 20; id++) saidTo(anna, id)
  const largest = Math.max(...anna.sizes)
  for (const peer of many) peer.tell({ t: 'heard', upTo: 20 })
  bed.run(2_000)
  const pushes = anna.pushes('channelHeard')
  const entries = pushes.flatMap((push) => push.entries)
  assert.equal(entries.length, 20)
  assert.ok(entries.every(({ names, total }) => names.length === 200 && total === 300))
  assert.ok(pushes.length > 1 && pushes.length < 5)
  assert.ok(Math.max(...anna.sizes) <= protocolMessageBytesMax && Math.max(...anna.sizes) > largest)
})

test('the console speaks and listens; nothing of it is refused in silence', () => {
  const bed = new Testbed()
  const [anna, ben] = [bed.join('anna'), bed.join('ben')]
  const outcomes: unknown[] = []
  const done = (_now: MonotonicMs, outcome: { ok: boolean; value?: unknown; error?: SayProblem }): void => {
    outcomes.push(outcome.ok ? outcome.value : outcome.error?.code)
  }
  bed.registry.sayAsRegistry(bed.now, 'coffee is ready', done)
  assert.deepEqual([outcomes, told(anna)], [[], []])
  bed.run(20)
  bed.registry.sayAsRegistry(bed.now, '', done)
  bed.registry.sayAsRegistry(bed.now, 'é'.repeat(40_000), done)
  saidTo(anna, 2, 'coming')
  bed.store.failWith({ code: 'storeFull', detail: 'disk' })
  bed.registry.sayAsRegistry(bed.now, 'lost', done)
  bed.run(20)
  bed.store.failWith(undefined)
  assert.deepEqual(outcomes, [{ number: 1, online: 2 }, 'empty', 'tooLarge', 'storeFull'])
  assert.deepEqual(told(ben), ['1 undefined: coffee is ready', '2 anna: coming'])
  assert.ok(!('from' in (ben.pushes('channel')[0]?.row ?? { from: 1 })))
  const events = bed.events.filter((event) => event.type === 'channel').map(({ from, text }) => [from, text])
  assert.deepEqual(events, [
    [undefined, 'coffee is ready'],
    ['anna', 'coming'],
  ])
  ben.ask({ t: 'heard', upTo: 2 })
  bed.run(1_000)
  assert.deepEqual(heardBy(anna), [[2, 'ben', 1]])
})

test('an empty text and one of more than 64 KiB are refused; one of exactly 64 KiB reaches everybody', () => {
  const bed = new Testbed()
  const [anna, ben] = [bed.join('anna'), bed.join('ben')]
  assert.equal(anna.refusal(say(1, '')), 'badRequest')
  assert.equal(anna.refusal(say(2, `${'é'.repeat(32_768)}x`)), 'tooLarge')
  assert.equal(anna.refusal(say(3, 'x'.repeat(65_537))), 'badRequest')
  assert.equal(saidTo(anna, 4, 'é'.repeat(32_768)).number, 1)
  assert.equal(ben.pushes('channel')[0]?.row.text.length, 32_768)
  assert.equal(rowsOf(ben).length, 1)
})

test('54: fetching after -1, 2^53, "1e9" or NaN is a bad request, and so are such rooms and marks', () => {
  const bed = new Testbed()
  let q = 100
  for (const wrong of [-1, 2 ** 53, '1e9', Number.NaN, 1.5, null]) {
    const peer = bed.join('a', { identity: 1, device: 10 })
    for (const request of [
      { t: 'fetchChannel', after: wrong },
      { t: 'heard', upTo: wrong },
      { t: 'fetchRooms', after: wrong },
      { t: 'fetchRoomLog', room: 1, after: wrong },
      { t: 'fetchRoomLog', room: wrong, after: 0 },
      { t: 'numberMessage', room: wrong, id: bytesOf(1, 16) },
      { t: 'numberMessage', room: 1, id: bytesOf(1, 15) },
    ]) {
      peer.tellBytes(encodeRegistryRequest({ ...request, q: ++q } as never))
      // NaN is no valid message at all, so that not even its number can be read.
      const isWrong = !Object.values(request).some((value) => Number.isNaN(value))
      const codes = peer.answersTo(q).map((answer) => answer.t === 'error' && answer.code)
      assert.deepEqual(codes, isWrong ? [1] : [], JSON.stringify(request))
    }
  }
})

test('a page of the shortest messages with the longest names fits into one answer, and so does one of long ones', () => {
  const rates = { ...defaultRegistryLimits.rates, channel: { perSecond: 1e3, burst: 1e4 } }
  const bed = new Testbed({ limits: { rates, requestsInWorkPerSessionMax: 1_000 } })
  const anna = bed.join('n'.repeat(32))
  for (let id = 1; id <= 250; id++) anna.tell(say(id, 'x'))
  for (let id = 251; id <= 270; id++) anna.tell(say(id, 'y'.repeat(12_000)))
  bed.run(50)
  assert.equal(rowsOf(anna).length, 270)
  const after = rowsOf(anna, 130)
  assert.equal(after.length, 140)
  assert.ok(Math.max(...anna.sizes) <= protocolMessageBytesMax)
})

test('the channel keeps its latest messages, each for a while, and numbers go on', () => {
  const policy = { channelMessagesMax: 3, channelKeepMs: 3 * 3_600_000, expiryMs: 1e9 }
  const bed = new Testbed({ policy })
  const anna = bed.join('anna')
  for (let id = 1; id <= 5; id++) saidTo(anna, id)
  assert.deepEqual(
    rowsOf(anna).map(({ number }) => number),
    [3, 4, 5],
  )
  assert.equal(saidTo(anna, 1).number, 1, 'still not said twice')
  bed.run(2.9 * 3_600_000)
  saidTo(anna, 6)
  bed.run(0.2 * 3_600_000)
  assert.deepEqual(
    rowsOf(anna).map(({ number }) => number),
    [6],
  )
  bed.wallOffsetMs += 10 * 365 * 86_400_000
  bed.run(120_000)
  assert.equal(rowsOf(anna).length, 1, 'a clock that jumps takes nothing')
})

test('1,000 messages of one peer are limited and said so; those that were taken are told once each', () => {
  const bed = new Testbed()
  const [anna, ben] = [bed.join('anna'), bed.join('ben')]
  const asked: number[] = []
  for (let i = 0; i < 20; i++) {
    for (let j = 0; j < 20; j++) asked.push(anna.tell(say(20 * i + j)))
    bed.run(10)
  }
  const answers = asked.map((q) => anna.answersTo(q)[0])
  const taken = answers.filter((answer) => answer?.t === 'said').length
  assert.ok(taken >= 200 && taken < 230, String(taken))
  assert.ok(answers.every((answer) => answer?.t === 'said' || (answer?.t === 'error' && (answer.retryMs ?? 0) > 0)))
  assert.equal(told(ben).length, taken)
})

test('a message to 200 sessions is encoded once: all are sent the same bytes', () => {
  const bed = new Testbed()
  const anna = bed.join('anna')
  const many = Array.from({ length: 200 }, (_, i) => bed.join(`p${i}`))
  const seen = new Set<Uint8Array>()
  for (const peer of many) {
    peer.receive = (bytes) => {
      seen.add(bytes)
      return 'queued'
    }
  }
  bed.run(6_000)
  seen.clear()
  assert.equal(saidTo(anna, 1).online, 200)
  assert.equal(seen.size, 1)
})

test('who does not read is told as soon as it reads, in order', () => {
  const bed = new Testbed()
  const [anna, ben] = [bed.join('anna'), bed.join('ben')]
  ben.isStuck = true
  for (let id = 1; id <= 3; id++) saidTo(anna, id)
  assert.deepEqual(told(ben), [])
  ben.unstick()
  assert.deepEqual(
    ben.pushes('channel').map(({ row }) => row.number),
    [1, 2, 3],
  )
})

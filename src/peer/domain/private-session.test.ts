// The rules of private sessions, with two or three sides and a registry between them that keeps nothing: every transition,
// and the races, by hand.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fail, ok, toHex } from '../../base/index.ts'
import { type AccountName, foldName, type SignalKind } from '../../protocol/index.ts'
import fc from 'fast-check'
import type { PeerEvent } from './peer-event.ts'
import { PrivateSession, type SignalOutcome } from './private-session.ts'

const limits = { chatRequestMs: 60_000, chatRequestsMax: 3, chatAbsenceMs: 10_000 }

interface Letter {
  readonly from: string
  readonly to: string
  readonly kind: SignalKind
  readonly id: Uint8Array
  readonly done?: ((now: number, outcome: SignalOutcome) => void) | undefined
}

function wordsOf(event: PeerEvent): string {
  if (event.type === 'chatRequest') return `asks ${event.from}`
  if (event.type === 'chatRequestOver') return `over ${event.from} ${event.outcome}`
  if (event.type === 'chatRefused') return `refused ${event.name} ${event.outcome}`
  if (event.type === 'chatOpened') return `opened ${event.name}${event.asked ? ' asked' : ''}`
  assert.equal(event.type, 'chatClosed')
  return event.type === 'chatClosed' ? `closed ${event.name} ${event.by}` : ''
}

class Side {
  readonly events: string[] = []
  readonly busy: boolean[] = []
  readonly blocked = new Set<string>()
  readonly rules: PrivateSession
  /** What the registry has taken, and not passed on yet. */
  readonly name: string

  constructor(name: string, post: Letter[], random: () => number) {
    this.name = name
    this.rules = new PrivateSession({
      limits,
      newId: () => Uint8Array.from({ length: 16 }, random),
      signal: (_now, to, kind, id, done) => void post.push({ from: name, to, kind, id, done }),
      setBusy: (_now, isBusy) => void this.busy.push(isBusy),
      isBlocked: (key) => this.blocked.has(key),
      emit: (event) => {
        this.events.push(wordsOf(event))
      },
    })
  }
}

class Stage {
  now = 0
  readonly post: Letter[] = []
  readonly sides = new Map<string, Side>()
  readonly away = new Set<string>()
  #bytes = 0

  side(name: string): Side {
    const side = new Side(name, this.post, () => (this.#bytes = (this.#bytes * 31 + 7) % 251))
    this.sides.set(name, side)
    return side
  }

  /** The registry passes on the first letter that waits; false where none does. */
  step(at = 0): boolean {
    const [letter] = this.post.splice(at, 1)
    if (!letter) return false
    const { from, to, kind, id, done } = letter
    const side = [...this.sides.values()].find((each) => foldName(each.name) === foldName(to))
    if (!side || this.away.has(side.name)) {
      done?.(this.now, fail({ code: side ? 'away' : 'unknownName', details: { name: to } }))
      return true
    }
    done?.(this.now, ok(undefined))
    side.rules.signalled(this.now, { from: from as AccountName, kind, id })
    return true
  }

  settle(): void {
    for (let steps = 0; this.step(); steps++) assert.ok(steps < 1_000, 'signals without an end')
  }

  wait(ms: number): void {
    this.now += ms
    for (const side of this.sides.values()) side.rules.handleTimeout(this.now)
    this.settle()
  }

  request(from: Side, to: string): string[] {
    const codes: string[] = []
    from.rules.request(this.now, to, (_now, outcome) => codes.push(outcome.ok ? 'ok' : outcome.error.code))
    return codes
  }

  answer(side: Side, from: string, isAccepted: boolean): string[] {
    const codes: string[] = []
    side.rules.answer(this.now, from, isAccepted, (_now, outcome) => codes.push(outcome.ok ? 'ok' : outcome.error.code))
    return codes
  }
}

function two(): { stage: Stage; x: Side; y: Side } {
  const stage = new Stage()
  return { stage, x: stage.side('x'), y: stage.side('y') }
}

/** x and y in a session that x asked for. */
function open(): { stage: Stage; x: Side; y: Side } {
  const all = two()
  all.stage.request(all.x, 'y')
  all.stage.settle()
  all.stage.answer(all.y, 'x', true)
  all.stage.settle()
  for (const side of [all.x, all.y]) side.events.length = 0
  return all
}

test('a request is accepted, both are in the session and busy, and one leaves', () => {
  const { stage, x, y } = two()
  const asked = stage.request(x, 'Y')
  stage.settle()
  assert.deepEqual([asked, x.events, y.events], [['ok'], [], ['asks x']])
  const answered = stage.answer(y, 'X', true)
  assert.deepEqual(y.events, ['asks x'], 'nothing is open before the registry passed the word on')
  stage.settle()
  assert.deepEqual(answered, ['ok'])
  assert.deepEqual([x.events, y.events], [['opened y asked'], ['asks x', 'opened x']])
  assert.deepEqual([x.busy, y.busy], [[true], [true]])
  assert.equal(y.rules.partner, 'x')
  assert.equal(y.rules.leave(stage.now), true)
  stage.settle()
  assert.deepEqual([x.events.at(-1), y.events.at(-1)], ['closed y peer', 'closed x self'])
  assert.deepEqual(
    [x.busy, y.busy],
    [
      [true, false],
      [true, false],
    ],
  )
  assert.equal(x.rules.leave(stage.now), false)
})

test('a request is rejected, withdrawn, or nobody answers in time', () => {
  const { stage, x, y } = two()
  stage.request(x, 'y')
  stage.settle()
  assert.deepEqual(stage.answer(y, 'x', false), ['ok'])
  stage.settle()
  assert.deepEqual(x.events, ['refused y rejected'])
  stage.request(x, 'y')
  stage.settle()
  assert.equal(x.rules.withdraw(stage.now), true)
  stage.settle()
  assert.equal(x.events.at(-1), 'refused y withdrawn')
  assert.equal(y.events.at(-1), 'over x withdrawn')
  assert.equal(x.rules.withdraw(stage.now), false)
  assert.deepEqual(stage.answer(y, 'x', true), ['noRequest'])
  stage.request(x, 'y')
  stage.settle()
  stage.wait(59_999)
  assert.equal(x.events.length, 2)
  stage.wait(1)
  assert.equal(x.events.at(-1), 'refused y timedOut')
  assert.ok(y.events.at(-1)?.startsWith('over x '))
  assert.deepEqual(
    [x.rules.pollTimeout(), y.rules.pollTimeout(), stage.answer(y, 'x', true)],
    [undefined, undefined, ['noRequest']],
  )
})

test('whom nobody knows, who is away, and whom we block is not asked', () => {
  const { stage, x, y } = two()
  stage.away.add('y')
  const codes = [stage.request(x, 'y'), stage.request(x, 'nobody')]
  // The second takes the first back, whose outcome is told all the same.
  stage.settle()
  assert.deepEqual(codes, [['ok'], ['unknownName']])
  const again = stage.request(x, 'y')
  stage.settle()
  assert.deepEqual(again, ['away'])
  x.blocked.add('y')
  assert.deepEqual(stage.request(x, 'y'), ['blocked'])
  assert.deepEqual([x.events, y.events, x.rules.pollTimeout()], [['refused y withdrawn'], [], undefined])
})

test('requests that cross open one session on both sides, whatever comes first', () => {
  for (const order of [
    [0, 0],
    [1, 0],
  ]) {
    const { stage, x, y } = two()
    const codes = [stage.request(x, 'y'), stage.request(y, 'x')]
    for (const at of order) stage.step(at)
    stage.settle()
    assert.deepEqual(codes, [['ok'], ['ok']])
    assert.deepEqual([x.events, y.events], [['opened y asked'], ['opened x asked']])
    y.rules.leave(stage.now)
    stage.settle()
    assert.deepEqual([x.events.at(-1), y.events.at(-1)], ['closed y peer', 'closed x self'])
  }
})

test('a request that crosses one that never arrived still opens the session on both sides', () => {
  const { stage, x, y } = two()
  const codes = stage.request(x, 'y')
  stage.away.add('y')
  const lost = stage.post.shift()
  stage.away.clear()
  stage.request(y, 'x')
  stage.settle()
  // The registry's answer to x comes last: by then the session is open.
  lost?.done?.(stage.now, fail({ code: 'away', details: {} }))
  assert.deepEqual([codes, x.events, y.events], [['ok'], ['opened y asked'], ['opened x asked']])
  x.rules.leave(stage.now)
  stage.settle()
  assert.equal(y.events.at(-1), 'closed x peer')
})

test('asking who asks us is accepting', () => {
  const { stage, x, y } = two()
  stage.request(x, 'y')
  stage.settle()
  assert.deepEqual(stage.request(y, 'x'), [])
  stage.settle()
  assert.deepEqual([x.events, y.events], [['opened y asked'], ['asks x', 'opened x']])
})

test('an acceptance that crosses the withdrawal ends on both sides', () => {
  const { stage, x, y } = two()
  stage.request(x, 'y')
  stage.settle()
  x.rules.withdraw(stage.now)
  // The acceptance is at the registry before the withdrawal.
  const codes = stage.answer(y, 'x', true)
  stage.step(1)
  assert.deepEqual([codes, x.events, y.events], [['ok'], ['refused y withdrawn'], ['asks x', 'opened x']])
  stage.settle()
  assert.deepEqual(y.events, ['asks x', 'opened x', 'closed x peer'])
  assert.deepEqual([x.rules.partner, y.rules.partner], [undefined, undefined])
  // And the other way round: the withdrawal comes while the acceptance is under way.
  stage.request(x, 'y')
  stage.settle()
  x.rules.withdraw(stage.now)
  const late = stage.answer(y, 'x', true)
  stage.settle()
  assert.deepEqual([late, y.events.at(-1)], [['noRequest'], 'over x withdrawn'])
  assert.deepEqual([x.rules.partner, y.rules.partner], [undefined, undefined])
  assert.deepEqual(y.busy.at(-1), false)
})

test('who accepts when the other is gone is told so, and stays free', () => {
  const { stage, x, y } = two()
  stage.request(x, 'y')
  stage.settle()
  stage.away.add('x')
  const codes = stage.answer(y, 'x', true)
  stage.settle()
  assert.deepEqual([codes, y.events, y.busy], [['away'], ['asks x', 'over x withdrawn'], []])
})

test('who is in a session, or asks somebody else, is busy', () => {
  const { stage, x, y } = open()
  const z = stage.side('z')
  stage.request(z, 'x')
  stage.settle()
  assert.deepEqual([z.events, x.events], [['refused x busy'], []])
  assert.deepEqual(stage.request(x, 'z'), ['inSession'])
  y.rules.leave(stage.now)
  stage.settle()
  stage.side('w')
  stage.request(x, 'w')
  stage.settle()
  stage.request(z, 'x')
  stage.settle()
  assert.equal(z.events.at(-1), 'refused x busy')
})

test('an open request of theirs cannot be accepted from within a session; accepting takes back the own one', () => {
  const { stage, x, y } = two()
  const z = stage.side('z')
  stage.request(y, 'x')
  stage.request(z, 'x')
  stage.settle()
  stage.side('w')
  stage.request(x, 'w')
  stage.settle()
  stage.answer(x, 'y', true)
  stage.settle()
  assert.deepEqual(x.events, ['asks y', 'asks z', 'refused w withdrawn', 'opened y'])
  assert.deepEqual(stage.answer(x, 'z', true), ['inSession'])
  stage.answer(x, 'z', false)
  stage.settle()
  assert.equal(z.events.at(-1), 'refused x rejected')
})

test('a partner who is gone for good ends it; a short absence does not', () => {
  const { stage, x } = open()
  x.rules.seen(stage.now, 'y', 'away')
  stage.wait(9_999)
  x.rules.seen(stage.now, 'y', 'online')
  stage.wait(20_000)
  assert.deepEqual(x.events, [])
  x.rules.seen(stage.now, 'y', 'away')
  // Said again, it is the same absence.
  stage.wait(5_000)
  x.rules.seen(stage.now, 'y', 'away')
  stage.wait(5_000)
  assert.deepEqual(x.events, ['closed y absence'])
  assert.equal(x.busy.at(-1), false)
})

test('a partner who was restarted has no session any more, and that is found out', () => {
  const { stage, x } = open()
  x.rules.seen(stage.now, 'y', 'away')
  stage.side('y')
  x.rules.seen(stage.now, 'y', 'online')
  stage.settle()
  assert.deepEqual(x.events, ['closed y peer'])
  // And one who asks anew before that is asked about as if nothing were open.
  const again = open()
  const fresh = again.stage.side('y')
  again.stage.request(fresh, 'x')
  again.stage.settle()
  assert.deepEqual(again.x.events, ['closed y peer', 'asks y'])
})

test('after our own reconnection both sides compare what they have', () => {
  const { stage, x, y } = open()
  x.rules.returned(stage.now)
  stage.settle()
  assert.deepEqual([x.events, y.events, x.busy], [[], [], [true, true]])
  // They left while we could not hear it.
  y.rules.leave(stage.now)
  stage.post.length = 0
  x.rules.returned(stage.now)
  stage.settle()
  assert.deepEqual(x.events, ['closed y peer'])
  // An open request is said again, under the same id, and told once.
  stage.request(x, 'y')
  stage.settle()
  x.rules.returned(stage.now)
  stage.settle()
  assert.deepEqual(y.events, ['closed x self', 'asks x'])
})

test('somebody asked who goes away is not waited for', () => {
  const { stage, x } = two()
  stage.request(x, 'y')
  stage.settle()
  x.rules.seen(stage.now, 'y', 'away')
  stage.wait(10_000)
  assert.deepEqual(x.events, ['refused y away'])
})

test('blocked people are answered as rejected, in silence', () => {
  const { stage, x, y } = two()
  y.blocked.add('x')
  stage.request(x, 'y')
  stage.settle()
  assert.deepEqual([x.events, y.events], [['refused y rejected'], []])
  // Blocking ends what is open.
  const other = open()
  other.y.blocked.add('x')
  other.y.rules.endWith(other.stage.now, 'x')
  other.stage.settle()
  assert.deepEqual([other.x.events, other.y.events], [['closed y peer'], ['closed x self']])
})

test('at most so many requests wait, one a person, and more are answered busy', () => {
  const { stage, x } = two()
  const others = ['a', 'b', 'c', 'd'].map((name) => stage.side(name))
  for (const other of others) stage.request(other, 'x')
  stage.settle()
  assert.deepEqual(x.events, ['asks a', 'asks b', 'asks c'])
  assert.deepEqual(others[3]?.events, ['refused x busy'])
  // Again and again from one person is one request.
  const id = Uint8Array.from({ length: 16 }, () => 9)
  for (let i = 0; i < 1_000; i++) {
    id[0] = i & 255
    x.rules.signalled(stage.now, { from: 'a' as AccountName, kind: 'request', id })
  }
  assert.equal(x.events.length, 3)
})

test('ending all ends everything that is open, with an event each', () => {
  const { stage, x, y } = open()
  x.rules.endAll(stage.now)
  stage.settle()
  assert.deepEqual([x.events, y.events], [['closed y self'], ['closed x peer']])
  stage.request(y, 'x')
  stage.settle()
  stage.request(x, 'z')
  x.rules.endAll(stage.now)
  stage.settle()
  assert.deepEqual(x.events.slice(1), ['asks y', 'refused z withdrawn', 'over y withdrawn'])
  assert.equal(y.events.at(-1), 'refused x rejected')
})

test('signals out of the blue change nothing', () => {
  const { stage, x, y } = open()
  const id = Uint8Array.from({ length: 16 }, () => 1)
  for (const kind of ['accept', 'reject', 'busy', 'withdraw', 'leave'] as const) {
    for (const from of ['y', 'z']) x.rules.signalled(stage.now, { from: from as AccountName, kind, id })
  }
  stage.settle()
  assert.deepEqual([x.events, y.events, x.rules.partner], [[], [], 'y'])
  // And such of somebody whose request waits.
  const other = two()
  other.stage.request(other.y, 'x')
  other.stage.settle()
  for (const kind of ['accept', 'reject', 'busy', 'withdraw', 'leave'] as const) {
    other.x.rules.signalled(other.stage.now, { from: 'y' as AccountName, kind, id })
  }
  assert.deepEqual(other.x.events, ['asks y'])
  other.stage.answer(other.x, 'y', true)
  other.stage.settle()
  assert.deepEqual([other.x.rules.partner, other.y.rules.partner], ['y', 'x'])
})

test('whatever three people do in whatever order, all agree in the end, and every request has one end', () => {
  const act = fc.record({
    who: fc.constantFrom('x', 'y', 'z'),
    whom: fc.constantFrom('x', 'y', 'z'),
    what: fc.constantFrom('request', 'accept', 'reject', 'withdraw', 'leave', 'pass', 'pass', 'wait'),
  })
  fc.assert(
    fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
      const stage = new Stage()
      for (const name of ['x', 'y', 'z']) stage.side(name)
      for (const { who, whom, what } of acts) {
        const side = stage.sides.get(who) as Side
        if (what === 'request' && who !== whom) stage.request(side, whom)
        else if (what === 'accept') stage.answer(side, whom, true)
        else if (what === 'reject') stage.answer(side, whom, false)
        else if (what === 'withdraw') side.rules.withdraw(stage.now)
        else if (what === 'leave') side.rules.leave(stage.now)
        else if (what === 'wait') stage.wait(30_000)
        else stage.step()
      }
      stage.settle()
      stage.wait(60_000)
      stage.wait(60_000)
      for (const side of stage.sides.values()) {
        const { partner } = side.rules
        if (partner !== undefined) assert.equal(stage.sides.get(partner)?.rules.partner, side.name)
        assert.equal(side.busy.at(-1) ?? false, partner !== undefined)
        assert.equal(side.rules.pollTimeout(), undefined)
        const count = (word: string): number => side.events.filter((event) => event.startsWith(word)).length
        assert.equal(count('opened') - count('closed'), partner === undefined ? 0 : 1)
        const told = count('asks')
        const over = count('over')
        assert.ok(over <= told, `${over} of ${told} requests over`)
      }
    }),
    { numRuns: 300 },
  )
})

test('ids are the registry’s bytes copied, not views of a buffer that is used again', () => {
  const { stage, x } = two()
  const id = Uint8Array.from({ length: 16 }, (_, at) => at)
  x.rules.signalled(stage.now, { from: 'y' as AccountName, kind: 'request', id })
  const before = toHex(id)
  id.fill(0)
  stage.answer(x, 'y', false)
  assert.equal(toHex(stage.post[0]?.id ?? id), before)
})

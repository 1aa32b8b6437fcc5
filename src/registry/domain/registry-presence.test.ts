// Presence: snapshot, changes, leases, slow readers; and introductions.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sessionCloseCodes } from '../../protocol/index.ts'
import { startDelays } from './handlers/introduction.ts'
import { bytesOf, loginOf, type Peer, Testbed } from './testbed.test.ts'

test('a login gets the table once, in pages, and then changes only, gathered for a moment', () => {
  const bed = new Testbed()
  for (let i = 0; i < 250; i++) bed.join(`p${i}`)
  bed.run(1_000)
  const peer = bed.join('late')
  const snapshot = peer.pushes('presence').filter((push) => push.snapshot)
  assert.deepEqual(
    snapshot.map(({ last, entries }) => [last, entries.length]),
    [
      [false, 200],
      [true, 51],
    ],
  )
  const second = bed.join('second')
  bed.run(1_000)
  assert.equal(second.table.get('second'), true, 'the change that a shared snapshot was too early for follows it')
  const before = peer.pushes('presence').length
  for (let i = 0; i < 20; i++) bed.join(`q${i}`)
  bed.run(1_000)
  const batches = peer.pushes('presence').slice(before)
  assert.ok(batches.length < 10, `20 changes in ${batches.length} batches`)
  assert.ok(batches.every(({ snapshot: isSnapshot }) => !isSnapshot))
  assert.equal(batches.flatMap(({ entries }) => entries).length, 20, 'never the whole table again')
})

test('a snapshot is complete even of one', () => {
  const peer = new Testbed().join('alone')
  const [push] = peer.pushes('presence')
  assert.ok(push?.snapshot && push.last)
  assert.deepEqual(
    push.entries.map(({ name, online }) => [name, online]),
    [['alone', true]],
  )
})

test('a snapshot lists who is on line first, then who was seen last, up to its limit; also after a restart', () => {
  const bed = new Testbed({ limits: { snapshotEntriesMax: 5, awayListedMax: 3 } })
  for (let i = 0; i < 6; i++) {
    bed.join(`gone${i}`, { identity: 50 + i }).end('gone')
    bed.run(1_000)
  }
  bed.join('here')
  const names = (peer: Peer) =>
    peer.pushes('presence').flatMap(({ entries, snapshot }) => (snapshot ? entries.map(({ name }) => name) : []))
  bed.run(1_000)
  assert.deepEqual(names(bed.join('me')), ['here', 'me', 'gone5', 'gone4', 'gone3'])
  bed.run(1_000)
  bed.crash()
  bed.run(1_000)
  assert.deepEqual(names(bed.join('me2')), ['me2', 'me', 'here', 'gone5'])
})

test('who logs out or closes is away at once, who falls silent when the lease is over', () => {
  const bed = new Testbed()
  const watcher = bed.join('watcher')
  const [a, b, c] = [bed.join('a'), bed.join('b'), bed.join('c')]
  bed.run(1_000)
  const online = () => ['a', 'b', 'c'].filter((name) => watcher.table.get(name))
  const live = () => watcher.tell({ t: 'hello' })
  a.ask({ t: 'logout' })
  b.end('gone')
  c.end('silent')
  bed.run(100)
  assert.deepEqual(online(), ['c'])
  for (let i = 0; i < 3; i++) {
    bed.run(60_000)
    live()
  }
  assert.deepEqual(online(), ['c'])
  bed.run(19_500)
  assert.deepEqual(online(), [])
  const last = watcher.pushes('presence').at(-1)?.entries[0]
  assert.ok(last && !last.online)
  assert.ok(Math.abs(last.since - (bed.wallOffsetMs + bed.now - 200_000)) < 2_000, 'since its last life sign')
})

test('a peer that comes back within its lease was never away', () => {
  const bed = new Testbed()
  const watcher = bed.join('watcher')
  bed.join('a', { identity: 1, device: 40 }).end('silent')
  bed.run(5_000)
  bed.join('a', { identity: 1, device: 40 })
  bed.run(5_000)
  const told = watcher.pushes('presence').flatMap(({ entries }) => entries.filter(({ name }) => name === 'a'))
  assert.deepEqual(
    told.map(({ online }) => online),
    [true],
  )
})

test('an account with two devices is on line until both are gone', () => {
  const bed = new Testbed()
  const watcher = bed.join('watcher')
  const phone = bed.join('a', { identity: 1, device: 40, devices: [40, 41] })
  const desk = bed.join('a', { identity: 1, device: 41, devices: [40, 41] })
  phone.end('gone')
  bed.run(1_000)
  assert.equal(watcher.table.get('a'), true)
  desk.end('gone')
  bed.run(1_000)
  assert.equal(watcher.table.get('a'), false)
})

test('a session without a life sign for the expiry is closed; one hello a minute keeps it', () => {
  const bed = new Testbed()
  const silent = bed.join('silent')
  const lively = bed.join('lively')
  for (let i = 0; i < 10; i++) {
    bed.run(60_000)
    lively.tell({ t: 'hello' })
  }
  assert.equal(silent.closeCode, sessionCloseCodes.silent)
  assert.equal(lively.closeCode, undefined)
  assert.equal(lively.table.get('silent'), false)
})

test('S14: presence is never wrong: not on line past the expiry, not away while life signs come each minute', () => {
  const names = ['a', 'b', 'c']
  const step = fc.record({
    waitMs: fc.integer({ min: 0, max: 60_000 }),
    who: fc.nat(names.length - 1),
    what: fc.constantFrom('hello', 'hello', 'hello', 'login', 'login', 'logout', 'gone', 'silent', 'nothing'),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const bed = new Testbed()
      const watcher = bed.join('watcher', { identity: 200, device: 200 })
      const peers: (Peer | undefined)[] = names.map(() => undefined)
      const lifeAt = names.map(() => Number.NEGATIVE_INFINITY)
      const isGone = names.map(() => true)
      const check = (): void => {
        for (const [i, name] of names.entries()) {
          const shown = watcher.table.get(name) ?? false
          const silentMs = bed.now - (lifeAt[i] as number)
          if (silentMs > 200_000 + 100 || (isGone[i] && silentMs > 100))
            assert.equal(shown, false, `${name} past its lease`)
          if (!isGone[i] && silentMs <= 60_000) assert.equal(shown, true, `${name} with life signs`)
        }
      }
      for (const { waitMs, who, what } of steps) {
        for (let left = waitMs; left > 0; left -= 30_000) {
          bed.run(Math.min(left, 30_000))
          watcher.tell({ t: 'hello' })
        }
        const peer = peers[who]
        const isUp = peer !== undefined && peer.closed === undefined
        if (what === 'login' && !isUp) {
          peers[who] = bed.join(names[who] as string, { identity: who + 1, device: who + 1 })
          ;[lifeAt[who], isGone[who]] = [bed.now, false]
        } else if (what === 'hello' && isUp) {
          peer.tell({ t: 'hello' })
          lifeAt[who] = bed.now
        } else if (what === 'logout' && isUp) {
          peer.tell({ t: 'logout' })
          peer.end('gone')
          ;[isGone[who], lifeAt[who]] = [true, bed.now]
        } else if (what === 'gone' && isUp) {
          peer.end('gone')
          ;[isGone[who], lifeAt[who]] = [true, bed.now]
        } else if (what === 'silent' && isUp) {
          peer.end('silent')
        }
        bed.run(110)
        check()
      }
    }),
    { numRuns: 60 },
  )
})

test('who reads slowly gets the present state when it reads again, not every change, and too slow is closed', () => {
  const bed = new Testbed({ limits: { presenceBehindMax: 20 } })
  const slow = bed.join('slow')
  bed.run(1_000)
  slow.isStuck = true
  const flapper = () => bed.join('flapper', { identity: 1, device: 60 })
  for (let i = 0; i < 10; i++) {
    flapper().end('gone')
    bed.run(200)
  }
  flapper()
  bed.run(200)
  const before = slow.pushes('presence').length
  slow.unstick()
  assert.equal(slow.table.get('flapper'), true)
  assert.ok(slow.pushes('presence').length - before <= 2)
  slow.isStuck = true
  for (let i = 0; i < 25; i++) {
    bed.join(`n${i}`)
    bed.run(200)
  }
  assert.equal(slow.closeCode, sessionCloseCodes.tooSlow)
})

test('what is said to a slow reader waits in order, up to a limit', () => {
  const bed = new Testbed({ limits: { outboundMessagesPerSessionMax: 10 } })
  const slow = bed.join('slow')
  bed.run(1_000)
  slow.isStuck = true
  const numbers = Array.from({ length: 8 }, () => slow.tell({ t: 'hello' }))
  bed.run(100)
  slow.unstick()
  assert.deepEqual(
    slow.heard.slice(-8).map((message) => 'r' in message && message.r),
    numbers,
  )
  slow.isStuck = true
  for (let i = 0; i < 12; i++) slow.tell({ t: 'hello' })
  assert.equal(slow.closeCode, sessionCloseCodes.tooSlow)
})

test('an introduction gives each side the other, one secret, and a common start', () => {
  const bed = new Testbed()
  const a = bed.join('a', { identity: 1, device: 11, address: { host: '203.0.113.1', port: 1 } })
  const b = bed.join('b', { identity: 2, device: 12, address: { host: '203.0.113.2', port: 2 } })
  a.rttMs = 20
  b.rttMs = 100
  const own = [{ host: '192.168.1.7', port: 5_000 }]
  const answer = a.ask({ t: 'introduce', to: 'B', addresses: own })
  const [pushed] = b.pushes('introduced')
  assert.ok(answer.t === 'introduction' && pushed)
  assert.deepEqual([answer.name, answer.identity, answer.addresses], ['b', bytesOf(2), [b.address]])
  assert.deepEqual([pushed.name, pushed.identity, pushed.addresses], ['a', bytesOf(1), [a.address]])
  assert.deepEqual(pushed.devices, loginOf('a', { identity: 1, device: 11 }).devices)
  assert.deepEqual(answer.secret, pushed.secret)
  // Word takes 10 ms to a and 50 ms to b: a waits for the difference.
  assert.deepEqual([answer.delayMs, pushed.delayMs], [40, 0])
  assert.deepEqual(startDelays(100, 20), { first: 0, second: 40 })
  assert.deepEqual(startDelays(0, 60_000), { first: 5_000, second: 0 })
})

test('who is away or unknown cannot be introduced, nor a peer to itself', () => {
  const bed = new Testbed()
  bed.join('b').end('gone')
  const a = bed.join('a')
  assert.equal(a.refusal({ t: 'introduce', to: 'b', addresses: [] }), 'away')
  assert.equal(a.refusal({ t: 'introduce', to: 'a', addresses: [] }), 'away')
  assert.equal(a.refusal({ t: 'introduce', to: 'nobody', addresses: [] }), 'unknownName')
})

test('65: own addresses go only to who is on the same site, public ones to nobody', () => {
  const bed = new Testbed()
  const own = [
    { host: '192.168.1.7', port: 5_000 },
    { host: '203.0.113.99', port: 53 },
    { host: '127.0.0.1', port: 5_000 },
  ]
  const at = (host: string, port: number) => ({ address: { host, port }, addresses: own })
  const a = bed.join('a', at('203.0.113.1', 1))
  bed.join('neighbour', at('203.0.113.1', 2))
  bed.join('stranger', at('203.0.113.2', 2))
  const addressesOf = (to: string): unknown => {
    const answer = a.ask({ t: 'introduce', to, addresses: own })
    return answer.t === 'introduction' && answer.addresses
  }
  assert.deepEqual(addressesOf('stranger'), [{ host: '203.0.113.2', port: 2 }])
  assert.deepEqual(addressesOf('neighbour'), [{ host: '203.0.113.1', port: 2 }, own[0]])
})

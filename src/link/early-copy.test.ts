// Early copies: the figures that make chat bearable at 20% loss, and that a clean link does not pay for them.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Block } from './block.ts'
import { ConnectionPair, messageNumber, numberedMessage } from './connection-pair.test.ts'
import { copiedBytesMax, EarlyCopies } from './early-copy.ts'

function smallBlock(length = 70): Block {
  const block = new Block(1_200)
  block.serial = 1
  block.length = length
  return block
}

/** One message each `everyMs` over 100 ms of RTT; answers the delivery times in order and packets sent a message. */
function thinFlow(loss: number, everyMs: number, count: number, seed: number): { times: number[]; packets: number } {
  const pair = new ConnectionPair({ seed, loss, delayMs: 50 })
  const sentAt: number[] = []
  const times: number[] = []
  pair.onMessage = (_side, _stream, bytes) => {
    assert.equal(messageNumber(bytes), times.length)
    times.push(pair.now - sentAt[times.length]!)
  }
  for (let i = 0; i < count; i++) {
    sentAt.push(pair.now)
    assert.equal(pair.a.send(pair.now, 1, numberedMessage(i, 64)), 'queued')
    pair.run(everyMs)
  }
  assert(pair.run(() => times.length === count))
  assert.equal(pair.a.stats().windowExcess, 0)
  return { times: times.toSorted((a, b) => a - b), packets: pair.packets[0]! / count }
}

test('20% loss each way, 100 ms RTT: p99 of delivery under 2.5 RTT at 5 and at 50 messages a second', () => {
  for (const everyMs of [200, 20]) {
    const { times, packets } = thinFlow(0.2, everyMs, 4_000, 11)
    const p99 = times[Math.floor(times.length * 0.99)]!
    assert(p99 < 250, `every ${everyMs} ms: p99 ${p99}`)
    assert(times[Math.floor(times.length / 2)]! < 70)
    assert(packets < 5, `${packets} packets a message`)
  }
})

test('without loss the first messages are covered, later ones travel alone', () => {
  const { times, packets } = thinFlow(0, 50, 1_000, 12)
  assert(times.at(-1)! < 50.001)
  assert(packets < 1.2, `${packets} packets a message`)
})

test('a copy is due after a quarter and after half of the RTT, and never a third', () => {
  const copies = new EarlyCopies()
  const block = smallBlock()
  copies.watch(1_000, block, 100)
  assert.equal(copies.deadline(100), 1_025)
  assert.equal(copies.take(1_024, 100, 1_000), undefined)
  assert.equal(copies.take(1_025, 100, 1_000), block)
  assert.equal(copies.deadline(100), 1_050)
  assert.equal(copies.take(1_050, 100, 1_000), block)
  assert.equal(copies.deadline(100), Number.POSITIVE_INFINITY)
  assert.equal(copies.take(5_000, 100, 1_000), undefined)
})

test('no copy of what is acknowledged, given back, large, or on a short path', () => {
  const copies = new EarlyCopies()
  const acked = smallBlock()
  const given = smallBlock()
  copies.watch(0, acked, 100)
  copies.watch(0, given, 100)
  copies.watch(0, smallBlock(copiedBytesMax + 1), 100)
  copies.watch(0, smallBlock(), 7)
  acked.acked = true
  given.serial = -1
  assert.equal(copies.take(1_000, 100, 1_000), undefined)
})

test('switched off by a clean link, on again by a loss', () => {
  const copies = new EarlyCopies()
  for (let i = 0; i < 300; i++) copies.observe(false)
  assert.equal(copies.active, false)
  copies.observe(true)
  assert.equal(copies.active, true)
})

test('the budget bounds the bytes of copies whatever is asked', () => {
  const copies = new EarlyCopies()
  let bytes = 0
  for (let now = 0; now < 1_000; now++) {
    for (let i = 0; i < 10; i++) copies.watch(now, smallBlock(700), 20)
    for (let block = copies.take(now, 20, 1_000); block !== undefined; block = copies.take(now, 20, 1_000)) {
      bytes += block.length
    }
  }
  assert(bytes > 50_000 && bytes < 32_768 + 65_536 + 700, String(bytes))
})

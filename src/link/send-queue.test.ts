// What leaves next: blocks in order, within limits, each stream in turn; smaller packets recut what waits.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Block } from './block.ts'
import { BlockPool } from './block-pool.ts'
import { defaultTransportLimits } from './connection-config.ts'
import { LinkErrorCode } from './error-code.ts'
import { FrameReader, FrameType } from './frame.ts'
import { ReceiveStream } from './receive-stream.ts'
import { SendQueue } from './send-queue.ts'

function drain(queue: SendQueue, budget = 1_146): Block[] {
  const blocks: Block[] = []
  for (let block = queue.peek(budget); block !== undefined; block = queue.peek(budget)) {
    assert(block.length <= budget)
    queue.take(block)
    block.seal()
    blocks.push(block)
  }
  return blocks
}

function reassemble(blocks: readonly Block[], stream: number): number[][] {
  const receiver = new ReceiveStream(stream, defaultTransportLimits)
  const messages: number[][] = []
  const reader = new FrameReader()
  for (const block of blocks) {
    const packet = block.bytes.slice(0, block.length)
    reader.open(packet)
    assert.equal(reader.next(), FrameType.stream)
    const { offset, start, end } = reader
    const error = receiver.receive(offset, packet, start, end, { deliver: (_s, m) => messages.push([...m]) })
    assert.equal(error, LinkErrorCode.none)
  }
  return messages
}

test('messages of any length come out of the blocks as they went in, and the pool gets all blocks back', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 5_000 }), { maxLength: 20 }),
      fc.integer({ min: 1_000, max: 2_000 }),
      (messages, budget) => {
        const pool = new BlockPool()
        const queue = new SendQueue(pool, defaultTransportLimits)
        for (const message of messages) queue.append(5, message, 1_500)
        const blocks = drain(queue, budget)
        assert.deepEqual(
          reassemble(blocks, 5),
          messages.map((m) => [...m]),
        )
        for (const block of blocks) queue.acknowledge(block)
        assert.equal(queue.heldBytes, 0)
        assert.equal(queue.queuedBytes, 0)
        assert.equal(pool.lent, 0)
      },
    ),
    { numRuns: 200 },
  )
})

test('many small messages share a block', () => {
  const queue = new SendQueue(new BlockPool(), defaultTransportLimits)
  for (let i = 0; i < 170; i++) queue.append(1, new Uint8Array(64), 1_146)
  const blocks = drain(queue)
  assert.equal(blocks.length, 10)
})

test('stream 0 goes first, the others in turn, one block each', () => {
  const queue = new SendQueue(new BlockPool(), defaultTransportLimits)
  queue.append(7, new Uint8Array(4_000), 1_146)
  queue.append(8, new Uint8Array(100), 1_146)
  queue.append(9, new Uint8Array(2_000), 1_146)
  queue.append(0, new Uint8Array(2_000), 1_146)
  assert.deepEqual(
    drain(queue).map((block) => block.stream),
    [0, 0, 7, 8, 9, 7, 9, 7, 7],
  )
})

test('nothing leaves beyond the limit of its stream or of the link; a full stream does not hold up another', () => {
  const limits = { ...defaultTransportLimits, streamWindowBytes: 5_000, linkWindowBytes: 8_000 }
  const queue = new SendQueue(new BlockPool(), limits)
  queue.append(1, new Uint8Array(20_000), 1_146)
  queue.append(2, new Uint8Array(20_000), 1_146)
  const bytes = (blocks: Block[], stream: number): number =>
    blocks.reduce((sum, block) => sum + (block.stream === stream ? block.dataLength : 0), 0)
  const first = drain(queue)
  assert(bytes(first, 1) <= 5_000 && bytes(first, 2) > 0)
  assert(bytes(first, 1) + bytes(first, 2) <= 8_000)
  queue.raiseLinkLimit(100_000)
  const second = drain(queue)
  assert(bytes(first, 1) + bytes(second, 1) <= 5_000)
  queue.raiseStreamLimit(2, 100_000)
  assert.equal(bytes(drain(queue), 2) + bytes(first, 2) + bytes(second, 2), 20_004)
})

test('no stream leaves more blocks unacknowledged than a receiver keeps pieces', () => {
  const limits = { ...defaultTransportLimits, piecesMax: 4 }
  const queue = new SendQueue(new BlockPool(), limits)
  queue.append(1, new Uint8Array(20_000), 1_146)
  const blocks = drain(queue)
  assert.equal(blocks.length, 3)
  queue.acknowledge(blocks[1]!)
  assert.equal(drain(queue).length, 1)
})

test('a lost block is cut anew when packets became smaller, and its parts give the same bytes', () => {
  const pool = new BlockPool()
  const queue = new SendQueue(pool, defaultTransportLimits)
  const message = Uint8Array.from({ length: 9_000 }, (_, i) => i & 255)
  queue.append(3, message, 4_000)
  const large = drain(queue, 4_000)
  assert.equal(large.length, 3)
  for (const block of large) queue.requeue(block)
  const small = drain(queue, 1_146)
  assert(small.length >= 8)
  assert.deepEqual(reassemble(small, 3), [[...message]])
  for (const block of small) queue.acknowledge(block)
  assert.equal(pool.lent, 0)
  assert.equal(queue.heldBytes, 0)
})

test('a block acknowledged while it waits to be sent again does not leave', () => {
  const pool = new BlockPool()
  const queue = new SendQueue(pool, defaultTransportLimits)
  queue.append(3, new Uint8Array(10), 1_146)
  const [block] = drain(queue)
  queue.requeue(block!)
  assert.equal(queue.hasReliable, true)
  queue.acknowledge(block!)
  assert.equal(queue.peek(1_146), undefined)
  assert.equal(queue.hasReliable, false)
  assert.equal(pool.lent, 0)
})

test('datagrams: bounded, and given up when lost', () => {
  const pool = new BlockPool()
  const queue = new SendQueue(pool, { ...defaultTransportLimits, datagramsQueuedMax: 2 })
  assert.equal(queue.appendDatagram(Uint8Array.of(1)), true)
  assert.equal(queue.appendDatagram(Uint8Array.of(2)), true)
  assert.equal(queue.appendDatagram(Uint8Array.of(3)), false)
  for (const block of drain(queue)) queue.requeue(block)
  assert.equal(queue.peek(1_146), undefined)
  assert.equal(pool.lent, 0)
})

test('the pool keeps a bounded number of unused blocks', () => {
  const pool = new BlockPool(3_000)
  const blocks = Array.from({ length: 5 }, () => pool.take(1_000))
  for (const block of blocks) pool.release(block)
  assert.equal(pool.freeBytes, 2_400)
  assert.throws(() => {
    const block = pool.take(1)
    block.queued = true
    pool.release(block)
  }, /in use/)
})

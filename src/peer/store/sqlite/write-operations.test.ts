// What the shortcuts for a burst must not forget: rows that there are after all.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openDatabase } from '../../../disk/sqlite/index.ts'
import type { AccountName } from '../../../protocol/index.ts'
import type { Received } from '../../domain/index.ts'
import { peerMigrations } from '../migrations/index.ts'
import { PeerWriter } from './write-operations.ts'

const message: Received = {
  id: '00'.repeat(16),
  device: new Uint8Array(32),
  from: 'ada' as AccountName,
  counter: 1,
  text: 'hi',
  sentAt: 1,
  receivedAt: 2,
  road: 'direct',
}

for (const isReopened of [false, true]) {
  test(`a message that was held is held no more when it is shown${isReopened ? ', by the next run too' : ''}`, async () => {
    const database = await openDatabase(':memory:', peerMigrations)
    const writer = new PeerWriter(database)
    writer.commit([{ kind: 'held', message }])
    const shower = isReopened ? new PeerWriter(database) : writer
    shower.commit([{ kind: 'received', message, gapBefore: 0 }])
    assert.deepEqual(database.prepare('SELECT counter FROM held').all(), [])
    database.close()
  })
}

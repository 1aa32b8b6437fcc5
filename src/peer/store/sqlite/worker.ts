// The thread that owns the peer's database file. Loaded as a worker, never imported.

import { serveStore } from '../../../disk/sqlite/index.ts'
import type { PeerChange } from '../../domain/index.ts'
import { peerMigrations } from '../migrations/index.ts'
import { readOperations } from './read-operations.ts'
import { PeerWriter } from './write-operations.ts'

void serveStore({
  migrations: peerMigrations,
  operations: (database) => {
    const writer = new PeerWriter(database)
    return {
      ...readOperations(database),
      commit: (changes: readonly PeerChange[]) => writer.commit(changes),
    }
  },
})

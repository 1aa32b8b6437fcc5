// What the thread that owns the peer's database file is asked: each operation of the store over one open database.

import type { StoreService } from '../../../disk/sqlite/index.ts'
import type { PeerChange } from '../../domain/index.ts'
import { peerMigrations } from '../migrations/index.ts'
import { readOperations } from './read-operations.ts'
import { PeerWriter } from './write-operations.ts'

export const peerStoreService: StoreService = {
  migrations: peerMigrations,
  operations: (database) => {
    const writer = new PeerWriter(database)
    return {
      ...readOperations(database),
      commit: (changes: readonly PeerChange[]) => writer.commit(changes),
    }
  },
}

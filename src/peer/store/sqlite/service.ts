// What the thread that owns the peer's database file is asked: each operation of the store over one open database.

import type { StoreService } from '../../../disk/sqlite/index.ts'
import type { PeerChange } from '../../domain/index.ts'
import { peerMigrations } from '../migrations/index.ts'
import { importOperations } from './import-operations.ts'
import { journeyOperations } from './journey-operations.ts'
import { keptOperations } from './kept-operations.ts'
import { readOperations } from './read-operations.ts'
import { searchOperations } from './search-operations.ts'
import { openReaders, talkOperations } from './talk-operations.ts'
import { WordIndex } from './word-index.ts'
import { PeerWriter } from './write-operations.ts'

/** So far behind, the index is filled although others wait: a search should not have to. */
const backlogMax = 2_000

export const peerStoreService: StoreService = {
  migrations: peerMigrations,
  operations: (database) => {
    const writer = new PeerWriter(database)
    const readers = openReaders(database)
    return {
      ...readOperations(database),
      ...keptOperations(database),
      ...talkOperations(database, readers),
      ...searchOperations(database, readers),
      ...journeyOperations(database, readers),
      ...importOperations(database, readers),
      commit: (changes: readonly PeerChange[]) => writer.commit(changes),
    }
  },
  idleWork: (database) => {
    const index = new WordIndex(database)
    return { step: () => index.step(), isPressing: () => index.backlog > backlogMax }
  },
}

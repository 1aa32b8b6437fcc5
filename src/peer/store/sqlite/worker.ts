// The thread that owns the peer's database file. Loaded as a worker, never imported.

import { serveStore } from '../../../disk/sqlite/index.ts'
import { peerStoreService } from './service.ts'

void serveStore(peerStoreService)

// The peer's store without its work in idle moments: what the index costs is the difference to this one.

import { serveStore } from '../../src/disk/sqlite/index.ts'
import { peerStoreService } from '../../src/peer/store/sqlite/index.ts'

const { migrations, operations } = peerStoreService
void serveStore({ migrations, operations })

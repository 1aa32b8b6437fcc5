// The thread that owns the registry's database file. Loaded as a worker, never imported.

import { serveStore } from '../../../disk/sqlite/index.ts'
import { registryStoreService } from './service.ts'

void serveStore(registryStoreService)

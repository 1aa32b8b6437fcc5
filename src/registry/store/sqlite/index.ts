// What runs inside the thread of this store. Never imported by a main thread; tests run it without the thread.

export { registryStoreService } from './service.ts'

// What registry and peer share of the disk: private files, the lock of a folder, and the thread a store runs in.
// What runs inside that thread is in sqlite/ and imported by worker modules only, so that no main thread loads it.

export { FolderLock } from './folder-lock.ts'
export { createPrivateFile, ensurePrivateFolder, readPrivateFile, writePrivateFile } from './private-file.ts'
export type { StoreFailure } from './store-failure.ts'
export { StoreThread, type StoreThreadOptions, workerModule } from './store-thread.ts'

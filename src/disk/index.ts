// What registry and peer share of the disk: private files, the lock of a folder, the thread a store runs in, and logs.
// What runs inside that thread is in sqlite/ and imported by worker modules only, so that no main thread loads it.

export { FolderLock } from './folder-lock.ts'
export { LogFile, type LogFileOptions } from './log-file.ts'
export { formatLogLine, type LogForm } from './log-line.ts'
export { createPrivateFile, ensurePrivateFolder, readPrivateFile, writePrivateFile } from './private-file.ts'
export { RewrittenFile, type RewrittenFileOptions } from './rewritten-file.ts'
export type { StoreFailure } from './store-failure.ts'
export { StoreThread, type StoreThreadOptions, workerModule } from './store-thread.ts'

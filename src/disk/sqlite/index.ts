// What the worker modules of stores use. Never imported by a main thread.

export { kyselyOver, type Migrations, openDatabase } from './database.ts'
export { GroupCommitter, type OnRollback, serveStore, type StoreOperation, type StoreService } from './serve-store.ts'
export { param, prepare, type Statement, type StatementValues } from './statement.ts'

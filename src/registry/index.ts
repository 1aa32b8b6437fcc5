// What other folders may use of registry: the server, the program that the simulator runs, and its store with the
// types of its port.

export type * from './domain/index.ts'
export { LogRing, type LogRingLine } from './log-ring.ts'
export type { MeteredFigures, MeteredSeries, MeteredStore, Readiness } from './registry-meter.ts'
export { RegistryProgram } from './registry-program.ts'
export type { LogLevel, LogStream } from './registry-log.ts'
export { type ChannelMessage, RegistryServer, type RegistryServerOptions } from './registry-server.ts'
export { SqliteStore, sqliteStoreWorker } from './store/sqlite/sqlite-store.ts'

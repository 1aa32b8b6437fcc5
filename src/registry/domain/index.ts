// What the program around the registry's rules may use of them, and what store adapters are written against.

export { commandTable } from './command-table.ts'
export { defaultRegistryLimits, type RegistryLimits } from './limits.ts'
export { Registry, type SessionEnd } from './registry.ts'
export type { RegistryEvent } from './registry-event.ts'
export type { SessionId, SessionPort } from './session.ts'
export type * from './store.ts'

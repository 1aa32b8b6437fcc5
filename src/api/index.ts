// What faces and bin may use of the peer's API, and what the package `parley` is to programs. It loads no schema and
// nothing of the peer until one is opened: a command that attaches to a running peer must start at once. The table of
// verbs with its schemas is rpc/peer-verbs.ts, for those who serve it.

export * from './account-api.ts'
export * from './archive-api.ts'
export type { JsonEvent } from './json-event.ts'
export * from './json-version.ts'
export * from './last-registry.ts'
export * from './open-peer.ts'
export * from './peer-api.ts'
export { productVersion } from './product-version.ts'
export * from './profile-choice.ts'
export * from './registry-api.ts'
export * from './room-api.ts'
export * from './rpc/rpc-session.ts'

// What faces and bin may use of the peer's API.

export * from './account-api.ts'
export * from './json-event.ts'
export * from './open-peer.ts'
export * from './peer-api.ts'
export * from './room-api.ts'

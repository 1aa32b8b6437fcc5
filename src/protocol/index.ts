// What registry and peers say to each other, and the rules about it that need no platform.

export * from './account-name.ts'
export type { CodecError } from './codec.ts'
export * from './device-list.ts'
export * from './error-code.ts'
export * from './invite.ts'
export * from './limits.ts'
export * from './peer-message.ts'
export * from './prekey.ts'
export * from './registry-message.ts'
export * from './session-close-code.ts'

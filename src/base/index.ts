// What every other folder may use of base: no dependencies, no platform.

export * from './address.ts'
export * from './assert.ts'
export * from './base64url.ts'
export * from './bytes.ts'
export * from './clock.ts'
export * from './parley-error.ts'
export * from './random.ts'
export * from './result.ts'
export * from './token-bucket.ts'
export * from './utf8.ts'

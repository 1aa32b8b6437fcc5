// The field types that the message schemas share.

import * as v from 'valibot'
import { type AccountName, accountNameCharactersMax, isAccountName } from './account-name.ts'
import { addressesPerPeerMax, textBytesMax } from './limits.ts'

/** Any byte string; the type leaves open what memory is below it, so that the platform's own byte arrays fit. */
const byteString = v.custom<Uint8Array>((value) => value instanceof Uint8Array)

/** A byte string of exactly `length` bytes. */
export const bytesOf = (length: number) =>
  v.pipe(
    byteString,
    v.check((bytes) => bytes.length === length),
  )

/** A byte string of 1 to `max` bytes. */
export const bytesUpTo = (max: number) =>
  v.pipe(
    byteString,
    v.check((bytes) => bytes.length > 0 && bytes.length <= max),
  )

/** A non-negative integer that a JavaScript number holds exactly. */
export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

/** Wall time in milliseconds, within the years that a `Date` can show. */
export const wallTime = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(8.64e15))

/** A well-formed account name, as sent by a registry or a peer. */
export const accountName = v.pipe(
  v.string(),
  v.maxLength(accountNameCharactersMax),
  v.custom<AccountName>((text) => typeof text === 'string' && isAccountName(text)),
)

/** A name as a person may have typed it: checked by the command, so that the answer can say what is wrong with it. */
export const typedName = v.pipe(v.string(), v.maxLength(256))

export const publicKey = bytesOf(32)
export const signature = bytesOf(64)
/** A message's identity: 128 random bits, the same on every road. */
export const messageId = bytesOf(16)
export const receiptProof = bytesOf(16)

/** Text of a message: any characters, limited in characters here and in bytes by the sender's peer. */
export const text = v.pipe(v.string(), v.maxLength(textBytesMax))

export const address = v.object({
  host: v.pipe(v.string(), v.regex(/^[0-9a-fA-F:.]{2,45}$/)),
  port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)),
})

export const addresses = v.pipe(v.array(address), v.maxLength(addressesPerPeerMax))

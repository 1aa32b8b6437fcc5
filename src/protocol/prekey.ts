// Prekeys: keys that a device leaves at the registry so that others can seal to it while it is away. One-time prekeys are
// handed out once; the last-resort one when none is left. Each is signed by the identity. docs/protocol/peer.md, "Prekeys".

import * as v from 'valibot'
import { concatBytes, encodeUtf8, type Result } from '../base/index.ts'
import { type CodecError, decodeMessage, encodeMessage } from './codec.ts'
import { bytesUpTo, count, publicKey, signature, wallTime } from './field.ts'

export const signedPrekeySchema = v.object({ body: bytesUpTo(256), signature })
export type SignedPrekey = v.InferOutput<typeof signedPrekeySchema>

const prekeySchema = v.object({
  v: v.literal(1),
  /** Number of the prekey, chosen by its device, never used twice by it. */
  id: count,
  key: publicKey,
  /** The link key of the device that holds the secret half. */
  device: publicKey,
  kind: v.picklist(['once', 'last']),
  made: wallTime,
})
export type Prekey = v.InferOutput<typeof prekeySchema>

const label = encodeUtf8('parley/prekey/1\0')

export function encodePrekey(prekey: Prekey): Uint8Array {
  return encodeMessage(prekey)
}

export function decodePrekey(body: Uint8Array): Result<Prekey, CodecError> {
  return decodeMessage(prekeySchema, body, 256)
}

/** What the identity signs. */
export function prekeyStatement(body: Uint8Array): Uint8Array {
  return concatBytes(label, body)
}

// The device list: which link keys speak for an identity, signed by it, numbered so that an older one is never taken for a
// newer. The signed bytes travel as they were signed; nobody re-encodes them. docs/protocol/registry.md, "Device list".

import * as v from 'valibot'
import { concatBytes, encodeUtf8, type Result } from '../base/index.ts'
import { type CodecError, decodeMessage, encodeMessage } from './codec.ts'
import { bytesUpTo, count, publicKey, signature, wallTime } from './field.ts'
import { devicesPerAccountMax } from './limits.ts'

export const signedDeviceListSchema = v.object({ body: bytesUpTo(1024), signature })
export type SignedDeviceList = v.InferOutput<typeof signedDeviceListSchema>

const deviceListSchema = v.object({
  v: v.literal(1),
  identity: publicKey,
  version: count,
  devices: v.pipe(
    v.array(v.object({ key: publicKey, added: wallTime })),
    v.minLength(1),
    v.maxLength(devicesPerAccountMax),
  ),
})
export type DeviceList = v.InferOutput<typeof deviceListSchema>

const label = encodeUtf8('parley/device-list/1\0')

/** The bytes of a device list, to be signed as {@link deviceListStatement} says. */
export function encodeDeviceList(list: DeviceList): Uint8Array {
  return encodeMessage(list)
}

export function decodeDeviceList(body: Uint8Array): Result<DeviceList, CodecError> {
  return decodeMessage(deviceListSchema, body, 1024)
}

/** What the identity signs: a label of its own, so that no other signature of the key can stand for a device list. */
export function deviceListStatement(body: Uint8Array): Uint8Array {
  return concatBytes(label, body)
}

// Ids are hexadecimal in the rules and bytes on the disk.

import { assert, fromHex } from '../../../base/index.ts'

/** The bytes of an id that the rules made; anything else is a bug of ours. */
export function bytesOfHex(id: string): Uint8Array {
  const found = fromHex(id)
  assert(found, 'an id is hexadecimal')
  return found
}

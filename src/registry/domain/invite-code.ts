// Codes that let one new name in: 20 characters of Crockford's base 32 (100 random bits), in groups of five. The registry
// keeps only a hash, so who reads its disk cannot sign up by it. docs/protocol/registry.md, "Invites".

import { concatBytes, encodeUtf8, type Random } from '../../base/index.ts'

/** Digits and capitals without I, L, O, U: none is taken for another. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const characters = 20
const label = encodeUtf8('parley/invite-code/1\0')

export function newInviteCode(random: Random): string {
  const text = [...random.bytes(characters)].map((byte) => alphabet[byte & 31]).join('')
  return (text.match(/.{5}/g) as string[]).join('-')
}

/** What a code's hash is made of: the same for every way to write the code. */
export function inviteCodeBytes(code: string): Uint8Array {
  const plain = code.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1')
  return concatBytes(label, encodeUtf8(plain))
}

// Every label of this folder's key derivations, in one place, so that one key serves one purpose. Each ends in a zero byte and
// none contains another one: no label is the beginning of another, whatever data follows it.
// The link's own labels are in docs/protocol/link.md and begin differently. Implements docs/protocol/crypto.md, "Labels".

import { encodeUtf8 } from '../base/index.ts'

function label(name: string): Uint8Array {
  return encodeUtf8(`parley 1 ${name}\0`)
}

/** The bytes that open the input of each derivation (docs/protocol/crypto.md, "Labels"). */
export const labels = {
  /** Input of a rekey, before the fresh shared secret. */
  rekey: label('rekey'),
  /** Prologue of a sealed box, before its context. */
  sealedBox: label('sealed box'),
  /** Derivation of the receipt key from a sealed box's handshake. */
  receiptKey: label('receipt key'),
  /** Input of a receipt proof, before the statement. */
  receiptProof: label('receipt proof'),
} as const satisfies Record<string, Uint8Array>

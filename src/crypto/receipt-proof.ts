// The proof that a receipt comes from the one who opened the box: only the two sides have its receipt key, so the registry that
// carries the receipt can neither invent nor change one.
// Implements docs/protocol/crypto.md, "Receipt proof".

import { equalBytes } from '../base/index.ts'
import { mac } from './hash.ts'
import { labels } from './labels.ts'

/** Bytes of a proof. */
export const receiptProofBytes = 16

/** The proof of a statement under a box's receipt key: 16 bytes. */
export function receiptProof(receiptKey: Uint8Array, statement: Uint8Array): Uint8Array {
  return mac(receiptKey, labels.receiptProof, statement).slice(0, receiptProofBytes)
}

/** Whether the proof is that of this statement. */
export function verifyReceiptProof(receiptKey: Uint8Array, statement: Uint8Array, proof: Uint8Array): boolean {
  return equalBytes(receiptProof(receiptKey, statement), proof)
}

// Passwords without cryptography, for the simulator and the tests of the rules: messages have the sizes of the real ones
// and are answered by the same rules, in microseconds and without chance. Whoever reads a record knows the password; the
// real adapter is src/registry/password-file.ts.

import { concatBytes, encodeUtf8, equalBytes } from '../src/base/index.ts'
import type { PasswordPort, StartedLogin } from '../src/registry/index.ts'

const sizes = { hello: 96, answer: 320, proof: 64, request: 32, response: 64, record: 192 } as const

export class PretendPasswords implements PasswordPort {
  /** Logins begun, and of these with a record. */
  readonly counts = { started: 0, real: 0 }

  startLogin(name: string, record: Uint8Array | undefined, message: Uint8Array): StartedLogin | undefined {
    if (message.length !== sizes.hello) return undefined
    this.counts.started += 1
    if (record) this.counts.real += 1
    const state = concatBytes(record ? encodeUtf8('real') : encodeUtf8('fake'), message, record ?? new Uint8Array(0))
    return { message: spread(concatBytes(encodeUtf8(name), message), sizes.answer), state }
  }

  finishLogin(state: Uint8Array, proof: Uint8Array): boolean {
    const message = state.subarray(4, 4 + sizes.hello)
    const record = state.subarray(4 + sizes.hello)
    return record.length > 0 && equalBytes(proof, proofOver(record, message))
  }

  registrationResponse(name: string, message: Uint8Array): Uint8Array | undefined {
    return message.length === sizes.request ? spread(concatBytes(encodeUtf8(name), message), sizes.response) : undefined
  }

  isRecord(record: Uint8Array): boolean {
    return record.length === sizes.record
  }
}

/** What the peer's side makes of a password. */
export const pretendClient = {
  /** First message of a login; `fresh` makes it another one. */
  hello: (fresh: number): Uint8Array => spread(Uint8Array.of(fresh & 255, fresh >> 8), sizes.hello),
  proof: (password: string, hello: Uint8Array): Uint8Array => proofOver(pretendClient.record(password), hello),
  recordRequest: (): Uint8Array => new Uint8Array(sizes.request),
  record: (password: string): Uint8Array => spread(encodeUtf8(password), sizes.record),
}

function proofOver(record: Uint8Array, message: Uint8Array): Uint8Array {
  return spread(concatBytes(record, message), sizes.proof)
}

/** So many bytes that depend on all of `seed`; no hash for anything that matters. */
function spread(seed: Uint8Array, length: number): Uint8Array {
  let sum = 0x811c9dc5
  for (const byte of seed) sum = Math.imul(sum ^ byte, 0x01000193) >>> 0
  return Uint8Array.from({ length }, () => {
    sum = (Math.imul(sum, 1_664_525) + 1_013_904_223) >>> 0
    return sum >>> 24
  })
}

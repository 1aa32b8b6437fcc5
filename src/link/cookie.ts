// MAC1, MAC2 and the cookie between them, after WireGuard (docs/protocol/link.md 3.3, 3.4): MAC1 proves that the sender
// knows whom it is talking to, at the price of one hash; MAC2 that it receives at the address it sends from, without any
// state on our side. Invariant: a MAC2 that is not zero is always checked, and a cookie is bound to address and port.

import { concatBytes, encodeUtf8, equalBytes, formatAddress } from '../base/index.ts'
import type { Address, MonotonicMs, Random } from '../base/index.ts'
import { hash, mac, openBytes, sealBytes } from '../crypto/index.ts'
import { mac1At, mac2At } from './handshake-packet.ts'
import { linkLabels } from './link-labels.ts'
import { macBytes, zeros, type CookieDatagram } from './packet.ts'

const nonceBytes = 12
const noBytes = new Uint8Array(0)

/** What MAC1 of a message to the owner of `publicKey` is keyed with; no key: a first contact. */
export function mac1Key(publicKey: Uint8Array | undefined): Uint8Array {
  return hash(linkLabels.mac1, publicKey ?? linkLabels.firstContact)
}

/** Writes MAC1 over everything before the last `trailing` bytes of the message (its MACs). */
export function writeMac1(message: Uint8Array, key: Uint8Array, trailing: number): void {
  const at = message.length - trailing
  message.set(mac(key, message.subarray(0, at)).subarray(0, macBytes), at)
}

export function checkMac1(message: Uint8Array, key: Uint8Array, trailing: number): boolean {
  const at = message.length - trailing
  return equalBytes(mac(key, message.subarray(0, at)).subarray(0, macBytes), message.subarray(at, at + macBytes))
}

/** Writes MAC2 of a first message from its cookie; without a cookie it stays zero. */
export function writeMac2(message: Uint8Array, cookie: Uint8Array | undefined): void {
  if (cookie === undefined) message.fill(0, mac2At)
  else message.set(mac(cookie, message.subarray(0, mac2At)).subarray(0, macBytes), mac2At)
}

/** The responder's side: makes cookies and knows them again, from one secret and no state. */
export class CookieBaker {
  readonly #random: Random
  readonly #lifeMs: number
  #secret: Uint8Array | undefined
  #madeAt: MonotonicMs = 0

  constructor(random: Random, lifeMs: number) {
    this.#random = random
    this.#lifeMs = lifeMs
  }

  /** What MAC2 of a first message with a good MAC1 says. */
  check(now: MonotonicMs, from: Address, message: Uint8Array): 'absent' | 'right' | 'wrong' {
    if (zeros(message, mac2At, message.length)) return 'absent'
    const cookie = this.#cookie(now, from)
    const expected = mac(cookie, message.subarray(0, mac2At)).subarray(0, macBytes)
    return equalBytes(expected, message.subarray(mac2At)) ? 'right' : 'wrong'
  }

  /** The answer that hands the sender at `from` its cookie, readable only to who sent this very message. */
  answer(now: MonotonicMs, from: Address, message: Uint8Array, receiver: Uint8Array, key: Uint8Array): CookieDatagram {
    const nonce = this.#random.bytes(nonceBytes)
    const sealed = sealBytes(cookieKey(key, message), nonce, noBytes, this.#cookie(now, from))
    return { receiver, nonce, sealed }
  }

  #cookie(now: MonotonicMs, from: Address): Uint8Array {
    if (this.#secret === undefined || now - this.#madeAt >= this.#lifeMs) {
      this.#secret = this.#random.bytes(32)
      this.#madeAt = now
    }
    return mac(this.#secret, linkLabels.cookie, encodeUtf8(formatAddress(from))).subarray(0, macBytes)
  }
}

/** The initiator's side: the cookie, or undefined where the answer was not made for `message`. */
export function openCookie(answer: CookieDatagram, message: Uint8Array, key: Uint8Array): Uint8Array | undefined {
  return openBytes(cookieKey(key, message), answer.nonce, noBytes, answer.sealed)
}

/** One key per message, so that a nonce can never meet its like, and an answer never another message. */
function cookieKey(macKey: Uint8Array, message: Uint8Array): Uint8Array {
  return hash(concatBytes(linkLabels.cookieKey, macKey, message.subarray(mac1At, mac2At)))
}

// Noise's HandshakeState: runs any row of the pattern table. A message that is refused changes nothing, so that a forged one
// cannot spoil a handshake that waits for the true one. Keys of small order are refused when they are read, so that writing
// never fails on the other side's account.
// Implements Noise revision 34 section 5.3 and docs/protocol/crypto.md, "Patterns".

import { assert, concatBytes, fail, ok, unreachable } from '../base/index.ts'
import type { Random, Result } from '../base/index.ts'
import { tagBytes } from './aead.ts'
import type { LinkKeys } from './epoch-keys.ts'
import { handshakePattern } from './handshake-pattern.ts'
import type { HandshakeName, HandshakePattern, Token } from './handshake-pattern.ts'
import type { HashName } from './hash.ts'
import { LinkKeyPair, isUsableLinkKey } from './link-key-pair.ts'
import { keyBytes } from './platform-keys.ts'
import { SymmetricState } from './symmetric-state.ts'

/** Bytes of a Noise message at most (section 3). */
export const noiseMessageBytesMax = 65_535

/** Why a message was refused: too short, too long, not by the other side of this conversation, or with a useless key. */
export type NoiseError = 'truncated' | 'tooLong' | 'unreadable' | 'lowOrder'

export interface NoiseOptions {
  readonly pattern: HandshakeName
  readonly initiator: boolean
  /** What both sides must have agreed on before; it is not sent. */
  readonly prologue: Uint8Array
  /** Our own key, where the pattern has one. */
  readonly staticKey?: LinkKeyPair | undefined
  /** The other's key where the pattern knows it beforehand: usable (see isUsableLinkKey), which the caller has checked. */
  readonly remoteStatic?: Uint8Array | undefined
  /** 32 bytes for every psk modifier, in order of use. */
  readonly psks?: readonly Uint8Array[] | undefined
  /** For tests: the ephemeral key to use. */
  readonly ephemeral?: LinkKeyPair | undefined
  readonly random: Random
  /** BLAKE2s where absent. */
  readonly hash?: HashName | undefined
}

type Refusal = { readonly ok: false; readonly error: NoiseError }

export class NoiseHandshake {
  readonly #pattern: HandshakePattern
  readonly #initiator: boolean
  readonly #random: Random
  readonly #staticKey: LinkKeyPair | undefined
  readonly #symmetric: SymmetricState
  readonly #psks: readonly Uint8Array[]
  #ephemeral: LinkKeyPair | undefined
  #remoteStatic: Uint8Array | undefined
  #remoteEphemeral: Uint8Array | undefined
  #messageIndex = 0
  #pskIndex = 0
  #isSplit = false

  constructor(options: NoiseOptions) {
    const { pattern: name, initiator, prologue, staticKey, remoteStatic, hash = 'BLAKE2s' } = options
    const pattern = handshakePattern(name)
    this.#pattern = pattern
    this.#initiator = initiator
    this.#random = options.random
    this.#staticKey = staticKey
    this.#remoteStatic = remoteStatic?.slice()
    this.#ephemeral = options.ephemeral
    this.#psks = (options.psks ?? []).map((psk) => psk.slice())
    assert(this.#psks.length === pattern.pskCount, 'the pattern has as many psks')
    assert(
      this.#psks.every((psk) => psk.length === keyBytes),
      'a psk has 32 bytes',
    )
    assert(remoteStatic === undefined || isUsableLinkKey(remoteStatic), 'the remote static key was checked')
    this.#symmetric = new SymmetricState(`Noise_${name}_25519_ChaChaPoly_${hash}`, hash)
    this.#symmetric.mixHash(prologue)
    if (pattern.initiatorKnown) this.#symmetric.mixHash(initiator ? this.#ownStatic().publicKey : this.#theirStatic())
    if (pattern.responderKnown) this.#symmetric.mixHash(initiator ? this.#theirStatic() : this.#ownStatic().publicKey)
  }

  /** Whether all messages went, so that {@link split} may be called. */
  get finished(): boolean {
    return this.#messageIndex === this.#pattern.messages.length
  }

  /** Whether the next message is ours to write. */
  get writesNext(): boolean {
    return !this.finished && (this.#messageIndex % 2 === 0) === this.#initiator
  }

  /** The other side's static key, once known; proved only by the pattern's later messages. */
  get remoteStatic(): Uint8Array | undefined {
    return this.#remoteStatic?.slice()
  }

  /** The hash of the whole handshake: the same 32 bytes on both sides and in no other handshake. */
  get handshakeHash(): Uint8Array {
    return this.#symmetric.hash
  }

  /** The next message of the pattern. Only when it is our turn. */
  writeMessage(payload: Uint8Array): Uint8Array {
    assert(this.writesNext, 'it is our turn to write')
    const parts: Uint8Array[] = []
    for (const token of this.#tokens()) this.#writeToken(token, parts)
    parts.push(this.#symmetric.encryptAndHash(payload))
    const message = concatBytes(...parts)
    assert(message.length <= noiseMessageBytesMax, 'a Noise message has at most 65,535 bytes')
    this.#messageIndex++
    return message
  }

  /** The payload of the other side's next message. Only when it is their turn. A refusal leaves everything as it was. */
  readMessage(bytes: Uint8Array): Result<Uint8Array, NoiseError> {
    assert(!this.finished && !this.writesNext, 'it is their turn to write')
    if (bytes.length > noiseMessageBytesMax) return fail('tooLong')
    const before = [this.#remoteStatic, this.#remoteEphemeral, this.#pskIndex] as const
    this.#symmetric.save()
    const read = this.#read(bytes)
    if (read.ok) {
      this.#symmetric.commit()
      this.#messageIndex++
    } else {
      this.#symmetric.restore()
      ;[this.#remoteStatic, this.#remoteEphemeral, this.#pskIndex] = before
    }
    return read
  }

  /** The keys of the link; once, after the last message. Everything secret of the handshake is erased. */
  split(): LinkKeys {
    assert(this.finished && !this.#isSplit, 'a handshake is split once, at its end')
    this.#isSplit = true
    const [first, second, chainingKey] = this.#symmetric.split()
    this.#ephemeral?.erase()
    for (const psk of this.#psks) psk.fill(0)
    return this.#initiator
      ? { send: first, receive: second, chainingKey }
      : { send: second, receive: first, chainingKey }
  }

  #tokens(): readonly Token[] {
    return this.#pattern.messages[this.#messageIndex] as readonly Token[]
  }

  #writeToken(token: Token, parts: Uint8Array[]): void {
    switch (token) {
      case 'e': {
        this.#ephemeral ??= LinkKeyPair.generate(this.#random)
        parts.push(this.#ephemeral.publicKey)
        this.#mixEphemeral(this.#ephemeral.publicKey)
        break
      }
      case 's':
        parts.push(this.#symmetric.encryptAndHash(this.#ownStatic().publicKey))
        break
      case 'psk':
        this.#mixPsk()
        break
      case 'ee':
      case 'es':
      case 'se':
      case 'ss':
        assert(this.#mixAgreement(token), 'useless keys were refused when they came')
        break
      default:
        unreachable(token)
    }
  }

  #read(bytes: Uint8Array): Result<Uint8Array, NoiseError> {
    let rest = bytes
    for (const token of this.#tokens()) {
      const taken = this.#readToken(token, rest)
      if (typeof taken !== 'number') return taken
      rest = rest.subarray(taken)
    }
    if (this.#symmetric.hasKey && rest.length < tagBytes) return fail('truncated')
    const payload = this.#symmetric.decryptAndHash(rest)
    return payload === undefined ? fail('unreadable') : ok(payload)
  }

  // How many bytes the token took, or why the message is refused.
  #readToken(token: Token, rest: Uint8Array): number | Refusal {
    switch (token) {
      case 'e': {
        if (rest.length < keyBytes) return fail('truncated')
        const key = rest.slice(0, keyBytes)
        if (!isUsableLinkKey(key)) return fail('lowOrder')
        this.#remoteEphemeral = key
        this.#mixEphemeral(key)
        return keyBytes
      }
      case 's': {
        const length = keyBytes + (this.#symmetric.hasKey ? tagBytes : 0)
        if (rest.length < length) return fail('truncated')
        const key = this.#symmetric.decryptAndHash(rest.subarray(0, length))
        if (key === undefined) return fail('unreadable')
        if (!isUsableLinkKey(key)) return fail('lowOrder')
        this.#remoteStatic = key
        return length
      }
      case 'psk':
        this.#mixPsk()
        return 0
      case 'ee':
      case 'es':
      case 'se':
      case 'ss':
        return this.#mixAgreement(token) ? 0 : fail('lowOrder')
      default:
        return unreachable(token)
    }
  }

  #mixEphemeral(publicKey: Uint8Array): void {
    this.#symmetric.mixHash(publicKey)
    if (this.#pattern.pskCount > 0) this.#symmetric.mixKey(publicKey)
  }

  #mixPsk(): void {
    const psk = this.#psks[this.#pskIndex++]
    assert(psk !== undefined, 'every psk of the pattern was given')
    this.#symmetric.mixKeyAndHash(psk)
  }

  #mixAgreement(token: 'ee' | 'es' | 'se' | 'ss'): boolean {
    const ours = token[this.#initiator ? 0 : 1] === 'e' ? this.#ephemeral : this.#ownStatic()
    const theirs = token[this.#initiator ? 1 : 0] === 'e' ? this.#remoteEphemeral : this.#theirStatic()
    assert(ours !== undefined && theirs !== undefined, 'the pattern sent the ephemeral keys before')
    const secret = ours.agree(theirs)
    if (!secret.ok) return false
    this.#symmetric.mixKey(secret.value)
    secret.value.fill(0)
    return true
  }

  #ownStatic(): LinkKeyPair {
    assert(this.#staticKey !== undefined, 'the pattern needs our static key')
    return this.#staticKey
  }

  #theirStatic(): Uint8Array {
    assert(this.#remoteStatic !== undefined, 'the pattern knows their static key by now')
    return this.#remoteStatic
  }
}

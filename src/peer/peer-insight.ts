// What a face that comes later must know, and what is known of a person: asked of the rules when it is wanted, and what
// only events tell is remembered from them.

import { ok } from '../base/index.ts'
import { fingerprint } from '../crypto/index.ts'
import type { AccountMode } from '../protocol/index.ts'
import type { PeerEvent, PeerProgram, Reason, RegistryState } from './domain/index.ts'
import type { Peer } from './peer.ts'

/** A key as people compare it. */
export interface KeyText {
  /** Eight groups of four letters. */
  readonly fingerprint: string
  /** The same as twelve words. */
  readonly words: readonly string[]
}

export interface PeerFacts {
  readonly name: string
  readonly key: KeyText
  readonly registry: string
  readonly invite: string
  readonly registryName?: string
  readonly port: number
  readonly state: RegistryState
  readonly reason?: Reason
  readonly accounts?: AccountMode
  /** Own messages that wait for their end. */
  readonly waiting: number
  readonly requests: readonly string[]
  readonly asked?: string
  readonly session?: string
  readonly changedIdentities: readonly { readonly name: string; readonly pinned: string; readonly offered: string }[]
}

export interface PersonFacts {
  readonly name: string
  readonly key: KeyText
  readonly offered?: KeyText
  readonly rttMs?: number
}

export class PeerInsight {
  readonly #peer: Pick<Peer, 'command' | 'name' | 'registry' | 'invite' | 'port' | 'accountMode'>
  readonly #identity: Uint8Array
  #registryName: string | undefined
  #reason: Reason | undefined

  constructor(
    peer: Pick<Peer, 'command' | 'name' | 'registry' | 'invite' | 'port' | 'accountMode'>,
    identity: Uint8Array,
  ) {
    this.#peer = peer
    this.#identity = identity
  }

  hear(event: PeerEvent): void {
    if (event.type === 'loggedIn') this.#registryName = event.registry
    if (event.type === 'registry') this.#reason = event.reason
  }

  async status(): Promise<PeerFacts> {
    const { name, registry, invite, port, accountMode } = this.#peer
    const key = await keyText(this.#identity)
    const asked = await this.#ask((program) => ({
      state: program.registryState,
      waiting: program.waiting,
      session: program.sessionState,
      changed: program.changedContacts(),
    }))
    const { partner, asked: whom, askers } = asked.session
    return {
      name,
      key,
      registry,
      invite,
      port,
      state: asked.state,
      waiting: asked.waiting,
      requests: askers,
      changedIdentities: asked.changed.map(({ name: changed, identity, offered = identity }) => ({
        name: changed,
        pinned: fingerprint(identity),
        offered: fingerprint(offered),
      })),
      ...(this.#registryName !== undefined && { registryName: this.#registryName }),
      ...(this.#reason && { reason: this.#reason }),
      ...(accountMode && { accounts: accountMode }),
      ...(whom !== undefined && { asked: whom }),
      ...(partner !== undefined && { session: partner }),
    }
  }

  /** Undefined where nobody of this name was met. */
  async person(name: string): Promise<PersonFacts | undefined> {
    const facts = await this.#ask((program) => program.contactFacts(name))
    if (!facts) return undefined
    const { identity, offered, rttMs } = facts
    return {
      name: facts.name,
      key: await keyText(identity),
      ...(offered && { offered: await keyText(offered) }),
      ...(rttMs !== undefined && { rttMs }),
    }
  }

  #ask<T>(look: (program: PeerProgram) => T): Promise<T> {
    return this.#peer.command<T>((program, _now, done) => done(ok(look(program))))
  }
}

/** The words come from a long list, which is loaded when somebody looks at a key. */
async function keyText(key: Uint8Array): Promise<KeyText> {
  const { keyWords } = await import('../crypto/key-words.ts')
  return { fingerprint: fingerprint(key), words: keyWords(key) }
}

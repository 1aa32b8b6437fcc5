// Own prekeys: secrets here, public halves at the registry, so that others can seal to us while we are away. Invariants: a
// secret is committed before its public half is shown to anybody; a number is never used twice; a used one-time secret
// is erased after a grace, so that a seized disk opens nothing that was collected (forward secrecy).
// docs/protocol/peer.md, "Prekeys".

import type { Random, WallMs } from '../../base/index.ts'
import { type IdentityKeyPair, LinkKeyPair } from '../../crypto/index.ts'
import { encodePrekey, prekeysPerUploadMax, prekeyStatement, type SignedPrekey } from '../../protocol/index.ts'
import type { PeerLimits } from './peer-limits.ts'
import type { PeerChange, PeerState, StoredPrekey } from './peer-store.ts'

export interface PrekeyPoolOptions {
  readonly identity: IdentityKeyPair
  /** Own link key, the device that the prekeys belong to. */
  readonly device: Uint8Array
  readonly random: Random
  readonly limits: PeerLimits
}

export interface PrekeyBatch {
  /** To be committed first … */
  readonly changes: readonly PeerChange[]
  /** … and then uploaded. */
  readonly prekeys: readonly SignedPrekey[]
}

export class PrekeyPool {
  readonly #options: PrekeyPoolOptions
  readonly #prekeys = new Map<number, StoredPrekey>()
  #nextId: number

  constructor(options: PrekeyPoolOptions, state: Pick<PeerState, 'prekeys' | 'nextPrekey'>) {
    this.#options = options
    this.#nextId = state.nextPrekey
    for (const prekey of state.prekeys) this.#prekeys.set(prekey.id, prekey)
  }

  /** What to add at the registry, which has `once` one-time prekeys left and maybe a last-resort one. */
  replenish(at: WallMs, left: { readonly once: number; readonly hasLast: boolean }): PrekeyBatch {
    const { limits } = this.#options
    // A store that was lost and begun anew must not give numbers again that the registry has seen: time has gone on
    // faster than numbers were used.
    if (this.#prekeys.size === 0) this.#nextId = Math.max(this.#nextId, Math.floor(at))
    const made: StoredPrekey[] = []
    const current = this.#currentLast()
    if (!left.hasLast || !current || Math.abs(at - current.made) >= limits.lastResortMs) {
      made.push(this.#make('last', at))
    }
    const count = left.once < limits.prekeyRefillUnder ? limits.prekeyPool - left.once : 0
    const room = prekeysPerUploadMax - made.length
    for (let i = 0; i < Math.min(count, room); i++) made.push(this.#make('once', at))
    const changes: PeerChange[] = made.map((prekey) => ({ kind: 'prekey', prekey }))
    if (made[0]?.kind === 'last' && current) changes.push(this.#markUsed(current, at))
    return { changes, prekeys: made.map((prekey) => this.#sign(prekey)) }
  }

  /** Whether the last-resort prekey has served its time. */
  isLastResortDue(at: WallMs): boolean {
    const current = this.#currentLast()
    return !current || Math.abs(at - current.made) >= this.#options.limits.lastResortMs
  }

  /** The pair behind a number, while it lives. */
  pair(id: number): LinkKeyPair | undefined {
    const prekey = this.#prekeys.get(id)
    return prekey && LinkKeyPair.fromSecret(prekey.secret)
  }

  /** Mail under a prekey is stored: a one-time one has done its work. */
  use(id: number, at: WallMs): readonly PeerChange[] {
    const prekey = this.#prekeys.get(id)
    return prekey?.kind === 'once' && prekey.used === undefined ? [this.#markUsed(prekey, at)] : []
  }

  /** Erases what is past its grace, and the oldest of too many. */
  erase(at: WallMs): readonly PeerChange[] {
    const { usedPrekeyMs, oldLastResortMs, prekeySecretsMax } = this.#options.limits
    const surplus = this.#prekeys.size - prekeySecretsMax
    const oldest = [...this.#prekeys.values()].filter((prekey) => prekey.kind === 'once').slice(0, Math.max(0, surplus))
    const over = [...this.#prekeys.values()].filter(
      ({ kind, used }) => used !== undefined && at - used >= (kind === 'once' ? usedPrekeyMs : oldLastResortMs),
    )
    return [...new Set([...oldest, ...over])].map(({ id, secret }) => {
      secret.fill(0)
      this.#prekeys.delete(id)
      return { kind: 'prekeyErased', id }
    })
  }

  #currentLast(): StoredPrekey | undefined {
    return [...this.#prekeys.values()].findLast((prekey) => prekey.kind === 'last' && prekey.used === undefined)
  }

  #make(kind: StoredPrekey['kind'], made: WallMs): StoredPrekey {
    const prekey = { id: this.#nextId++, kind, secret: this.#options.random.bytes(32), made }
    this.#prekeys.set(prekey.id, prekey)
    return prekey
  }

  #markUsed(prekey: StoredPrekey, used: WallMs): PeerChange {
    const marked = { ...prekey, used }
    this.#prekeys.set(prekey.id, marked)
    return { kind: 'prekey', prekey: marked }
  }

  #sign({ id, kind, secret, made }: StoredPrekey): SignedPrekey {
    const { identity, device } = this.#options
    const key = LinkKeyPair.fromSecret(secret).publicKey
    const body = encodePrekey({ v: 1, id, key, device, kind, made })
    return { body, signature: identity.sign(prekeyStatement(body)) }
  }
}

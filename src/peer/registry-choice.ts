// Which registry a peer talks to, and where it is: the one that was named, or the last one; the pinned key before any
// other. Host names are looked up again whenever the registry cannot be reached.

import { type Address, equalBytes, ParleyError } from '../base/index.ts'
import { resolveHost } from '../net/index.ts'
import { parseRegistryTarget, type RegistryTarget } from '../protocol/index.ts'
import type { KnownRegistries } from './known-registries.ts'

/** An IPv4 or IPv6 literal, as `parseRegistryTarget` lets them through. */
const literalShape = /^[0-9.]+$|:/

export interface RegistryChoice {
  readonly target: RegistryTarget
  /** The key that it must have, where one is known. */
  readonly key: Uint8Array | undefined
  /** The key that the invite gives, where another one is pinned. */
  readonly otherKey: Uint8Array | undefined
}

/** @throws ParleyError `noRegistry`, or `badRegistry` with `registry` and `problem`. */
export function chooseRegistry(text: string | undefined, known: KnownRegistries): RegistryChoice {
  const target = text === undefined ? known.last : readTarget(text)
  if (!target) throw new ParleyError('noRegistry')
  const pinned = known.keyOf(target)
  const isOther = pinned !== undefined && target.key !== undefined && !equalBytes(pinned, target.key)
  return { target, key: pinned ?? target.key, otherKey: isOther ? target.key : undefined }
}

function readTarget(text: string): RegistryTarget {
  const target = parseRegistryTarget(text)
  if (target.ok) return target.value
  throw new ParleyError('badRegistry', { details: { registry: text, problem: target.error } })
}

/** Turns the registry's host into addresses, one question at a time. */
export class RegistryFinder {
  readonly #target: RegistryTarget
  readonly #onFound: (addresses: readonly Address[]) => void
  #isAsking = false

  constructor(target: RegistryTarget, onFound: (addresses: readonly Address[]) => void) {
    this.#target = target
    this.#onFound = onFound
  }

  /** The address where the host is a literal; otherwise none yet. */
  get literal(): readonly Address[] {
    const { host, port } = this.#target
    return literalShape.test(host) ? [{ host, port }] : []
  }

  /** Asks the system, where there is something to ask; a name that has no address now may have one later. */
  find(): void {
    const { host, port } = this.#target
    if (literalShape.test(host) || this.#isAsking) return
    this.#isAsking = true
    resolveHost(host, port).then(
      (addresses) => {
        this.#isAsking = false
        this.#onFound(addresses)
      },
      () => {
        this.#isAsking = false
      },
    )
  }
}

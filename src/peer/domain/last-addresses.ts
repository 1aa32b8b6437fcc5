// Where each contact was reached last, so that people who met find each other while the registry is down. An address says
// nothing about who is there: whoever is dialled proves the pinned key, or gets no word of ours.
// docs/protocol/peer.md, "Dialling without a registry".

import type { Address, MonotonicMs } from '../../base/index.ts'
import type { Journal } from './journal.ts'

export interface LastAddressesOptions {
  readonly journal: Pick<Journal, 'note'>
}

export class LastAddresses {
  readonly #journal: LastAddressesOptions['journal']
  readonly #addresses: Map<string, Address>

  constructor({ journal }: LastAddressesOptions, stored: readonly { to: string; address: Address }[]) {
    this.#journal = journal
    this.#addresses = new Map(stored.map(({ to, address }) => [to, address]))
  }

  /** Where the contact (folded name) was reached last. */
  get(key: string): Address | undefined {
    return this.#addresses.get(key)
  }

  /** The contact proved to be there. */
  reached(now: MonotonicMs, key: string, { host, port }: Address): void {
    const known = this.#addresses.get(key)
    if (known?.host === host && known.port === port) return
    const address = { host, port }
    this.#addresses.set(key, address)
    // Lost with a crash, it costs the way through the registry.
    this.#journal.note(now, [{ kind: 'address', to: key, address }])
  }
}

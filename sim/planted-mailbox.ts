// Bugs planted in the registry's store, by stores that are wrong in one thing each. The campaign must find every one.

import { toHex } from '../src/base/index.ts'
import { foldName } from '../src/protocol/index.ts'
import type {
  Collection,
  CollectionOutcome,
  Deposit,
  DepositOutcome,
  Done,
  MailRow,
  Page,
  PageQuery,
} from '../src/registry/index.ts'
import type { PlantedBug } from './plant.ts'
import { MemoryRegistryStore, type MemoryStoreOptions } from './store/registry-store.ts'

/** A store in which rows can be lost without anybody being told. */
class LeakyStore extends MemoryRegistryStore {
  protected readonly lost = new Set<string>()

  override mailIds() {
    return super.mailIds().filter(({ recipient, id }) => !this.lost.has(`${recipient} ${id}`))
  }

  override fetchMail(query: PageQuery, done: Done<Page<MailRow>>): void {
    super.fetchMail(query, (now, outcome) => {
      if (!outcome.ok) return done(now, outcome)
      const rows = outcome.value.rows.filter(({ id }) => !this.lost.has(`${query.account} ${toHex(id)}`))
      done(now, { ok: true, value: { ...outcome.value, rows } })
    })
  }
}

class DroppingStore extends LeakyStore {
  #deposits = 0

  override deposit(deposit: Deposit, done: Done<DepositOutcome>): void {
    this.#deposits += 1
    if (this.#deposits % 10 === 0) this.lost.add(`${deposit.recipient} ${toHex(deposit.id)}`)
    super.deposit(deposit, done)
  }
}

class UnsyncedStore extends LeakyStore {
  #latest: string[] = []

  override deposit(deposit: Deposit, done: Done<DepositOutcome>): void {
    super.deposit(deposit, (now, outcome) => {
      this.#latest = [...this.#latest.slice(-9), `${deposit.recipient} ${toHex(deposit.id)}`]
      done(now, outcome)
    })
  }

  override crash(): void {
    for (const row of this.#latest) this.lost.add(row)
    super.crash()
  }
}

class HastyStore extends MemoryRegistryStore {
  readonly #options: MemoryStoreOptions

  constructor(options: MemoryStoreOptions) {
    super(options)
    this.#options = options
  }

  override deposit(deposit: Deposit, done: Done<DepositOutcome>): void {
    super.deposit(deposit, () => {})
    const kept = { ok: true, value: { kind: 'kept', isNew: true, expires: deposit.expires } } as const
    this.#options.schedule(0.01, (now) => done(now, kept))
  }
}

class RemovingStore extends MemoryRegistryStore {
  override fetchMail(query: PageQuery, done: Done<Page<MailRow>>): void {
    super.fetchMail(query, (now, outcome) => {
      done(now, outcome)
      if (!outcome.ok || outcome.value.rows.length === 0) return
      const rows = outcome.value.rows.map(({ row }) => ({ row, outcome: 'stored' as const }))
      const account = query.account as Collection['name']
      super.collect({ name: account, rows, at: 0 }, () => {})
    })
  }
}

class ImpatientStore extends MemoryRegistryStore {
  #deposits = 0

  override deposit(deposit: Deposit, done: Done<DepositOutcome>): void {
    super.deposit(deposit, done)
    this.#deposits += 1
    if (this.#deposits % 10 === 0) super.expire(deposit.expires, 1, () => {})
  }
}

class SilentStore extends MemoryRegistryStore {
  override collect(collection: Collection, done: Done<CollectionOutcome>): void {
    super.collect(collection, (now, outcome) => {
      const senders = outcome.ok && outcome.value.kind === 'collected' ? outcome.value.senders : []
      // The notice is thrown away as if its sender had read it.
      for (const sender of senders) {
        super.fetchNotices({ account: foldName(sender), after: 0, rowsMax: 100, bytesMax: 100_000 }, (_, page) => {
          const rows = page.ok ? page.value.rows.map(({ row }) => row) : []
          super.removeNotices(foldName(sender), rows, () => {})
        })
      }
      done(now, outcome)
    })
  }
}

class CrossedStore extends MemoryRegistryStore {
  #deposits = 0

  override deposit(deposit: Deposit, done: Done<DepositOutcome>): void {
    this.#deposits += 1
    const isCrossed = this.#deposits % 10 === 0
    super.deposit(isCrossed ? { ...deposit, sender: 'mallory' as Deposit['sender'] } : deposit, done)
  }
}

export const plantedMailboxBugs: readonly PlantedBug[] = [
  {
    what: 'the registry drops one row in ten and calls it kept',
    breaks: ['S1', 'S4', 'L1'],
    registryStore: (options) => new DroppingStore(options),
  },
  {
    what: 'a crash of the registry loses the last ten rows, though acknowledged',
    breaks: ['S1', 'S5'],
    registryStore: (options) => new UnsyncedStore(options),
  },
  {
    what: 'the registry acknowledges before its commit',
    breaks: ['S1'],
    registryStore: (options) => new HastyStore(options),
  },
  {
    what: 'mail is removed when it is fetched, not when it is stored',
    breaks: ['S5'],
    registryStore: (options) => new RemovingStore(options),
  },
  {
    what: 'mail expires long before its time',
    breaks: ['S5'],
    registryStore: (options) => new ImpatientStore(options),
  },
  {
    what: 'senders do not hear that their mail was collected',
    breaks: ['L1'],
    registryStore: (options) => new SilentStore(options),
  },
  {
    what: 'mail arrives under the name of another sender',
    breaks: ['S3'],
    registryStore: (options) => new CrossedStore(options),
  },
]

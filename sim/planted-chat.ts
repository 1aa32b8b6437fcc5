// Bugs planted in the stores of whole histories, by stores that are wrong in one thing each: what a peer would do that
// acknowledges too early, forgets, doubles, reorders or alters, and a registry that forgets its links. The campaign must
// find every one.

import type { CommitOutcome, Done, PeerChange, PeerState } from '../src/peer/domain/index.ts'
import type { PlantedBug } from './plant.ts'
import { MemoryPeerStore, type MemoryPeerStoreOptions } from './store/peer-store.ts'
import { MemoryRegistryStore } from './store/registry-store.ts'

type ReceivedChange = Extract<PeerChange, { kind: 'received' }>

/** A store that changes what it is asked to commit. */
class AlteringStore extends MemoryPeerStore {
  readonly #alter: (changes: readonly PeerChange[], count: number) => readonly PeerChange[]
  #received = 0

  constructor(options: MemoryPeerStoreOptions, alter: (changes: readonly PeerChange[], count: number) => PeerChange[]) {
    super(options)
    this.#alter = alter
  }

  override commit(changes: readonly PeerChange[], done: Done<CommitOutcome>): void {
    if (changes.some(({ kind }) => kind === 'received')) this.#received += 1
    super.commit(this.#alter(changes, this.#received), done)
  }
}

class HastyPeerStore extends MemoryPeerStore {
  readonly #options: MemoryPeerStoreOptions

  constructor(options: MemoryPeerStoreOptions) {
    super(options)
    this.#options = options
  }

  override commit(changes: readonly PeerChange[], done: Done<CommitOutcome>): void {
    super.commit(changes, () => {})
    this.#options.schedule(0.01, (now) => done(now, { ok: true, value: { doubled: [] } }))
  }
}

class ForgetfulPeerStore extends MemoryPeerStore {
  #lost: string | undefined

  override receivedMessages() {
    return super.receivedMessages().filter(({ id }) => id !== this.#lost)
  }

  override crash(): void {
    this.#lost ??= super.receivedMessages().at(-1)?.id
    super.crash()
  }
}

class LightHeartedStore extends MemoryPeerStore {
  override load(done: Done<PeerState>): void {
    super.load((now, outcome) =>
      done(now, outcome.ok ? { ok: true, value: { ...outcome.value, outgoing: [] } } : outcome),
    )
  }
}

class LinklessStore extends MemoryRegistryStore {
  override takeLinks(done: Parameters<MemoryRegistryStore['takeLinks']>[0]): void {
    super.takeLinks((now, outcome) => done(now, outcome.ok ? { ok: true, value: [] } : outcome))
  }
}

/** Every fifth commit that shows a message is treated so. */
const everyFifth =
  (change: (received: ReceivedChange) => PeerChange[]) =>
  (changes: readonly PeerChange[], count: number): PeerChange[] =>
    changes.flatMap((one) => (one.kind === 'received' && count % 5 === 0 ? change(one) : [one]))

const altering = (alter: ConstructorParameters<typeof AlteringStore>[1]) => (options: MemoryPeerStoreOptions) =>
  new AlteringStore(options, alter)

export const plantedChatBugs: readonly PlantedBug[] = [
  {
    what: 'a peer acknowledges before its commit',
    breaks: ['S1'],
    peerStore: (options) => new HastyPeerStore(options),
  },
  {
    what: 'a crash of a peer loses the message that it stored last',
    breaks: ['S1', 'S5'],
    peerStore: (options) => new ForgetfulPeerStore(options),
  },
  {
    what: 'a restarted peer forgets what it still had to send',
    breaks: ['L1'],
    peerStore: (options) => new LightHeartedStore(options),
  },
  {
    what: 'a peer calls messages kept that it never wrote',
    breaks: ['S1'],
    peerStore: altering((changes) => changes.filter(({ kind }) => kind !== 'outgoing')),
  },
  {
    what: 'a peer shows a message and does not store it',
    breaks: ['S1', 'S5'],
    peerStore: altering(everyFifth(() => [])),
  },
  {
    what: 'a peer stores a message twice under two ids',
    breaks: ['S2', 'S3'],
    peerStore: altering(
      everyFifth((received) => {
        const { message } = received
        const twin = { ...message, id: `${message.id.slice(0, -1)}x`, counter: message.counter + 1_000_000 }
        return [received, { ...received, message: twin }]
      }),
    ),
  },
  {
    what: 'a peer stores another text than was sent',
    breaks: ['S3'],
    peerStore: altering(
      everyFifth((received) => [{ ...received, message: { ...received.message, text: `${received.message.text} ` } }]),
    ),
  },
  {
    what: 'a peer stores the messages of one commit in another order',
    breaks: ['S4'],
    peerStore: altering((changes) => {
      const received = changes.filter((change) => change.kind === 'received').toReversed()
      return [...changes.filter((change) => change.kind !== 'received'), ...received]
    }),
  },
  {
    what: 'a restarted registry does not tell idle peers that their links are gone',
    breaks: ['L2'],
    registryStore: (options) => new LinklessStore(options),
  },
]

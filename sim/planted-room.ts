// Bugs planted in the stores of a room's history: a registry that gives a number twice, and members that lose, double, or
// misplace an entry. The campaign must find every one.

import type { Done as PeerDone, CommitOutcome, PeerChange } from '../src/peer/domain/index.ts'
import type { PlantedBug } from './plant.ts'
import { MemoryPeerStore, type MemoryPeerStoreOptions } from './store/peer-store.ts'
import { MemoryRegistryStore } from './store/registry-store.ts'

type EntryChange = Extract<PeerChange, { kind: 'roomEntry' }>
type ReceivedChange = Extract<PeerChange, { kind: 'received' }>

class AlteringStore extends MemoryPeerStore {
  readonly #alter: (change: PeerChange, count: number) => readonly PeerChange[]
  #count = 0

  constructor(options: MemoryPeerStoreOptions, alter: (change: PeerChange, count: number) => readonly PeerChange[]) {
    super(options)
    this.#alter = alter
  }

  override commit(changes: readonly PeerChange[], done: PeerDone<CommitOutcome>): void {
    super.commit(
      changes.flatMap((change) => {
        const concerns = change.kind === 'received' && change.message.room !== undefined
        if (concerns || change.kind === 'roomDraft') this.#count += 1
        return this.#alter(change, this.#count)
      }),
      done,
    )
  }
}

const altering = (alter: ConstructorParameters<typeof AlteringStore>[1]) => (options: MemoryPeerStoreOptions) =>
  new AlteringStore(options, alter)

/** Every fifth copy that is received is treated so. */
const everyFifth =
  (alter: (change: ReceivedChange) => readonly PeerChange[]) =>
  (change: PeerChange, count: number): readonly PeerChange[] => {
    const concerns = change.kind === 'received' && change.message.room !== undefined && count % 5 === 0
    return concerns ? alter(change) : [change]
  }

/** Every fifth message gets the number of the one before it. */
class StutteringStore extends MemoryRegistryStore {
  #numbered = 0

  override numberMessage(...[numbering, done]: Parameters<MemoryRegistryStore['numberMessage']>): void {
    super.numberMessage(numbering, (now, outcome) => {
      this.#numbered += 1
      const isFalse = outcome.ok && outcome.value.kind === 'numbered' && this.#numbered % 5 === 0
      done(now, isFalse ? { ok: true, value: { ...outcome.value, number: outcome.value.number - 1 } } : outcome)
    })
  }
}

export const plantedRoomBugs: readonly PlantedBug[] = [
  {
    what: 'the registry gives a number of a room twice',
    breaks: ['S15', 'S1'],
    registryStore: (options) => new StutteringStore(options),
  },
  {
    what: 'a member acknowledges a copy that it does not keep',
    breaks: ['S1'],
    peerStore: altering(everyFifth(() => [])),
  },
  {
    what: 'a member puts a copy into another place of the transcript',
    breaks: ['S1', 'S3', 'S15'],
    peerStore: altering(
      everyFifth((change) => {
        const { room } = change.message
        return room ? [{ ...change, message: { ...change.message, room: { ...room, number: room.number + 1 } } }] : []
      }),
    ),
  },
  {
    what: 'a member keeps another text than was said',
    breaks: ['S3'],
    peerStore: altering(
      everyFifth((change) => [{ ...change, message: { ...change.message, text: `${change.message.text} ` } }]),
    ),
  },
  {
    what: 'a member forgets what it said before it had a place',
    breaks: ['L1', 'S1'],
    peerStore: altering((change) => (change.kind === 'roomDraft' || isOwnEntry(change) ? [] : [change])),
  },
]

function isOwnEntry(change: PeerChange): change is EntryChange {
  return change.kind === 'roomEntry' && change.entry.kind === 'message'
}

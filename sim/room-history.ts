// One history of a room: a few people who make it, join, all write at once, leave, come back and crash, on a network that
// goes wrong in this seed's own way. At the end the faults are over: then everything that was kept must be with every
// member (L1), and the members' transcripts must be one (S15).

import type { MonotonicMs } from '../src/base/index.ts'
import type { PeerProgram, RoomView } from '../src/peer/domain/index.ts'
import { ChatPeer } from './chat-peer.ts'
import { ChatRegistry } from './chat-registry.ts'
import { layFaults } from './faults.ts'
import type { HistoryOptions, HistoryReport } from './history.ts'
import { noTranscript, RoomBook, type Transcript } from './room-book.ts'
import { check } from './violation.ts'
import { layAbsences } from './workload.ts'
import { createWorld, type World } from './world.ts'

const settleMs = { online: 30_000, delivered: 30_000 } as const
const lengthsMinutes = [1, 1, 1, 1, 2, 2, 4] as const
/** How often somebody looks whether they are invited, or still alone. */
const lookMs = 700
/** A room whose making was not heard of is made again after this long. */
const makeAgainMs = 15_000

/** The first room of a registry. */
const theRoom = 1

function roomOf(program: PeerProgram): RoomView | undefined {
  return program.roomVerbs?.desk.rooms().find(({ room }) => room === theRoom)
}

export interface RoomHistoryOptions extends HistoryOptions {
  /** How many people; by the seed where absent. */
  readonly size?: number
}

export function runRoomHistory(seed: number, options: RoomHistoryOptions = {}): HistoryReport {
  return new RoomHistory(seed, options).run(seed)
}

class RoomHistory {
  readonly #world: World
  readonly #book: RoomBook
  readonly #registry: ChatRegistry
  readonly #peers = new Map<string, ChatPeer>()
  readonly #untilMs: MonotonicMs
  readonly #transcripts = new Map<string, { readonly size: number; readonly transcript: Transcript }>()
  #key: string | undefined
  #numbers = 0
  /** Who is out of the room by the script. */
  #leaver: string | undefined

  constructor(seed: number, options: RoomHistoryOptions) {
    this.#world = createWorld('room', seed, options)
    const { time, random } = this.#world
    this.#book = new RoomBook(
      (owner) => this.#transcript(owner),
      (owner, id) =>
        this.#peers
          .get(owner)
          ?.store.held()
          .some(({ room }) => room?.id === id) === true,
      (name) => name === this.#leaver,
      () => time.now,
    )
    this.#registry = new ChatRegistry(this.#world, this.#book)
    this.#untilMs = 60_000 * Math.min(random.branch('length').pick(lengthsMinutes), options.minutesMax ?? Infinity)
    const size = options.size ?? random.branch('size').pick([2, 3, 3, 4, 5, 7])
    for (let i = 0; i < size; i++) {
      const name = `p${String(i + 1).padStart(2, '0')}`
      const address = { host: `10.0.${i >> 7}.${(i & 127) + 1}`, port: 4_000 }
      const setting = { world: this.#world, book: this.#book, registry: this.#registry, name, address }
      this.#peers.set(name, new ChatPeer(setting))
    }
  }

  run(seed: number): HistoryReport {
    const { time, wire, tell } = this.#world
    const words = this.#prepare()
    tell(`seed ${seed}: ${words.join(', ')}`)
    this.#registry.host.start()
    for (const { host } of this.#peers.values()) host.start()
    time.runUntil(this.#untilMs)
    const isWhole = time.runUntil(time.now + settleMs.online, () => this.#outside() === undefined)
    check(isWhole, 'L2', () => `${this.#outside()} is not in the room`)
    const linksUpMs = time.now - this.#untilMs
    const lastAt = time.now
    for (const peer of this.#members()) this.#say(peer, 'last words')
    const isDelivered = time.runUntil(lastAt + settleMs.delivered, () => this.#book.pending(lastAt) === undefined)
    check(isDelivered, 'L1', () => `${this.#book.pending(lastAt)}`)
    const deliveredMs = time.now - lastAt
    this.#book.audit([...this.#peers.keys()])
    const counts = { datagrams: wire.datagrams, messages: this.#book.accepted }
    return { seed, words, simulatedMs: time.now, ...counts, linksUpMs, deliveredMs }
  }

  #prepare(): string[] {
    const { time, network, random, tell } = this.#world
    const peers = [...this.#peers.values()]
    const hosts = [this.#registry.host, ...peers.map(({ host }) => host)]
    const movable = peers.map(({ host }) => host)
    const words = layFaults({ time, network, random, hosts, untilMs: this.#untilMs, movable, crashable: hosts, tell })
    const absences = layAbsences({ world: this.#world, peers, untilMs: this.#untilMs })
    this.#layMembership(peers)
    return [`${peers.length} members`, this.#layTalk(peers), this.#layLeaving(peers), absences, ...words]
  }

  /** The first makes the room and asks the others, who join: again and again, until it is so. */
  #layMembership([maker, ...others]: readonly ChatPeer[]): void {
    const { time } = this.#world
    const names = others.map(({ name }) => name)
    let madeAt = -Infinity
    const look = (): void => {
      maker?.act((program, now) => {
        const desk = program.roomVerbs?.desk
        // A room whose making was not heard of comes with the next list; what is made twice is a second one, and unused.
        const isDue = time.now >= madeAt + makeAgainMs
        if (desk && desk.rooms().length === 0 && isDue) {
          madeAt = time.now
          desk.make(now, names, 'sim', () => {})
        }
        this.#inviteMissing(program, now, names)
      })
      for (const other of others) {
        other.act((program, now) => {
          if (this.#leaver === other.name) return
          if (roomOf(program)?.state === 'invited') program.roomVerbs?.desk.answer(now, theRoom, true, () => {})
        })
      }
      time.schedule(time.now + lookMs, look)
    }
    time.schedule(100, look)
  }

  /** Who had no account yet when the room was made. */
  #inviteMissing(program: PeerProgram, now: MonotonicMs, names: readonly string[]): void {
    const room = roomOf(program)
    if (room?.state !== 'joined') return
    const missing = names.filter(
      (name) => name !== this.#leaver && !room.members.some((member) => member.name === name),
    )
    if (missing.length > 0) program.roomVerbs?.desk.invite(now, theRoom, missing, () => {})
  }

  #layTalk(peers: readonly ChatPeer[]): string {
    const { time, random } = this.#world
    const talk = random.branch('talk')
    const messages = talk.pick([5, 20, 40])
    const burst = talk.pick([1, 1, 5])
    const together = talk.chance(0.5)
    for (let i = 0; i < messages / burst; i++) {
      const at = talk.between(2_000, this.#untilMs)
      const from = talk.pick(peers)
      for (const peer of together ? peers : [from]) {
        time.schedule(at, () => {
          for (let j = 0; j < burst; j++) this.#say(peer, 'word')
        })
      }
    }
    return `${messages} times in bursts of ${burst}${together ? ', all at once' : ''}`
  }

  /** Sometimes one leaves for good, or is removed, in the middle of it. */
  #layLeaving(peers: readonly ChatPeer[]): string {
    const { time, random } = this.#world
    const choice = random.branch('leaving')
    const [maker, leaver] = [peers[0], choice.pick(peers.slice(1))]
    if (!maker || !leaver || peers.length < 3 || !choice.chance(0.4)) return 'nobody leaves'
    const isRemoved = choice.chance(0.5)
    time.schedule(this.#untilMs * choice.between(0.3, 0.9), () => {
      this.#leaver = leaver.name
      const leave = (): void => {
        // Again and again: an invitation may still be on its way.
        time.schedule(time.now + lookMs, leave)
        if (this.#isOut(leaver.name)) return
        const actor = isRemoved ? maker : leaver
        actor.act((program, now) => {
          const desk = program.roomVerbs?.desk
          if (isRemoved) desk?.remove(now, theRoom, leaver.name, () => {})
          else desk?.leave(now, theRoom, () => {})
        })
      }
      leave()
    })
    return `${leaver.name} ${isRemoved ? 'is removed' : 'leaves'}`
  }

  #say(peer: ChatPeer, what: string): void {
    peer.act((program, now) => {
      if (roomOf(program)?.state !== 'joined') return
      const text = `${what} ${this.#numbers++} of ${peer.name}`
      this.#book.say(peer.name, text)
      program.roomVerbs?.sending.send(now, theRoom, text, (_later, outcome) => {
        if (!outcome.ok) this.#book.refuseText(text)
      })
    })
  }

  #members(): ChatPeer[] {
    return [...this.#peers.values()].filter(({ name }) => name !== this.#leaver)
  }

  /** Somebody who should be in the room, or out of it, and is not. */
  #outside(): string | undefined {
    if (this.#leaver !== undefined && !this.#isOut(this.#leaver)) return `${this.#leaver}, who left,`
    return this.#members().find(({ name }) => !this.#isIn(name))?.name
  }

  #isIn(name: string): boolean {
    let isIn = false
    this.#peers.get(name)?.act((program) => {
      isIn = roomOf(program)?.state === 'joined'
    })
    return isIn
  }

  /** Out by the word of everybody else's record as well. */
  #isOut(name: string): boolean {
    if (this.#isIn(name)) return false
    let isListed = false
    for (const peer of this.#members()) {
      peer.act((program) => {
        isListed ||= roomOf(program)?.members.some((member) => member.name === name) === true
      })
    }
    return !isListed
  }

  /** What is on a member's disk, read again only where there is news. */
  #transcript(owner: string): Transcript {
    const store = this.#peers.get(owner)?.store
    // Whoever was away when the room was made may have copies before the record of the room.
    for (const peer of this.#peers.values()) this.#key ??= peer.store.roomKeyOf(theRoom)
    const room = this.#key
    if (!store || room === undefined) return noTranscript
    const known = this.#transcripts.get(owner)
    if (known?.size === store.roomEntryCount) return known.transcript
    const rows = store
      .transcript(room)
      .filter(({ kind }) => kind === 'message')
      .map(({ number, name, id, text }) => ({ number, from: name, id: id ?? '', text: text ?? '' }))
    const transcript = { rows, byId: new Map(rows.map((row) => [row.id, row])) }
    this.#transcripts.set(owner, { size: store.roomEntryCount, transcript })
    return transcript
  }
}

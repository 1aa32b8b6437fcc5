// The truth of a room: who asked to say what, what was told of it, and the transcripts on the members' disks. It believes
// only disks: what a sender is told of a copy is compared with its member's transcript at that instant (S1), and the
// transcripts with each other (S15).

import type { PeerEvent } from '../src/peer/domain/index.ts'
import { check } from './violation.ts'

/** A message of a room in somebody's committed transcript. */
interface Said {
  readonly number: number
  readonly from: string
  readonly id: string
  readonly text: string
}

/** Somebody's transcript, in the order of the numbers, and by the messages' ids. */
export interface Transcript {
  readonly rows: readonly Said[]
  readonly byId: ReadonlyMap<string, Said>
}

export const noTranscript: Transcript = { rows: [], byId: new Map() }

interface Submission {
  readonly from: string
  readonly text: string
  /** Among those of one sender. */
  readonly order: number
  readonly askedAt: number
  id: string | undefined
  number: number | undefined
  members: readonly string[]
  readonly storedBy: Set<string>
  /** Who refused a copy, having left or been removed: the sender was told. */
  readonly refusedBy: Set<string>
  state: 'asked' | 'kept' | 'refused' | 'failed'
}

export class RoomBook {
  readonly #transcript: (owner: string) => Transcript
  /** Whether a message is stored, though not in the transcript yet because one before it is still to come. */
  readonly #holdsBack: (owner: string, id: string) => boolean
  /** Whether somebody is out of the room: only such a one may refuse a copy. */
  readonly #isOut: (name: string) => boolean
  readonly #now: () => number
  readonly #byText = new Map<string, Submission>()
  readonly #byId = new Map<string, Submission>()
  readonly #byNumber = new Map<number, string>()
  readonly #asks = new Map<string, number>()
  /** Ids shown to somebody, and the number shown last. */
  readonly #shown = new Map<string, { readonly ids: Set<string>; last: number }>()

  constructor(
    transcript: (owner: string) => Transcript,
    holdsBack: (owner: string, id: string) => boolean,
    isOut: (name: string) => boolean,
    now: () => number,
  ) {
    this.#isOut = isOut
    this.#transcript = transcript
    this.#holdsBack = holdsBack
    this.#now = now
  }

  /** How many messages were kept. */
  get accepted(): number {
    return this.#byId.size
  }

  /** Mailboxes are the other histories' matter. */
  lookAtMail(): void {}

  /** Somebody asks to say a text, unlike every other of the history. */
  say(from: string, text: string): void {
    const order = this.#asks.get(from) ?? 0
    this.#asks.set(from, order + 1)
    const sets = { storedBy: new Set<string>(), refusedBy: new Set<string>() }
    const fresh = { id: undefined, number: undefined, members: [], ...sets, state: 'asked' } as const
    this.#byText.set(text, { from, text, order, askedAt: this.#now(), ...fresh })
  }

  /** It was not taken. */
  refuseText(text: string): void {
    const submission = this.#byText.get(text)
    if (submission?.state === 'asked') submission.state = 'refused'
  }

  /** Its program runs anew: what it shows from now on may begin anywhere. */
  restarted(owner: string): void {
    const shown = this.#shown.get(owner)
    if (shown) shown.last = 0
  }

  // Nobody talks to one person here.
  ask(): void {}
  refuse(): void {}
  keep(): void {}
  tellState(): void {}
  show(): void {}

  hear(owner: string, event: PeerEvent): void {
    if (event.type === 'roomSent') this.#kept(owner, event.id, event.text)
    else if (event.type === 'roomPlaced') this.#placed(owner, event.id, event.number, event.members)
    else if (event.type === 'roomState') this.#told(owner, event)
    else if (event.type === 'roomMessage') this.#shownTo(owner, event)
  }

  /** Something accepted that a member does not have, or whose sender does not know that it does; in words. */
  pending(since: number): string | undefined {
    for (const { from, order, state, askedAt } of this.#byText.values()) {
      if (state === 'asked' && askedAt >= since) return `${from} number ${order} is not kept`
    }
    for (const [id, { from, order, number, members, storedBy, refusedBy, state }] of this.#byId) {
      if (state === 'failed') continue
      const what = `${from} number ${order} (${id})`
      // Placed just before a crash, so that nobody was told where: its sender's own transcript tells.
      if (number === undefined && !this.#transcript(from).byId.has(id)) return `${what} has no place`
      for (const member of members) {
        if (refusedBy.has(member)) continue
        if (!this.#transcript(member).byId.has(id)) return `${what} is not with ${member}`
        if (!storedBy.has(member)) return `${what} is with ${member}, but ${from} does not know`
      }
    }
    return undefined
  }

  /**
   * All transcripts agree: what two members both have has one number, one sender and one text; nothing is there twice; each
   * sender's messages stand in the order in which they were said; nothing is there that nobody said.
   */
  audit(owners: readonly string[]): void {
    const places = new Map<number, string>()
    for (const owner of owners) {
      const latest = new Map<string, number>()
      const ids = new Set<string>()
      let before = 0
      for (const { number, from, id, text } of this.#transcript(owner).rows) {
        const what = `number ${number} of ${from} with ${owner}`
        const said = this.#byText.get(text)
        check(said?.from === from && said.state !== 'refused', 'S3', () => `${what} was never said so`)
        check(!ids.has(id), 'S2', () => `${what} stands there twice`)
        check(number > before, 'S15', () => `${what} stands behind number ${before}`)
        const place = `${id} ${from} ${text}`
        check((places.get(number) ?? place) === place, 'S15', () => `${what} is another message elsewhere`)
        check(said.order > (latest.get(from) ?? -1), 'S4', () => `${what} overtook an earlier one of the same sender`)
        latest.set(from, said.order)
        places.set(number, place)
        ids.add(id)
        before = number
      }
    }
  }

  #kept(owner: string, id: string, text: string): void {
    const submission = this.#byText.get(text)
    const what = `${owner}: "${text.slice(0, 40)}"`
    check(submission?.from === owner, 'S3', () => `${what} kept, but never said`)
    check(submission.id === undefined || submission.id === id, 'S2', () => `${what} kept under two ids`)
    submission.id = id
    submission.state = 'kept'
    this.#byId.set(id, submission)
  }

  #placed(owner: string, id: string, number: number, members: readonly string[]): void {
    const own = this.#transcript(owner).byId.get(id)
    check(own?.number === number, 'S1', () => `number ${number} of ${owner} is placed, but not in its own transcript`)
    check((this.#byNumber.get(number) ?? id) === id, 'S15', () => `number ${number} was given twice`)
    this.#byNumber.set(number, id)
    const submission = this.#byId.get(id) ?? this.#adopt(owner, own)
    submission.number = number
    submission.members = members
  }

  #told(owner: string, event: Extract<PeerEvent, { type: 'roomState' }>): void {
    const { id, to, state } = event
    const submission = this.#byId.get(id)
    if (state === 'failed' && submission && to === undefined) submission.state = 'failed'
    if (to !== undefined && state === 'failed') {
      check(this.#isOut(to), 'L1', () => `the copy ${id} of ${owner} for ${to}, who is in the room, failed`)
      submission?.refusedBy.add(to)
    }
    if (to === undefined || state !== 'stored') return
    const has = this.#transcript(to).byId.has(id)
    check(has || this.#holdsBack(to, id), 'S1', () => `${owner} is told that ${to} stored ${id}, and ${to} did not`)
    submission?.storedBy.add(to)
  }

  #shownTo(owner: string, event: Extract<PeerEvent, { type: 'roomMessage' }>): void {
    const { id, number, from, text, isLate } = event
    const what = `number ${number} of ${from}, shown to ${owner}`
    let shown = this.#shown.get(owner)
    if (!shown) this.#shown.set(owner, (shown = { ids: new Set(), last: 0 }))
    check(!shown.ids.has(id), 'S2', () => `${what} twice`)
    shown.ids.add(id)
    const stored = this.#transcript(owner).byId.get(id)
    check(stored !== undefined, 'S1', () => `${what} before it was committed`)
    const isTrue = stored.number === number && stored.from === from && stored.text === text
    check(isTrue, 'S3', () => `${what}, but stored otherwise`)
    check(isLate === true || number > shown.last, 'S15', () => `${what} after number ${shown.last}, as if in order`)
    shown.last = Math.max(shown.last, number)
  }

  /** Kept just before a crash, so that nobody was told its id. */
  #adopt(owner: string, { id, text }: Said): Submission {
    this.#kept(owner, id, text)
    return this.#byId.get(id) as Submission
  }
}

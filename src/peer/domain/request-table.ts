// Requests to the registry and their answers. Invariants: each request ends once, by its answer, by an error or as lost;
// an answer that nobody asked for is ignored (it may be late); one that no correct registry gives counts as junk, and
// too much junk ends the session (bad input 78). docs/protocol/registry.md, "Requests".

import type { MonotonicMs } from '../../base/index.ts'
import {
  type RegistryAnswer,
  type RegistryErrorName,
  registryErrorName,
  type RegistryRequest,
  type RegistryRequestType,
} from '../../protocol/index.ts'

/** A request without its number. */
export type RequestBody = RegistryRequest extends infer R ? (R extends RegistryRequest ? Omit<R, 'q'> : never) : never

interface AnswerTypes {
  login: 'welcome'
  logout: 'done'
  hello: 'done'
  probe: 'probed'
  lookup: 'account'
  introduce: 'introduction'
  addPrekeys: 'done'
  takePrekey: 'prekey'
  deposit: 'deposited'
  fetchMail: 'mail'
  collect: 'done'
  fetchNotices: 'notices'
  noticed: 'done'
  startPassword: 'opaque'
  startRecord: 'opaque'
  changePassword: 'done'
  setBusy: 'done'
  refresh: 'done'
  signal: 'done'
  say: 'said'
  fetchChannel: 'channelRows'
  heard: 'done'
  makeRoom: 'room'
  inviteToRoom: 'room'
  answerRoom: 'done'
  leaveRoom: 'done'
  removeFromRoom: 'done'
  nameRoom: 'done'
  fetchRooms: 'rooms'
  fetchRoomLog: 'roomLog'
  numberMessage: 'numbered'
}

export type AnswerTo<T extends RegistryRequestType> = Extract<RegistryAnswer, { t: AnswerTypes[T] }>
export type ErrorAnswer = Extract<RegistryAnswer, { t: 'error' }>

export type RequestOutcome<T extends RegistryRequestType> =
  | { readonly kind: 'answer'; readonly answer: AnswerTo<T> }
  | { readonly kind: 'error'; readonly error: RegistryErrorName; readonly answer: ErrorAnswer }
  /** No answer came: the session or its time is over. Whether the registry did it is not known. */
  | { readonly kind: 'lost' }

type Done = (now: MonotonicMs, outcome: RequestOutcome<RegistryRequestType>) => void

interface Request {
  readonly type: RegistryRequestType
  readonly sentAt: MonotonicMs
  readonly done: Done
}

const answerTypes: Readonly<AnswerTypes> = {
  login: 'welcome',
  logout: 'done',
  hello: 'done',
  probe: 'probed',
  lookup: 'account',
  introduce: 'introduction',
  addPrekeys: 'done',
  takePrekey: 'prekey',
  deposit: 'deposited',
  fetchMail: 'mail',
  collect: 'done',
  fetchNotices: 'notices',
  noticed: 'done',
  startPassword: 'opaque',
  startRecord: 'opaque',
  changePassword: 'done',
  setBusy: 'done',
  refresh: 'done',
  signal: 'done',
  say: 'said',
  fetchChannel: 'channelRows',
  heard: 'done',
  makeRoom: 'room',
  inviteToRoom: 'room',
  answerRoom: 'done',
  leaveRoom: 'done',
  removeFromRoom: 'done',
  nameRoom: 'done',
  fetchRooms: 'rooms',
  fetchRoomLog: 'roomLog',
  numberMessage: 'numbered',
}

const always: readonly RegistryErrorName[] = ['rateLimited', 'registryFull', 'storeFailed', 'shuttingDown']

/** Errors that a correct registry may answer to a correct request. */
const fitting: Readonly<Record<RegistryRequestType, readonly RegistryErrorName[]>> = {
  login: [
    'passwordNeeded',
    'passwordWrong',
    'inviteNeeded',
    'inviteWrong',
    'suspended',
    'versionUnsupported',
    'nameRefused',
    'nameTaken',
    'deviceNotListed',
    'staleDeviceList',
  ],
  logout: [],
  hello: [],
  probe: [],
  lookup: ['unknownName'],
  introduce: ['unknownName', 'away'],
  addPrekeys: [],
  takePrekey: ['unknownName', 'noPrekey'],
  deposit: ['unknownName', 'tooLarge', 'mailboxFull', 'senderQuota'],
  fetchMail: [],
  collect: [],
  fetchNotices: [],
  noticed: [],
  startPassword: [],
  startRecord: ['nameRefused', 'nameTaken', 'badRequest'],
  changePassword: ['passwordWrong'],
  setBusy: [],
  refresh: [],
  signal: ['away', 'unknownName'],
  say: ['tooLarge'],
  fetchChannel: [],
  heard: [],
  makeRoom: ['roomFull', 'nameRefused'],
  inviteToRoom: ['unknownRoom'],
  answerRoom: ['unknownRoom', 'roomFull'],
  leaveRoom: ['unknownRoom'],
  removeFromRoom: ['unknownRoom', 'notMaker', 'notInRoom'],
  nameRoom: ['unknownRoom', 'notMaker', 'nameRefused'],
  fetchRooms: [],
  fetchRoomLog: ['unknownRoom'],
  numberMessage: ['unknownRoom'],
}

export class RequestTable {
  readonly #answerMs: number
  /** In the order of sending, so that the first is the one that has waited longest. */
  readonly #requests = new Map<number, Request>()
  #next = 1

  constructor(answerMs: number) {
    this.#answerMs = answerMs
  }

  get size(): number {
    return this.#requests.size
  }

  /** Notes a request; the number it travels with. */
  add<T extends RegistryRequestType>(
    now: MonotonicMs,
    type: T,
    done: (now: MonotonicMs, outcome: RequestOutcome<T>) => void,
  ): number {
    const q = this.#next++
    this.#requests.set(q, { type, sentAt: now, done: done as Done })
    return q
  }

  /** Forgets a request that could not be sent after all. */
  withdraw(q: number): void {
    this.#requests.delete(q)
  }

  /** Hands an answer to whoever asked. False where no correct registry answers so. */
  answer(now: MonotonicMs, answer: RegistryAnswer): boolean {
    const request = this.#requests.get(answer.r)
    if (!request) return true
    this.#requests.delete(answer.r)
    if (answer.t === answerTypes[request.type]) {
      request.done(now, { kind: 'answer', answer: answer as AnswerTo<RegistryRequestType> })
      return true
    }
    const error = answer.t === 'error' ? registryErrorName(answer.code) : undefined
    if (answer.t === 'error' && error && (always.includes(error) || fitting[request.type].includes(error))) {
      request.done(now, { kind: 'error', error, answer })
      return true
    }
    request.done(now, { kind: 'lost' })
    return false
  }

  pollTimeout(): MonotonicMs | undefined {
    const first = this.#first()
    return first && first[1].sentAt + this.#answerMs
  }

  /** Ends requests whose time is over; when the one of them that waited longest was sent. */
  expire(now: MonotonicMs): MonotonicMs | undefined {
    const oldest = this.#first()?.[1].sentAt
    let hasExpired = false
    for (let first = this.#first(); first && first[1].sentAt + this.#answerMs <= now; first = this.#first()) {
      this.#requests.delete(first[0])
      hasExpired = true
      first[1].done(now, { kind: 'lost' })
    }
    return hasExpired ? oldest : undefined
  }

  /** The session is over: nothing will be answered any more. */
  loseAll(now: MonotonicMs): void {
    const lost = [...this.#requests.values()]
    this.#requests.clear()
    for (const request of lost) request.done(now, { kind: 'lost' })
  }

  #first(): [number, Request] | undefined {
    return this.#requests.entries().next().value
  }
}

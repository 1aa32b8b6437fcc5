// Requests on their way over one link to the registry, and how long either side has been silent. Invariants: each request
// ends once, at the latest with the session; what the link does not take now keeps its order and waits here.
// docs/protocol/peer.md, "Registry session".

import type { MonotonicMs, Random } from '../../base/index.ts'
import type { LinkId } from '../../link/index.ts'
import {
  defaultPolicy,
  encodeRegistryRequest,
  type RegistryAnswer,
  type RegistryRequestType,
  registryStream,
} from '../../protocol/index.ts'
import type { PeerLimits } from './peer-limits.ts'
import type { PeerEndpoint } from './registry-session.ts'
import { type RequestBody, type RequestOutcome, RequestTable } from './request-table.ts'

export type RequestDone = (now: MonotonicMs, outcome: RequestOutcome<RegistryRequestType>) => void

export interface RegistryLineOptions {
  readonly endpoint: Pick<PeerEndpoint, 'send' | 'stats'>
  readonly random: Random
  readonly limits: Pick<PeerLimits, 'answerMs' | 'requestsMax'>
}

/** With a question open and nothing heard for so long, ask for a sign of life: a registry that was restarted has forgotten
 * the link and says so to the first datagram it gets, which without this would be the next request, much later. */
const doubtMs = 750

/** A question that is open for so long is looked after: the retries that people are promised, 500 ms x 5. */
const silenceMs = defaultPolicy.directBudgetMs
/** So many probe timeouts of the link in a row, and nobody is there: a slow registry acknowledges all the same. */
const silentTimeouts = 3
const lookAgainMs = 500

export class RegistryLine {
  readonly #options: RegistryLineOptions
  readonly #requests: RequestTable
  #queue: { readonly body: RequestBody; readonly done: RequestDone }[] = []
  #lastSentAt: MonotonicMs = 0
  #lastHeardAt: MonotonicMs = 0
  #lifeShare = 1
  #lookedAt: MonotonicMs = -Infinity
  /** Longest time between two signs of life, as the registry asks for them. */
  helloMs = defaultPolicy.helloMs

  constructor(options: RegistryLineOptions) {
    this.#options = options
    this.#requests = new RequestTable(options.limits.answerMs)
  }

  /** When the registry last said anything. */
  get lastHeardAt(): MonotonicMs {
    return this.#lastHeardAt
  }

  heard(now: MonotonicMs): void {
    this.#lastHeardAt = now
  }

  /** Takes a request for the next {@link flush}. */
  add(body: RequestBody, done: RequestDone): void {
    this.#queue.push({ body, done })
  }

  /** Sends what waits, as far as the link takes it and the registry allows. */
  flush(now: MonotonicMs, link: LinkId): void {
    let sent = 0
    for (const { body, done } of this.#queue) {
      if (this.#requests.size >= this.#options.limits.requestsMax) break
      if (!this.send(now, link, body, done)) break
      sent += 1
    }
    if (sent > 0) this.#queue.splice(0, sent)
  }

  /** Sends before all that waits. False where the link takes nothing more for the moment. */
  send(now: MonotonicMs, link: LinkId, body: RequestBody, done: RequestDone): boolean {
    const q = this.#requests.add(now, body.t, done)
    const bytes = encodeRegistryRequest({ ...body, q })
    if (this.#options.endpoint.send(now, link, registryStream.control, bytes) !== 'queued') {
      this.#requests.withdraw(q)
      return false
    }
    this.#lastSentAt = now
    this.#lifeShare = 0.7 + 0.2 * this.#options.random.fraction()
    return true
  }

  /** Hands an answer to whoever asked. False where no correct registry answers so. */
  answer(now: MonotonicMs, answer: RegistryAnswer): boolean {
    return this.#requests.answer(now, answer)
  }

  /** Ends requests whose time is over; when the one of them that waited longest was sent. */
  expire(now: MonotonicMs): MonotonicMs | undefined {
    return this.#requests.expire(now)
  }

  /** The session is over: nothing will be answered any more. */
  loseAll(now: MonotonicMs): void {
    const unsent = this.#queue
    this.#queue = []
    this.#requests.loseAll(now)
    for (const { done } of unsent) done(now, { kind: 'lost' })
  }

  /** Whether a sign of life is due. */
  isLifeDue(now: MonotonicMs): boolean {
    const { size } = this.#requests
    const isDoubtful = size > 0 && this.#doubtAt() <= now
    return isDoubtful || (this.#lifeAt() <= now && size < this.#options.limits.requestsMax)
  }

  /** Whether nobody is there: a question is open, nothing was heard since, and probe after probe finds no answer. */
  isDead(now: MonotonicMs, link: LinkId): boolean {
    const lookAt = this.#lookAt
    if (lookAt === undefined || lookAt > now) return false
    this.#lookedAt = now
    return (this.#options.endpoint.stats?.(link)?.timeouts ?? 0) >= silentTimeouts
  }

  /** When the first answer is overdue. */
  get answerAt(): MonotonicMs | undefined {
    return this.#requests.pollTimeout()
  }

  /** When something has to be done while on line. */
  get dueAt(): MonotonicMs {
    const { answerAt } = this
    const lookAt = this.#lookAt ?? Infinity
    return answerAt === undefined ? this.#lifeAt() : Math.min(this.#lifeAt(), answerAt, this.#doubtAt(), lookAt)
  }

  /** When to look next whether anybody is there: undefined while no question is open, or something was heard since. */
  get #lookAt(): MonotonicMs | undefined {
    const { answerAt } = this
    if (answerAt === undefined) return undefined
    const askedAt = answerAt - this.#options.limits.answerMs
    return this.#lastHeardAt >= askedAt ? undefined : Math.max(askedAt + silenceMs, this.#lookedAt + lookAgainMs)
  }

  #doubtAt(): MonotonicMs {
    return Math.max(this.#lastSentAt, this.#lastHeardAt) + doubtMs
  }

  #lifeAt(): MonotonicMs {
    return this.#lastSentAt + this.helloMs * this.#lifeShare
  }
}

// The registry as a program on an endpoint: links become sessions, link events become calls of the rules. No platform, so
// that the simulator runs the very same class. docs/protocol/registry.md, "Session".

import type { Address, MonotonicMs, Random, WallMs } from '../base/index.ts'
import { hash, verifySignature } from '../crypto/index.ts'
import type { Endpoint, LinkDownCause, LinkEvent, LinkId, LinkStats, Program } from '../link/index.ts'
import { type AccountMode, type Policy, registryStream } from '../protocol/index.ts'
import {
  type AccountRow,
  type Administration,
  type CountedFigures,
  type Figures,
  type LinkFigures,
  type PasswordPort,
  type PeerRow,
  Registry,
  type RegistryEvent,
  type RegistryLimits,
  type SayDone,
  type SessionEnd,
  type SessionId,
  type SessionPort,
  type Store,
} from './domain/index.ts'
import type { LinkNote } from './registry-log.ts'

export interface RegistryProgramOptions {
  readonly endpoint: Pick<Endpoint, 'send' | 'close' | 'stats' | 'linkMemo' | 'resetForgotten'>
  readonly store: Store
  readonly random: Random
  readonly wallMs: () => WallMs
  readonly policy: Policy
  /** What people call this registry, at most 64 characters. */
  readonly name: string
  /** Who may take a new name; absent: anybody. Mode `password` needs `passwords`. */
  readonly accounts?: AccountMode | undefined
  readonly passwords?: PasswordPort | undefined
  readonly limits?: Partial<RegistryLimits>
  /** The instant of the start. */
  readonly now?: MonotonicMs
  readonly trace?: (event: RegistryEvent) => void
  /** Told of links that are up or moved to another address. */
  readonly traceLink?: (note: LinkNote) => void
}

export class RegistryProgram implements Program {
  readonly #registry: Registry
  readonly #traceLink: ((note: LinkNote) => void) | undefined
  readonly #addresses = new Map<number, Address>()

  constructor(options: RegistryProgramOptions) {
    const { endpoint, store, random, wallMs, policy, name, accounts, passwords, limits, trace } = options
    this.#traceLink = options.traceLink
    this.#registry = new Registry(options.now ?? 0, {
      store,
      port: sessionPort(endpoint, (session) => this.#addresses.delete(session)),
      verifier: { verifySignature, digest: hash },
      random,
      wallMs,
      policy,
      name,
      accounts,
      passwords,
      ...(limits && { limits }),
      ...(trace && { trace }),
    })
  }

  handleLinkEvent(now: MonotonicMs, event: LinkEvent): void {
    const session = event.link as number as SessionId
    switch (event.type) {
      case 'up':
        this.#noteAddress('linkUp', session, event.address)
        return this.#registry.sessionOpened(now, session, event.remoteKey, event.address)
      case 'message':
        // Other streams are for later versions; nothing on them is owed an answer.
        if (event.stream === registryStream.control) this.#registry.sessionMessage(now, session, event.bytes)
        return
      case 'writable':
        return this.#registry.sessionWritable(now, session)
      case 'path':
        this.#noteAddress('linkMoved', session, event.address)
        return this.#registry.sessionMoved(now, session, event.address)
      case 'down':
        this.#registry.sessionEnded(now, session, endOf(event.cause))
        this.#addresses.delete(session)
        return
      case 'datagram':
      case 'drained':
    }
  }

  handleTimeout(now: MonotonicMs): void {
    this.#registry.handleTimeout(now)
  }

  pollTimeout(): MonotonicMs | undefined {
    return this.#registry.pollTimeout()
  }

  /** What happened, for whoever gave no `trace`; oldest first. */
  pollEvent(): RegistryEvent | undefined {
    return this.#registry.events.poll()
  }

  /** Says goodbye to all, refuses what is new, answers what is with the store (for `waitMs`), and closes the links. */
  drain(now: MonotonicMs, waitMs?: number): void {
    this.#registry.drain(now, waitMs)
  }

  /** After {@link drain}: whether nobody is owed anything any more. */
  get isDrained(): boolean {
    return this.#registry.isDraining && this.#registry.sessions === 0
  }

  /** See {@link Administration}. */
  clients(): readonly AccountRow[] {
    return this.#registry.administration.clients()
  }

  /** See {@link Administration}. */
  peers(now: MonotonicMs): readonly PeerRow[] {
    return this.#registry.administration.peers(now)
  }

  disconnect(now: MonotonicMs, name: string): number {
    return this.#registry.administration.disconnect(now, name)
  }

  suspend(...args: Parameters<Administration['suspend']>): void {
    this.#registry.administration.suspend(...args)
  }

  unsuspend(...args: Parameters<Administration['unsuspend']>): void {
    this.#registry.administration.unsuspend(...args)
  }

  /** What was counted since the start. */
  counted(): CountedFigures {
    return this.#registry.counted()
  }

  /** How often, in each of the last seconds. */
  series(now: MonotonicMs, seconds?: number): ReturnType<Figures['series']> {
    return this.#registry.figures.series(now, seconds)
  }

  get online(): number {
    return this.#registry.presence.onlineCount
  }

  get requestsInWork(): number {
    return this.#registry.requestsInWork
  }

  freeName(...args: Parameters<Administration['freeName']>): void {
    this.#registry.administration.freeName(...args)
  }

  makeInvite(...args: Parameters<Administration['makeInvite']>): void {
    this.#registry.administration.makeInvite(...args)
  }

  sayAsRegistry(now: MonotonicMs, text: string, done: SayDone): void {
    this.#registry.sayAsRegistry(now, text, done)
  }

  get sessions(): number {
    return this.#registry.sessions
  }

  /** Where a session is seen, also while its end is being told. */
  addressOf(session: number): Address | undefined {
    return this.#addresses.get(session)
  }

  #noteAddress(type: LinkNote['type'], session: SessionId, address: Address): void {
    this.#addresses.set(session, address)
    this.#traceLink?.({ type, session, address })
  }
}

/** A link number is never given twice by its endpoint, so it serves as the session's. */
function linkOf(session: SessionId): LinkId {
  return session as number as LinkId
}

function sessionPort(endpoint: RegistryProgramOptions['endpoint'], onClose: (session: SessionId) => void): SessionPort {
  return {
    send: (now, session, bytes) => {
      const outcome = endpoint.send(now, linkOf(session), registryStream.control, bytes)
      return outcome === 'tooLarge' ? 'closed' : outcome
    },
    close: (now, session, code, reason) => {
      endpoint.close(now, linkOf(session), code, reason)
      onClose(session)
    },
    rttMs: (session) => endpoint.stats(linkOf(session))?.rttMs,
    linkFigures: (session) => linkFigures(endpoint.stats(linkOf(session))),
    linkMemo: (session) => endpoint.linkMemo(linkOf(session)),
    resetForgotten: (_now, links) => endpoint.resetForgotten(links),
  }
}

function linkFigures(stats: LinkStats | undefined): LinkFigures | undefined {
  if (!stats) return undefined
  const { rttMs, packetsLost, spuriousLosses, packetsReceived: packetsIn, packetsSent: packetsOut } = stats
  // The link's own estimate of loss begins with a guess; counts do not.
  const lossRate = packetsOut === 0 ? 0 : (packetsLost - spuriousLosses) / packetsOut
  return { rttMs, lossRate, packetsIn, packetsOut }
}

/** Who closed or lost the link is away at once; silence and a newer link of the same device leave it to the lease. */
function endOf(cause: LinkDownCause): SessionEnd {
  return cause.kind === 'idle' || cause.kind === 'replaced' ? 'silent' : 'gone'
}

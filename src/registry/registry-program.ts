// The registry as a program on an endpoint: links become sessions, link events become calls of the rules. No platform, so
// that the simulator runs the very same class. docs/protocol/registry.md, "Session".

import type { MonotonicMs, Random, WallMs } from '../base/index.ts'
import { verifySignature } from '../crypto/index.ts'
import type { Endpoint, LinkDownCause, LinkEvent, LinkId, Program } from '../link/index.ts'
import { type Policy, registryStream } from '../protocol/index.ts'
import {
  Registry,
  type RegistryEvent,
  type RegistryLimits,
  type SessionEnd,
  type SessionId,
  type SessionPort,
  type Store,
} from './domain/index.ts'

export interface RegistryProgramOptions {
  readonly endpoint: Pick<Endpoint, 'send' | 'close' | 'stats' | 'linkMemo' | 'resetForgotten'>
  readonly store: Store
  readonly random: Random
  readonly wallMs: () => WallMs
  readonly policy: Policy
  /** What people call this registry, at most 64 characters. */
  readonly name: string
  readonly limits?: Partial<RegistryLimits>
  /** The instant of the start. */
  readonly now?: MonotonicMs
  readonly trace?: (event: RegistryEvent) => void
}

export class RegistryProgram implements Program {
  readonly #registry: Registry

  constructor(options: RegistryProgramOptions) {
    const { endpoint, store, random, wallMs, policy, name, limits, trace } = options
    this.#registry = new Registry(options.now ?? 0, {
      store,
      port: sessionPort(endpoint),
      verifier: { verifySignature },
      random,
      wallMs,
      policy,
      name,
      ...(limits && { limits }),
      ...(trace && { trace }),
    })
  }

  handleLinkEvent(now: MonotonicMs, event: LinkEvent): void {
    const session = event.link as number as SessionId
    switch (event.type) {
      case 'up':
        return this.#registry.sessionOpened(now, session, event.remoteKey, event.address)
      case 'message':
        // Other streams are for later versions; nothing on them is owed an answer.
        if (event.stream === registryStream.control) this.#registry.sessionMessage(now, session, event.bytes)
        return
      case 'writable':
        return this.#registry.sessionWritable(now, session)
      case 'path':
        return this.#registry.sessionMoved(now, session, event.address)
      case 'down':
        return this.#registry.sessionEnded(now, session, endOf(event.cause))
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

  get sessions(): number {
    return this.#registry.sessions
  }
}

/** A link number is never given twice by its endpoint, so it serves as the session's. */
function linkOf(session: SessionId): LinkId {
  return session as number as LinkId
}

function sessionPort(endpoint: RegistryProgramOptions['endpoint']): SessionPort {
  return {
    send: (now, session, bytes) => {
      const outcome = endpoint.send(now, linkOf(session), registryStream.control, bytes)
      return outcome === 'tooLarge' ? 'closed' : outcome
    },
    close: (now, session, code, reason) => endpoint.close(now, linkOf(session), code, reason),
    rttMs: (session) => endpoint.stats(linkOf(session))?.rttMs,
    linkMemo: (session) => endpoint.linkMemo(linkOf(session)),
    resetForgotten: (_now, links) => endpoint.resetForgotten(links),
  }
}

/** Who closed or lost the link is away at once; silence and a newer link of the same device leave it to the lease. */
function endOf(cause: LinkDownCause): SessionEnd {
  return cause.kind === 'idle' || cause.kind === 'replaced' ? 'silent' : 'gone'
}

// Which links are up on which hosts, by the handshake that both sides share: a link that only one side believes in is none.

import { toHex } from '../src/base/index.ts'
import type { LinkId, Program } from '../src/link/index.ts'

/** The links of one incarnation of a host. */
export interface HostLinks {
  ids(): Iterable<LinkId>
  /** The program, watched. */
  watch(program: Program): Program
  /** The host went down, and its links with it. */
  end(): void
}

export class LinkBook {
  readonly #hosts = new Map<string, Map<LinkId, string>>()

  /** A host starts, without links. */
  begin(host: string): HostLinks {
    const links = new Map<LinkId, string>()
    this.#hosts.set(host, links)
    return {
      ids: () => links.keys(),
      watch: (program) => ({
        handleLinkEvent(now, event) {
          if (event.type === 'up') links.set(event.link, toHex(event.handshakeHash))
          if (event.type === 'down') links.delete(event.link)
          program.handleLinkEvent(now, event)
        },
        handleTimeout: (now) => program.handleTimeout(now),
        pollTimeout: () => program.pollTimeout(),
      }),
      end: () => links.clear(),
    }
  }

  /** Whether both hosts have one and the same link up. */
  areLinked(a: string, b: string): boolean {
    const theirs = new Set(this.#hosts.get(b)?.values())
    for (const handshake of this.#hosts.get(a)?.values() ?? []) if (theirs.has(handshake)) return true
    return false
  }
}

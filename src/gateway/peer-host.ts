// The one peer behind the pages of this process: opened where a page asks for it, replaced where a page asks for another,
// and told to all pages. It runs before there is any peer, as a first run begins with the page's own dialogue. Invariant:
// at most one peer is open, and one opening is under way; a key question stands until a page answers it or nobody can.

import { ParleyError } from '../base/index.ts'
import { foldName } from '../protocol/account-name.ts'
import type { OpenPeerOptions, PeerApi, PeerStatus } from '../api/index.ts'

/** A profile on this machine. */
export interface HostProfile {
  readonly name: string
  /** HOST:PORT of the registry that it has, or had last. */
  readonly registry?: string
}

export interface HostStatus {
  readonly version: string
  readonly profiles: readonly HostProfile[]
  readonly isOpen: boolean
  /** The account that is open, or that the command named. */
  readonly name?: string
  /** The registry that the command named, for the request dialogue. */
  readonly registry?: string
  /** A registry's key that waits for an answer. */
  readonly registryKey?: { readonly fingerprint: string }
}

/** What the request dialogue asks for. */
export interface OpenRequest {
  readonly name: string
  readonly registry?: string | undefined
  readonly port?: number | undefined
  readonly inviteCode?: string | undefined
}

/** What pages hear beside the peer's events, each as a notice of its own name. */
export type HostNotice =
  | { readonly method: 'registryKey'; readonly params: { readonly fingerprint: string } }
  | { readonly method: 'opened'; readonly params: { readonly status: PeerStatus } }

export interface PeerHostOptions {
  readonly version: string
  readonly home?: string
  /** What the command line said of the first peer, for the dialogue. */
  readonly name?: string
  readonly registry?: string
  readonly open: (options: OpenPeerOptions) => Promise<PeerApi>
  readonly profileNames: (home?: string) => readonly string[]
  /** HOST:PORT of the registry that a profile used last. */
  readonly lastRegistry?: (name: string, home?: string) => string | undefined
  /** A peer that is open already and stays with whoever opened it: `close` leaves it alone. */
  readonly lent?: PeerApi
}

interface KeyQuestion {
  readonly fingerprint: string
  readonly answer: (trust: boolean) => void
}

export class PeerHost implements AsyncDisposable {
  readonly #options: PeerHostOptions
  readonly #listeners = new Set<(notice: HostNotice) => void>()
  #peer: PeerApi | undefined
  #question: KeyQuestion | undefined
  #opening: Promise<unknown> = Promise.resolve()
  #isClosed = false

  constructor(options: PeerHostOptions) {
    this.#options = options
    this.#peer = options.lent
  }

  /** Throws ParleyError `noPeer` before one is open. */
  peer(): PeerApi {
    if (this.#peer === undefined) throw new ParleyError('noPeer', { message: 'no peer is open yet' })
    return this.#peer
  }

  status(): HostStatus {
    const { version, home, name: wanted, registry } = this.#options
    const open = this.#peer
    const name = open?.name ?? wanted
    const profiles = this.#options.profileNames(home).map((profile) => this.#profile(profile))
    return {
      version,
      profiles,
      isOpen: open !== undefined,
      ...(name !== undefined && { name }),
      ...(registry !== undefined && { registry }),
      ...(this.#question && { registryKey: { fingerprint: this.#question.fingerprint } }),
    }
  }

  /**
   * Opens a peer and closes a former one, one request after the other. Rejects as `openSharedPeer` does; the former one is
   * open again then. `notOwner` where the peer belongs to another face of this process.
   */
  async open(request: OpenRequest): Promise<PeerStatus> {
    if (this.#options.lent !== undefined) throw new ParleyError('notOwner', { message: 'another face holds this peer' })
    const opened = this.#opening.then(() => this.#replace(request))
    this.#opening = opened.catch(() => undefined)
    return opened
  }

  /** Rejects with `noQuestion` where none is open, as another page may have answered. */
  async answerRegistryKey(trust: boolean): Promise<void> {
    if (this.#question === undefined) throw new ParleyError('noQuestion', { message: 'nothing is asked' })
    this.#answer(trust)
    await Promise.resolve()
  }

  /** Hears every notice from now on, and at once a question that is open. The answer ends it. */
  watch(listener: (notice: HostNotice) => void): () => void {
    this.#listeners.add(listener)
    if (this.#question) listener({ method: 'registryKey', params: { fingerprint: this.#question.fingerprint } })
    return () => void this.#listeners.delete(listener)
  }

  /** Closes the peer, where it is its own. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#answer(false)
    await this.#opening
    const peer = this.#peer
    this.#peer = undefined
    if (peer !== this.#options.lent) await peer?.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #profile(name: string): HostProfile {
    const { home, lastRegistry } = this.#options
    const isOpen = this.#peer !== undefined && foldName(this.#peer.name) === foldName(name)
    const registry = isOpen ? this.#peer?.registry : lastRegistry?.(name, home)
    return { name, ...(registry !== undefined && { registry }) }
  }

  async #replace(request: OpenRequest): Promise<PeerStatus> {
    if (this.#isClosed) throw new ParleyError('closed')
    const former = this.#peer
    // Two pages may show the same dialogue.
    if (former !== undefined && isSame(former, request)) return former.status()
    const back = former && { name: former.name, registry: former.registry }
    this.#peer = undefined
    this.#answer(false)
    await former?.close()
    try {
      await this.#openPeer(request)
    } catch (error) {
      if (back) await this.#openPeer(back).catch(() => undefined)
      throw error
    }
    const status = await this.peer().status()
    this.#tell({ method: 'opened', params: { status } })
    return status
  }

  async #openPeer({ name, registry, port, inviteCode }: OpenRequest): Promise<void> {
    const { home, open } = this.#options
    const peer = await open({
      name,
      ...(home !== undefined && { home }),
      ...(registry !== undefined && { registry }),
      ...(port !== undefined && { port }),
      ...(inviteCode !== undefined && { inviteCode }),
      onRegistryKey: (fingerprint) => this.#ask(fingerprint),
    })
    if (!this.#isClosed) this.#peer = peer
    else await peer.close()
  }

  /** A later question replaces an earlier one, which is answered with no. */
  #ask(fingerprint: string): Promise<boolean> {
    if (this.#isClosed) return Promise.resolve(false)
    this.#answer(false)
    return new Promise((answer) => {
      this.#question = { fingerprint, answer }
      this.#tell({ method: 'registryKey', params: { fingerprint } })
    })
  }

  #answer(trust: boolean): void {
    const question = this.#question
    this.#question = undefined
    question?.answer(trust)
  }

  #tell(notice: HostNotice): void {
    for (const listener of this.#listeners) listener(notice)
  }
}

function isSame({ name }: PeerApi, { name: wanted, registry, port, inviteCode }: OpenRequest): boolean {
  const isPlain = registry === undefined && port === undefined && inviteCode === undefined
  return isPlain && foldName(name) === foldName(wanted)
}

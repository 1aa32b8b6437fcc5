// A running peer with promises: profile, lock, store thread, socket and rules put together and taken apart in the right
// order. It adds no rule of its own. Invariant: nobody waits for ever; whatever ends the peer ends every promise.

import { join } from 'node:path'
import { encodeUtf8, ParleyError, type MonotonicMs, type Result } from '../base/index.ts'
import { fingerprint, mac, systemRandom } from '../crypto/index.ts'
import { ensurePrivateFolder, FolderLock, StoreThread } from '../disk/index.ts'
import { Endpoint, type Program } from '../link/index.ts'
import { LinkDriver, systemClock } from '../net/index.ts'
import { type AccountMode, formatInvite, isAccountName, nameProblem } from '../protocol/index.ts'
import {
  type Done,
  type HistoryRow,
  type MessageId,
  type PeerEvent,
  type PeerProfile,
  PeerProgram,
  type PeerStore,
  type Reason,
  type RegistryState,
  type StoreFailure,
} from './domain/index.ts'
import { EventBoard } from './event-board.ts'
import { historyMessageOf } from './history-message.ts'
import { formatPlace, KnownRegistries } from './known-registries.ts'
import { LinkTimestamp } from './link-timestamp.ts'
import { localAddresses } from './local-addresses.ts'
import { PasswordThread } from './password-client.ts'
import { PeerAccount } from './peer-account.ts'
import { PeerArchive } from './peer-archive.ts'
import { PeerInsight } from './peer-insight.ts'
import type { HistoryMessage, KnownClient, PeerOptions } from './peer-options.ts'
import { PeerRooms } from './peer-rooms.ts'
import { PeerSends } from './peer-sends.ts'
import { accountFolder, loadProfile } from './profile.ts'
import { chooseRegistry, type RegistryChoice, RegistryFinder } from './registry-choice.ts'
import { SqlitePeerStore, sqlitePeerStoreWorker } from './store/sqlite/sqlite-store.ts'

/** How long a close waits for what is on its way to the disk, ms. */
const flushMs = 2_000
/** The reset key must be the same after a restart, and nobody else's. */
const resetKeyLabel = encodeUtf8('parley/peer/reset-key/1\0')

/** The one answer to a command. */
export type CommandDone<T> = (outcome: Result<T, Reason>) => void

export class Peer implements AsyncDisposable {
  /** The own account's name. */
  readonly name: string
  /** The own identity, for people. */
  readonly fingerprint: string
  /** The registry as HOST:PORT. */
  readonly registry: string
  /** The verbs about the own account and other people. */
  readonly account: PeerAccount
  /** The verbs about rooms and the public channel. */
  readonly rooms: PeerRooms
  /** The verbs about what was said. */
  readonly archive: PeerArchive
  /** What is known of this peer and of people. */
  readonly insight: PeerInsight
  /** Messages on their way to the disk. */
  readonly sends: PeerSends
  readonly #options: PeerOptions
  readonly #choice: RegistryChoice
  readonly #registries: KnownRegistries
  readonly #lock: FolderLock
  readonly #thread: StoreThread
  readonly #store: PeerStore
  readonly #endpoint: Endpoint
  readonly #program: PeerProgram
  readonly #finder: RegistryFinder
  readonly #board = new EventBoard<PeerEvent>()
  /** How to reject each command that has no answer yet. */
  readonly #commands = new Set<(error: ParleyError) => void>()
  readonly #passwords = new PasswordThread((run) => this.#turn(run))
  #driver: LinkDriver | undefined
  #onTurn: (() => void) | undefined
  #closing: Promise<void> | undefined
  #failure: ParleyError | undefined

  private constructor(options: PeerOptions, folder: string, lock: FolderLock, profile: PeerProfile) {
    const random = systemRandom()
    this.#options = options
    this.#lock = lock
    this.name = profile.name
    this.account = new PeerAccount(this)
    this.rooms = new PeerRooms(this)
    this.archive = new PeerArchive(this)
    this.insight = new PeerInsight(this, profile.identity.publicKey)
    this.sends = new PeerSends({
      turn: (run) => {
        if (this.#failure || this.#closing) throw this.#failure ?? new ParleyError('closed')
        this.#turn(run)
      },
      start: (now, to, text, id) => this.#program.send(now, to, text, id),
      isKept: (id) => this.#ask((done) => this.#store.isKept(id, done)),
    })
    this.fingerprint = fingerprint(profile.identity.publicKey)
    this.#registries = new KnownRegistries(folder)
    this.#choice = chooseRegistry(options.registry, this.#registries)
    this.registry = formatPlace(this.#choice.target)
    this.#finder = new RegistryFinder(this.#choice.target, (addresses) => {
      this.#turn(() => this.#program.setRegistryAddresses(addresses))
    })
    const timestamp = new LinkTimestamp(folder, () => systemClock.wallMs())
    const secret = profile.linkKey.exportSecret()
    this.#endpoint = new Endpoint(
      {
        staticKey: profile.linkKey,
        resetKey: mac(secret, resetKeyLabel),
        random,
        purpose: 'peer',
        // People are told within seconds that nobody answers, and a registry that returns is met within one.
        limits: { attemptMs: 4_000, retryMaxMs: 1_000 },
        timestamp: () => timestamp.next(),
      },
      systemClock.monotonicMs(),
    )
    secret.fill(0)
    this.#thread = new StoreThread({
      worker: sqlitePeerStoreWorker,
      file: join(folder, 'peer.db'),
      turn: (run) => this.#turn(run),
      onFatal: (error) => this.#fail(error),
    })
    this.#store = new SqlitePeerStore(this.#thread)
    const { key, otherKey } = this.#choice
    this.#program = new PeerProgram({
      endpoint: this.#endpoint,
      store: this.#store,
      random,
      wallMs: () => systemClock.wallMs(),
      profile,
      registry: { addresses: this.#finder.literal, key, otherKey },
      agent: (options.agent ?? 'parley').slice(0, 64),
      passwords: this.#passwords,
      inviteCode: options.inviteCode,
      selfNotes: options.selfNotes,
    })
  }

  /**
   * Opens the peer of an account; does not wait for the registry. Throws ParleyError `badName`, `noRegistry`,
   * `badRegistry`, `folderLocked`, `privateFileOpen`, `keyDamaged`, `fileDamaged`, `notReadable`, `notWritable`,
   * `storeDamaged`, `storeNewer`, `portInUse`, `portForbidden`, `hostNotLocal`; then nothing is left running.
   */
  static async open(options: PeerOptions): Promise<Peer> {
    const { name, home } = options
    if (!isAccountName(name)) throw new ParleyError('badName', { details: { name, problem: nameProblem(name) } })
    const folder = accountFolder(name, home)
    ensurePrivateFolder(folder)
    const lock = FolderLock.take(folder, options.agent ?? 'parley')
    let peer: Peer | undefined
    try {
      const profile = loadProfile(folder, name, systemRandom(), systemClock.wallMs())
      peer = new Peer(options, folder, lock, profile)
      await peer.#start()
      return peer
    } catch (error) {
      if (peer) await peer.#takeApart()
      lock.release()
      throw error
    }
  }

  /** The registry as an invite link, once its key is known. */
  get invite(): string {
    const { target, key: given } = this.#choice
    const key = this.#program.registryKey ?? given
    return key ? formatInvite({ host: target.host, port: target.port, key }) : this.registry
  }

  /** How the registry gives names, once it said so. */
  get accountMode(): AccountMode | undefined {
    return this.#program.accountMode
  }

  /** The own UDP port. */
  get port(): number {
    return this.#driver?.address.port ?? 0
  }

  registryState(): RegistryState {
    return this.#program.registryState
  }

  /**
   * Resolves when the message is committed here; rejects with a ParleyError whose code says why nothing was kept. `id`: the
   * caller's own; the same again is the same message.
   */
  send(to: string, text: string, id?: MessageId): Promise<{ id: MessageId }> {
    return this.sends.send(to, text, id)
  }

  /** Who is known at the registry, ourselves not among them. */
  clients(): Promise<readonly KnownClient[]> {
    return Promise.resolve(this.#program.clients())
  }

  /** The last `limit` messages with one person, oldest first. */
  async history(name: string, limit: number): Promise<readonly HistoryMessage[]> {
    const rows = await this.#ask<readonly HistoryRow[]>((done) => this.#store.history({ name, limit }, done))
    return rows.map((row) => historyMessageOf(row, this.name))
  }

  /** Everybody there are messages with. */
  conversations(): Promise<readonly string[]> {
    return this.#ask((done) => this.#store.conversations(done))
  }

  /** Accepts the identity that a contact shows now. Rejects with `nothingToAccept` where it is the pinned one. */
  acceptIdentity(name: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#turn((now) => {
        if (this.#program.acceptIdentity(now, name)) resolve()
        else reject(new ParleyError('nothingToAccept', { details: { name } }))
      })
    })
  }

  /** Asks the rules something; rejects with a ParleyError made of the reason, or `closed`. For the parts of the façade. */
  command<T>(call: (program: PeerProgram, now: MonotonicMs, done: CommandDone<T>) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#failure || this.#closing) return reject(this.#failure ?? new ParleyError('closed'))
      this.#commands.add(reject)
      this.#turn((now) =>
        call(this.#program, now, (outcome) => {
          this.#commands.delete(reject)
          if (outcome.ok) resolve(outcome.value)
          else reject(new ParleyError(outcome.error.code, { details: { ...outcome.error.details } }))
        }),
      )
    })
  }

  /** Asks the store something; rejects with what it failed with, or `closed`. For the parts of the façade. */
  askStore<T>(call: (store: PeerStore, done: Done<T>) => void): Promise<T> {
    return this.#ask((done) => call(this.#store, done))
  }

  /** Tells all listeners what a part of the façade did. */
  tell(event: PeerEvent): void {
    this.#board.tell(event)
  }

  /** Hears every event from now on, the first listener also what came before; the answer ends it. Must not throw. */
  subscribe(listener: (event: PeerEvent) => void): () => void {
    return this.#board.subscribe(listener)
  }

  /** Goodbye to registry and peers, then lets go of socket, store and lock. What is not delivered stays kept. */
  async close(): Promise<void> {
    this.#closing ??= this.#close()
    await this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #start(): Promise<void> {
    const { host, port = 0 } = this.#options
    const bound = { endpoint: this.#endpoint, program: this.#driven(), host, port, clock: systemClock }
    const opening = LinkDriver.open(bound).then((driver) => (this.#driver = driver))
    // Both are waited for, so that whichever fails, the other can be taken apart.
    const outcomes = await Promise.allSettled([opening, this.#thread.ready()])
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
    this.#program.setLocalAddresses(localAddresses((this.#driver as LinkDriver).address))
    this.#registries.use(this.#choice.target)
    this.#finder.find()
    this.#turn((now) => this.#program.start(now))
    await this.#until(() => this.#program.isRunning || this.#failure !== undefined)
    if (this.#failure) throw this.#failure
  }

  /** The program, with its events taken after each step. */
  #driven(): Program {
    return {
      handleLinkEvent: (now, event) => {
        this.#program.handleLinkEvent(now, event)
        this.#takeEvents()
        this.#onTurn?.()
      },
      handleTimeout: (now) => {
        this.#program.handleTimeout(now)
        this.#takeEvents()
        this.#onTurn?.()
      },
      pollTimeout: () => this.#program.pollTimeout(),
    }
  }

  #turn(run: (now: MonotonicMs) => void): void {
    const step = (now: MonotonicMs): void => {
      run(now)
      this.#takeEvents()
    }
    if (this.#driver) this.#driver.turn(step)
    else step(systemClock.monotonicMs())
    this.#onTurn?.()
  }

  #takeEvents(): void {
    for (let event = this.#program.pollEvent(); event; event = this.#program.pollEvent()) {
      this.#board.tell(event)
      this.#handleEvent(event)
    }
  }

  #handleEvent(event: PeerEvent): void {
    this.sends.hear(event)
    this.insight.hear(event)
    if (event.type === 'registryKey') void this.#askTrust(event.key, event.fingerprint)
    else if (event.type === 'registry' && event.state === 'unreachable') this.#finder.find()
    else if (event.type === 'registry' && event.state === 'online') this.#pin(this.#program.registryKey)
  }

  async #askTrust(key: Uint8Array, shown: string): Promise<void> {
    let isTrusted = false
    try {
      isTrusted = (await this.#options.onRegistryKey?.(shown)) === true && this.#pin(key)
    } finally {
      if (!this.#closing) this.#turn((now) => this.#program.trustRegistry(now, isTrusted))
    }
  }

  /** Whether the key is on the disk: one that is not would be a first contact again, and silently so. */
  #pin(key: Uint8Array | undefined): boolean {
    try {
      if (key) this.#registries.pin(this.#choice.target, key)
      return true
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      this.#board.tell({ type: 'warning', reason: { code: 'notPinned', details: { reason } } })
      return false
    }
  }

  #ask<T>(call: (done: (now: MonotonicMs, outcome: Result<T, StoreFailure>) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#failure || this.#closing) return reject(this.#failure ?? new ParleyError('closed'))
      call((_now, outcome) => {
        if (outcome.ok) resolve(outcome.value)
        else reject(new ParleyError(outcome.error.code, { details: { detail: outcome.error.detail } }))
      })
    })
  }

  /** Waits until something holds after a turn; at most `ms`. */
  async #until(holds: () => boolean, ms?: number): Promise<void> {
    if (holds()) return
    await new Promise<void>((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(resolve, ms)
      this.#onTurn = () => {
        if (!holds()) return
        clearTimeout(timer)
        resolve()
      }
    })
    this.#onTurn = undefined
  }

  async #close(): Promise<void> {
    // Who leaves right after the first login must have left prekeys, or no mail can be sealed to them.
    await this.#until(() => !this.#program.isUploading || this.#failure !== undefined, flushMs)
    this.#turn((now) => this.#program.close(now))
    await this.#until(() => this.#program.isIdle || this.#failure !== undefined, flushMs)
    await this.#takeApart()
    this.#rejectAll(new ParleyError('closed'))
    this.#lock.release()
  }

  async #takeApart(): Promise<void> {
    await this.#passwords.close()
    await this.#driver?.close()
    await this.#thread.close()
  }

  /** The store cannot go on, so nothing can be promised any more. */
  #fail(error: ParleyError): void {
    this.#failure = error
    this.#board.tell({ type: 'warning', reason: { code: error.code, details: { ...error.details } } })
    this.#rejectAll(error)
    if (this.#driver) this.#turn((now) => this.#program.close(now))
  }

  #rejectAll(error: ParleyError): void {
    this.sends.rejectAll(error)
    const commands = [...this.#commands]
    this.#commands.clear()
    for (const reject of commands) reject(error)
  }
}

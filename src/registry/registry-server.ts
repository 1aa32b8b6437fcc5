// A registry on a real socket and a real disk: lock, keys, store thread, endpoint, program and loop, put together and
// taken apart in the right order. Invariant: nothing is acknowledged that is not on the disk, so when the disk fails the
// server stops. docs/operating.md.

import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { type Address, type MonotonicMs, ParleyError, type Result } from '../base/index.ts'
import { fingerprint, systemRandom } from '../crypto/index.ts'
import { ensurePrivateFolder, FolderLock, StoreThread } from '../disk/index.ts'
import { Endpoint } from '../link/index.ts'
import { LinkDriver, systemClock } from '../net/index.ts'
import { type AccountMode, defaultPolicy, defaultRegistryPort, formatInvite, type Policy } from '../protocol/index.ts'
import type { AccountRow, NewInviteCode, PasswordPort, PeerRow, RegistryEvent, RegistryLimits } from './domain/index.ts'
import { openPasswordFile } from './password-file.ts'
import { loadRegistryKeys, type RegistryKeys } from './registry-keys.ts'
import { type LogLevel, type LogStream, RegistryLog } from './registry-log.ts'
import { type Readiness, RegistryMeter } from './registry-meter.ts'
import { RegistryProgram } from './registry-program.ts'
import { SqliteStore, sqliteStoreWorker } from './store/sqlite/sqlite-store.ts'

export interface RegistryServerOptions {
  /** Folder of the keys and the database; made 0700 where it is missing. */
  readonly data: string
  /** The literal to bind; absent: every address of the machine. */
  readonly host?: string | undefined
  /** 0: any free one; absent: 4747. */
  readonly port?: number | undefined
  /** What people call this registry, at most 64 characters. */
  readonly name?: string | undefined
  /** Who may take a new name; absent: anybody. */
  readonly accounts?: AccountMode | undefined
  /** Where the log goes; absent: nowhere. */
  readonly log?: LogStream | readonly LogStream[] | undefined
  readonly logLevel?: LogLevel | undefined
  /** Whether the log tells where peers are; absent: yes. */
  readonly logAddresses?: boolean | undefined
  /** Told of what is said in the public channel; must not call back. */
  readonly onChannel?: ((message: ChannelMessage) => void) | undefined
  /** The table of clients may have changed; must not call back. */
  readonly onTable?: (() => void) | undefined
  readonly policy?: Partial<Policy> | undefined
  readonly limits?: Partial<RegistryLimits> | undefined
  /** The module of the store's thread; absent: SQLite in `data`. */
  readonly storeWorker?: URL | undefined
  /** The store broke and the server has stopped by itself; the process should end with an error. */
  readonly onFatal?: ((error: ParleyError) => void) | undefined
}

/** What somebody said to everybody; `from` is absent where the registry itself spoke. */
export interface ChannelMessage {
  readonly from?: string | undefined
  readonly text: string
}

/** After these the table of clients may look different. */
const tableEvents: readonly RegistryEvent['type'][] = [
  'loggedIn',
  'left',
  'freed',
  'suspended',
  'resumed',
  'tableUpdated',
]

const defaultName = 'Parley'
const nameCharactersMax = 64

export class RegistryServer implements AsyncDisposable {
  /** What people call it. */
  readonly name: string
  /** The link key in the form people compare. */
  readonly fingerprint: string
  /** The link key, 32 bytes. */
  readonly key: Uint8Array
  readonly #lock: FolderLock
  readonly #log: RegistryLog
  readonly #options: RegistryServerOptions
  readonly #store: StoreThread
  readonly #program: RegistryProgram
  readonly #endpoint: Endpoint
  readonly #tableListeners = new Set<() => void>()
  /** Figures of this registry, measured when they are asked for. */
  readonly meter: RegistryMeter
  #driver: LinkDriver | undefined
  #stopping: Promise<void> | undefined
  #onDrained: (() => void) | undefined

  private constructor(
    options: RegistryServerOptions,
    lock: FolderLock,
    keys: RegistryKeys,
    passwords: PasswordPort | undefined,
  ) {
    this.name = (options.name ?? defaultName).slice(0, nameCharactersMax)
    this.key = keys.link.publicKey
    this.fingerprint = fingerprint(this.key)
    this.#lock = lock
    const { log = [], logLevel: level, logAddresses: addresses } = options
    this.#log = new RegistryLog('write' in log ? [log] : log, { level, addresses })
    this.#options = options
    const file = join(options.data, 'registry.db')
    this.#store = new StoreThread({
      worker: options.storeWorker ?? sqliteStoreWorker,
      file,
      turn: (run) => this.#turn(run),
      onFatal: (error) => this.#fail(error),
    })
    const random = systemRandom()
    const now = systemClock.monotonicMs()
    let timestamp = 0
    const timestampAfter = (): number => (timestamp = Math.max(systemClock.wallMs(), timestamp + 1))
    const { link: staticKey, reset: resetKey } = keys
    this.#endpoint = new Endpoint({ staticKey, resetKey, random, purpose: 'registry', timestamp: timestampAfter }, now)
    const store = new SqliteStore(this.#store)
    this.#program = new RegistryProgram({
      endpoint: this.#endpoint,
      store,
      random,
      wallMs: () => systemClock.wallMs(),
      policy: { ...defaultPolicy, ...options.policy },
      name: this.name,
      now,
      accounts: options.accounts,
      passwords,
      trace: (event) => this.#note(event),
      traceLink: (note) => {
        this.#log.noteLink(note)
        this.#tellTable()
      },
      ...(options.limits && { limits: options.limits }),
    })
    this.meter = new RegistryMeter({ program: this.#program, store, file, clock: systemClock })
  }

  /**
   * Starts a registry. Throws ParleyError `folderLocked`, `notWritable`, `notReadable`, `privateFileOpen`, `keyDamaged`,
   * `storeDamaged`, `storeNewer`, `portInUse`, `portForbidden`, `hostNotLocal`; then nothing is left running.
   */
  static async open(options: RegistryServerOptions): Promise<RegistryServer> {
    ensurePrivateFolder(options.data)
    const lock = FolderLock.take(options.data, 'parley registry')
    let server: RegistryServer | undefined
    try {
      const passwords = options.accounts === 'password' ? await openPasswordFile(options.data) : undefined
      server = new RegistryServer(options, lock, loadRegistryKeys(options.data, systemRandom()), passwords)
      await server.#start(options)
      return server
    } catch (error) {
      if (server) await server.#takeApart()
      lock.release()
      throw error
    }
  }

  /** Where the socket is bound. */
  get address(): Address {
    return (this.#driver as LinkDriver).address
  }

  /** An address that others can be told: the bound one, or for a wildcard one of this machine's. */
  get publicAddress(): Address {
    const { host, port } = this.address
    return { host: host === '::' || host === '0.0.0.0' ? machineHost() : host, port }
  }

  /** One line to join: `parley://KEY@HOST:PORT`. */
  get invite(): string {
    return formatInvite({ ...this.publicAddress, key: this.key })
  }

  get sessions(): number {
    return this.#program.sessions
  }

  /** Everybody who is on line, and those seen last. */
  clients(): readonly AccountRow[] {
    return this.#program.clients()
  }

  /** Everybody who is on line, those seen last, and who is suspended, with figures of their links. */
  peers(): readonly PeerRow[] {
    return this.#program.peers(systemClock.monotonicMs())
  }

  /** Told that the table of clients may have changed; must not call back. The answer ends it. */
  watchTable(listener: () => void): () => void {
    this.#tableListeners.add(listener)
    return () => void this.#tableListeners.delete(listener)
  }

  /** Whether it can serve: the socket is bound, and the store, really asked, answers within 2 s. */
  readiness(): Promise<Readiness> {
    return this.meter.readiness(this.#driver !== undefined && this.#stopping === undefined)
  }

  /** The figures in the Prometheus form. Its library is loaded at the first question. */
  async metrics(version: string): Promise<{ readonly type: string; readonly body: string }> {
    const { metricsText } = await import('./registry-metrics.ts')
    return metricsText({ meter: this.meter, version, accounts: this.#options.accounts ?? 'open' })
  }

  /** Ends the sessions of an account with a goodbye; its peers may come back. How many there were. */
  disconnect(name: string): number {
    let sessions = 0
    if (!this.#stopping) this.#turn((now) => (sessions = this.#program.disconnect(now, name)))
    return sessions
  }

  /** Lets nobody log in to the account any more and ends its sessions; false where nobody has the name. */
  suspend(name: string): Promise<boolean> {
    return this.#ask((now, done) => this.#program.suspend(now, name, done))
  }

  /** Lets people log in to the account again; false where nobody has the name. */
  unsuspend(name: string): Promise<boolean> {
    return this.#ask((now, done) => this.#program.unsuspend(now, name, done))
  }

  /** Takes a name from whoever has it, with all that is kept under it; false where nobody had it. */
  freeName(name: string): Promise<boolean> {
    return this.#ask((now, done) => this.#program.freeName(now, name, done))
  }

  /** Makes a code for one new name. Rejects with `tooManyInvites`. */
  makeInvite(): Promise<NewInviteCode> {
    return this.#ask((now, done) => this.#program.makeInvite(now, done))
  }

  /** Speaks in the public channel; how many accounts are told now. Rejects with `empty`, `tooLarge`. */
  say(text: string): Promise<{ readonly number: number; readonly online: number }> {
    return this.#ask((now, done) => this.#program.sayAsRegistry(now, text, done))
  }

  /** Says goodbye to all, answers what is with the store, closes the links, the file and the lock. */
  async stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    await this.#stopping
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  async #start({ host, port }: RegistryServerOptions): Promise<void> {
    const program = {
      handleLinkEvent: (...event: Parameters<RegistryProgram['handleLinkEvent']>) => {
        this.#program.handleLinkEvent(...event)
        this.#noticeDrained()
      },
      handleTimeout: (now: MonotonicMs) => {
        this.#program.handleTimeout(now)
        this.#noticeDrained()
      },
      pollTimeout: () => this.#program.pollTimeout(),
    }
    const bound = { endpoint: this.#endpoint, program, host, port: port ?? defaultRegistryPort, clock: systemClock }
    const opening = LinkDriver.open(bound).then((driver) => (this.#driver = driver))
    // Both are waited for, so that whichever fails, the other can be taken apart.
    const outcomes = await Promise.allSettled([opening, this.#store.ready()])
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
    this.#log.info({ host: this.address.host, port: this.address.port, key: this.fingerprint }, 'listening')
  }

  async #stop(waitMs?: number): Promise<void> {
    this.#log.info({ sessions: this.sessions }, 'stopping')
    const drained = new Promise<void>((resolve) => (this.#onDrained = resolve))
    this.#turn((now) => this.#program.drain(now, waitMs))
    await drained
    await this.#takeApart()
    this.#lock.release()
    this.#log.info({}, 'stopped')
  }

  async #takeApart(): Promise<void> {
    await this.#driver?.close()
    await this.#store.close()
  }

  /** One question to the rules, as a promise. */
  #ask<T>(
    call: (
      now: MonotonicMs,
      done: (now: MonotonicMs, outcome: Result<T, { code: string; detail?: string }>) => void,
    ) => void,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#stopping) return reject(new ParleyError('closed'))
      this.#turn((now) =>
        call(now, (_later, outcome) => {
          if (outcome.ok) return resolve(outcome.value)
          const { code, detail } = outcome.error
          reject(new ParleyError(code, { details: detail === undefined ? {} : { detail } }))
        }),
      )
    })
  }

  #note(event: RegistryEvent): void {
    const { onChannel } = this.#options
    this.#log.note(event, 'session' in event ? this.#program.addressOf(event.session) : undefined)
    if (event.type === 'channel') onChannel?.({ from: event.from, text: event.text })
    if (tableEvents.includes(event.type)) this.#tellTable()
  }

  #tellTable(): void {
    this.#options.onTable?.()
    for (const listener of this.#tableListeners) listener()
  }

  /** What is done in a turn is sent in it, and what happened is in the log after it. */
  #turn(run: (now: MonotonicMs) => void): void {
    if (this.#driver) this.#driver.turn(run)
    else run(systemClock.monotonicMs())
    this.#noticeDrained()
  }

  #noticeDrained(): void {
    if (this.#onDrained && this.#program.isDrained) this.#onDrained()
  }

  /** The disk may not have what it said it has: nothing more is promised to anybody. */
  #fail(error: ParleyError): void {
    this.#log.fatal({ code: error.code, ...error.details }, 'the store broke; stopping')
    const tell = (): void => this.#options.onFatal?.(error)
    // A broken store answers nobody any more, so there is nothing to wait for.
    this.#stopping ??= this.#stop(0)
    this.#stopping.then(tell, tell)
  }
}

function machineHost(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  const outside = all.filter((address) => !address.internal && !address.address.startsWith('fe80'))
  const found = outside.find((address) => address.family === 'IPv4') ?? outside[0]
  return found?.address ?? '127.0.0.1'
}

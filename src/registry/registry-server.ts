// A registry on a real socket and a real disk: lock, keys, store thread, endpoint, program and loop, put together and
// taken apart in the right order. Invariant: nothing is acknowledged that is not on the disk, so when the disk fails the
// server stops. docs/operating.md.

import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import type { Address, MonotonicMs, ParleyError } from '../base/index.ts'
import { fingerprint, systemRandom } from '../crypto/index.ts'
import { ensurePrivateFolder, FolderLock, StoreThread } from '../disk/index.ts'
import { Endpoint } from '../link/index.ts'
import { LinkDriver, systemClock } from '../net/index.ts'
import { defaultPolicy, defaultRegistryPort, formatInvite, type Policy } from '../protocol/index.ts'
import type { RegistryLimits } from './domain/index.ts'
import { loadRegistryKeys, type RegistryKeys } from './registry-keys.ts'
import { type LogStream, logRegistryEvent, openRegistryLog, type RegistryLog } from './registry-log.ts'
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
  /** Where the log goes; absent: nowhere. */
  readonly log?: LogStream | undefined
  readonly logLevel?: 'debug' | 'info' | 'warn' | undefined
  readonly policy?: Partial<Policy> | undefined
  readonly limits?: Partial<RegistryLimits> | undefined
  /** The module of the store's thread; absent: SQLite in `data`. */
  readonly storeWorker?: URL | undefined
  /** The store broke and the server has stopped by itself; the process should end with an error. */
  readonly onFatal?: ((error: ParleyError) => void) | undefined
}

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
  readonly #onFatal: ((error: ParleyError) => void) | undefined
  readonly #store: StoreThread
  readonly #program: RegistryProgram
  readonly #endpoint: Endpoint
  #driver: LinkDriver | undefined
  #stopping: Promise<void> | undefined
  #onDrained: (() => void) | undefined

  private constructor(options: RegistryServerOptions, lock: FolderLock, keys: RegistryKeys) {
    this.name = (options.name ?? defaultName).slice(0, nameCharactersMax)
    this.key = keys.link.publicKey
    this.fingerprint = fingerprint(this.key)
    this.#lock = lock
    this.#log = openRegistryLog(options.log ?? { write: () => undefined }, options.logLevel)
    this.#onFatal = options.onFatal
    this.#store = new StoreThread({
      worker: options.storeWorker ?? sqliteStoreWorker,
      file: join(options.data, 'registry.db'),
      turn: (run) => this.#turn(run),
      onFatal: (error) => this.#fail(error),
    })
    const random = systemRandom()
    const now = systemClock.monotonicMs()
    let timestamp = 0
    const timestampAfter = (): number => (timestamp = Math.max(systemClock.wallMs(), timestamp + 1))
    const { link: staticKey, reset: resetKey } = keys
    this.#endpoint = new Endpoint({ staticKey, resetKey, random, purpose: 'registry', timestamp: timestampAfter }, now)
    this.#program = new RegistryProgram({
      endpoint: this.#endpoint,
      store: new SqliteStore(this.#store),
      random,
      wallMs: () => systemClock.wallMs(),
      policy: { ...defaultPolicy, ...options.policy },
      name: this.name,
      now,
      trace: (event) => logRegistryEvent(this.#log, event),
      ...(options.limits && { limits: options.limits }),
    })
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
      server = new RegistryServer(options, lock, loadRegistryKeys(options.data, systemRandom()))
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
    const tell = (): void => this.#onFatal?.(error)
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

// A registry on virtual time with a store in memory and peers that are nothing but a list of what they were sent. Used by
// the tests of the rules beside it.

import assert from 'node:assert/strict'
import { MemoryRegistryStore } from '../../../sim/store/registry-store.ts'
import { type Address, concatBytes, type Random } from '../../base/index.ts'
import {
  type AccountMode,
  decodeRegistryMessage,
  defaultPolicy,
  type DeviceList,
  deviceListStatement,
  encodeDeviceList,
  encodePrekey,
  encodeRegistryRequest,
  type Policy,
  prekeyStatement,
  type RegistryAnswer,
  type RegistryErrorName,
  registryErrorName,
  type RegistryMessage,
  type RegistryPush,
  type RegistryRequest,
  type SignedPrekey,
} from '../../protocol/index.ts'
import {
  type PasswordPort,
  Registry,
  type RegistryEvent,
  type RegistryLimits,
  type RememberedLink,
  type SessionId,
} from './index.ts'

/** Bytes told apart by one number. */
export function bytesOf(value: number, length = 32): Uint8Array {
  const bytes = new Uint8Array(length).fill(value)
  bytes[length - 1] = (value & 255) ^ (value >> 8)
  return bytes
}

/** A stand-in for a signature: anybody can make it, but only over these bytes and for this key. */
export function sign(key: Uint8Array, bytes: Uint8Array): Uint8Array {
  let sum = 0x811c9dc5
  for (const byte of concatBytes(key, bytes)) sum = Math.imul(sum ^ byte, 0x01000193) >>> 0
  return new Uint8Array(64).map((_, i) => (sum >>> (8 * (i % 4))) & 255)
}

export interface TestbedOptions {
  readonly policy?: Partial<Policy>
  readonly limits?: Partial<RegistryLimits>
  readonly accounts?: AccountMode
  readonly passwords?: PasswordPort
  readonly random?: Random
}

/** A request without its number, which the peer gives. */
export type Unnumbered<R = RegistryRequest> = R extends RegistryRequest ? Omit<R, 'q'> : never

export class Testbed {
  readonly store: MemoryRegistryStore
  readonly events: RegistryEvent[] = []
  readonly peers = new Map<SessionId, Peer>()
  /** Links of earlier lives that were reset. */
  readonly resets: RememberedLink[] = []
  now = 1_000
  /** Wall time less `now`. */
  wallOffsetMs = 1_700_000_000_000
  commitDelayMs = 2
  answerDelayMs = 1
  registry: Registry
  readonly #options: TestbedOptions
  readonly #timers: { at: number; run: (now: number) => void }[] = []
  #accounts: AccountMode | undefined
  #sessions = 0

  constructor(options: TestbedOptions = {}) {
    this.#options = options
    this.#accounts = options.accounts
    this.store = new MemoryRegistryStore({
      schedule: (delayMs, run) => this.#timers.push({ at: this.now + delayMs, run }),
      commitDelayMs: () => this.commitDelayMs,
      answerDelayMs: () => this.answerDelayMs,
    })
    this.registry = this.#start()
  }

  /** The process died and came back: no session is left, the store keeps what was committed. */
  crash(): void {
    this.store.crash()
    this.peers.clear()
    this.registry = this.#start()
  }

  /** The operator stopped it and starts it in another mode. */
  restartAs(accounts: AccountMode): void {
    this.#accounts = accounts
    this.crash()
  }

  #start(): Registry {
    return new Registry(this.now, {
      store: this.store,
      port: {
        send: (_now, session, bytes) => this.peers.get(session)?.receive(bytes) ?? 'closed',
        close: (_now, session, code, reason) => this.peers.get(session)?.closeBy(code, reason),
        rttMs: (session) => this.peers.get(session)?.rttMs,
        linkFigures: (session) => {
          const rttMs = this.peers.get(session)?.rttMs
          return rttMs === undefined ? undefined : { rttMs, lossRate: 0, packetsIn: 1, packetsOut: 2 }
        },
        linkMemo: (session) => this.peers.get(session)?.linkMemo,
        resetForgotten: (_now, links) => this.resets.push(...links),
      },
      verifier: {
        verifySignature: (key, bytes, signature) => Buffer.compare(sign(key, bytes), signature) === 0,
        digest: (bytes) => sign(bytesOf(0), bytes).subarray(0, 32),
      },
      random: this.#options.random ?? { bytes: (length) => bytesOf(7, length), fraction: () => 0.5 },
      wallMs: () => this.now + this.wallOffsetMs,
      policy: { ...defaultPolicy, ...this.#options.policy },
      name: 'test',
      accounts: this.#accounts,
      passwords: this.#options.passwords,
      ...(this.#options.limits && { limits: this.#options.limits }),
      trace: (event) => this.events.push(event),
    })
  }

  /** Lets time pass, running what falls due in order. */
  run(ms: number): void {
    const until = this.now + ms
    for (;;) {
      const timer = this.#timers.toSorted((a, b) => a.at - b.at)[0]
      const due = this.registry.pollTimeout() ?? Infinity
      if (timer && timer.at <= until && timer.at <= due) {
        this.#timers.splice(this.#timers.indexOf(timer), 1)
        this.now = Math.max(this.now, timer.at)
        timer.run(this.now)
      } else if (due <= until) {
        this.now = Math.max(this.now, due)
        this.registry.handleTimeout(this.now)
        assert.ok((this.registry.pollTimeout() ?? Infinity) > this.now, 'a timeout that is handled must move on')
      } else break
    }
    this.now = until
  }

  /** A new link, not logged in. */
  connect(device = this.#sessions + 1, address: Address = { host: '192.0.2.1', port: 1_000 + device }): Peer {
    const id = ++this.#sessions as SessionId
    const peer = new Peer(this, id, device, address)
    this.peers.set(id, peer)
    this.registry.sessionOpened(this.now, id, bytesOf(device), address)
    return peer
  }

  /** A link that is logged in as `name`, of an identity and a device of its own. */
  join(name: string, details: LoginDetails & { address?: Address } = {}): Peer {
    const { identity = this.#sessions + 101, device = this.#sessions + 1 } = details
    const peer = this.connect(device, details.address)
    const answer = peer.ask(loginOf(name, { ...details, identity, device }))
    assert.equal(answer.t, 'welcome', JSON.stringify(answer))
    return peer
  }
}

export interface LoginDetails {
  readonly identity?: number
  readonly device?: number
  /** Devices in the list; by default the one that logs in. */
  readonly devices?: readonly number[]
  readonly version?: number
  readonly addresses?: Address[]
}

export function loginOf(name: string, details: LoginDetails): Unnumbered<Extract<RegistryRequest, { t: 'login' }>> {
  const { identity = 1, device = 1, devices = [device], version = 1, addresses = [] } = details
  const list: DeviceList = {
    v: 1,
    identity: bytesOf(identity),
    version,
    devices: devices.map((key) => ({ key: bytesOf(key), added: 1 })),
  }
  const body = encodeDeviceList(list)
  const signature = sign(bytesOf(identity), deviceListStatement(body))
  return { t: 'login', version: 1, agent: 'test', name, devices: { body, signature }, addresses }
}

export function prekeyOf(identity: number, device: number, id: number, kind: 'once' | 'last' = 'once'): SignedPrekey {
  const body = encodePrekey({ v: 1, id, key: bytesOf(id), device: bytesOf(device), kind, made: 1 })
  return { body, signature: sign(bytesOf(identity), prekeyStatement(body)) }
}

export class Peer {
  readonly id: SessionId
  readonly device: number
  readonly address: Address
  readonly heard: RegistryMessage[] = []
  /** Bytes of each of them. */
  readonly sizes: number[] = []
  rttMs: number | undefined
  linkMemo: RememberedLink
  /** Takes nothing while true. */
  isStuck = false
  closed: { code: number; reason: string } | undefined
  readonly #bed: Testbed
  #q = 0

  constructor(bed: Testbed, id: SessionId, device: number, address: Address) {
    this.#bed = bed
    this.id = id
    this.linkMemo = { ours: bytesOf(id, 8), address }
    this.device = device
    this.address = address
  }

  receive(bytes: Uint8Array): 'queued' | 'full' | 'closed' {
    if (this.closed) return 'closed'
    if (this.isStuck) return 'full'
    const message = decodeRegistryMessage(bytes)
    assert.ok(message.ok, 'the registry speaks its own protocol')
    this.heard.push(message.value)
    this.sizes.push(bytes.length)
    return 'queued'
  }

  closeBy(code: number, reason: string): void {
    assert.equal(this.closed, undefined, 'a link is closed once')
    this.closed = { code, reason }
  }

  /** The code the registry closed this link with. */
  get closeCode(): number | undefined {
    return this.closed?.code
  }

  /** Sends a request and returns its number. */
  tell(request: Unnumbered): number {
    const q = ++this.#q
    this.tellBytes(encodeRegistryRequest({ ...request, q }))
    return q
  }

  tellBytes(bytes: Uint8Array): void {
    this.#bed.registry.sessionMessage(this.#bed.now, this.id, bytes)
  }

  /** Sends a request and waits a moment for the answer. */
  ask(request: Unnumbered): RegistryAnswer {
    const q = this.tell(request)
    this.#bed.run(20)
    const answers = this.answersTo(q)
    assert.equal(answers.length, 1, `one answer to ${request.t}`)
    return answers[0] as RegistryAnswer
  }

  answersTo(q: number): RegistryAnswer[] {
    return this.heard.filter((message): message is RegistryAnswer => 'r' in message && message.r === q)
  }

  /** The name of the error that a request is answered with. */
  refusal(request: Unnumbered): RegistryErrorName | undefined {
    const answer = this.ask(request)
    return answer.t === 'error' ? registryErrorName(answer.code) : undefined
  }

  pushes<T extends RegistryPush['t']>(t: T): Extract<RegistryPush, { t: T }>[] {
    return this.heard.filter((message): message is Extract<RegistryPush, { t: T }> => message.t === t)
  }

  /** What this peer believes of the others, from snapshot and changes. */
  get table(): Map<string, boolean> {
    const table = new Map<string, boolean>()
    for (const { entries } of this.pushes('presence')) for (const { name, online } of entries) table.set(name, online)
    return table
  }

  /** The link takes bytes again. */
  unstick(): void {
    this.isStuck = false
    this.#bed.registry.sessionWritable(this.#bed.now, this.id)
  }

  /** The link ends. */
  end(how: 'gone' | 'silent'): void {
    this.closed = { code: 0, reason: how }
    this.#bed.registry.sessionEnded(this.#bed.now, this.id, how)
  }
}

// A peer as a program of its endpoint: it loads the store, then runs the rules over it (peer-core.ts), and begins anew
// from the disk where the store failed and may recover. It has no clock, no socket and no promises, so that the simulator
// runs the very same class. docs/protocol/peer.md.

import { type Address, assert, type MonotonicMs, type Random, type WallMs } from '../../base/index.ts'
import { fingerprint, type IdentityKeyPair, type LinkKeyPair } from '../../crypto/index.ts'
import type { LinkEvent, Program } from '../../link/index.ts'
import {
  type AccountMode,
  type AccountName,
  defaultPolicy,
  deviceListStatement,
  encodeDeviceList,
  foldName,
  type SignedDeviceList,
} from '../../protocol/index.ts'
import type { AccountDesk } from './account-desk.ts'
import type { ChannelDesk } from './channel-desk.ts'
import { EventQueue } from './event-queue.ts'
import type { PasswordClient } from './password-client.ts'
import { PeerCore } from './peer-core.ts'
import type { MessageId, PeerEvent, Reason, RegistryState, Road } from './peer-event.ts'
import { defaultPeerLimits, type PeerLimits } from './peer-limits.ts'
import type { CoreOptions } from './peer-parts.ts'
import type { PeerStore, StoreFailure } from './peer-store.ts'
import type { PeerEndpoint, RegistryAccess } from './registry-session.ts'
import type { RoomDesk } from './room-desk.ts'
import type { RoomSending } from './room-sending.ts'
import type { OwnDevice } from './sealed-mail.ts'
import type { SendStart } from './sending.ts'

export interface PeerProfile {
  readonly name: AccountName
  readonly identity: IdentityKeyPair
  readonly linkKey: LinkKeyPair
  /** When this device was added to the identity's list, and which version of the list that was. */
  readonly added?: WallMs
}

export interface PeerProgramOptions {
  readonly endpoint: PeerEndpoint
  readonly store: PeerStore
  readonly random: Random
  readonly wallMs: () => WallMs
  readonly profile: PeerProfile
  readonly registry: RegistryAccess
  /** What calls itself so at the registry, at most 64 characters. */
  readonly agent: string
  /** Addresses of the own interfaces, for peers on the same network. */
  readonly localAddresses?: readonly Address[]
  readonly limits?: Partial<PeerLimits>
  /** Absent where nobody logs in with a password. */
  readonly passwords?: PasswordClient | undefined
  /** For the first login of a new name. */
  readonly inviteCode?: string | undefined
  /** Whether one may send to oneself; absent: yes. */
  readonly selfNotes?: boolean | undefined
}

/** What is known of somebody now. */
export interface KnownPeer {
  readonly name: AccountName
  readonly online: boolean
  readonly since: WallMs
  /** In a private session. */
  readonly busy?: boolean
  /** How a message would go now, where that is known. */
  readonly road?: Road
}

/** Requests for private sessions, and the session. */
export interface SessionState {
  readonly askers: readonly string[]
  /** Whom we asked. */
  readonly asked?: string
  /** With whom one is open. */
  readonly partner?: string
}

/** What is known of somebody who was met. */
export interface ContactFacts {
  readonly name: AccountName
  /** The pinned identity. */
  readonly identity: Uint8Array
  /** Another one that was shown and not accepted. */
  readonly offered?: Uint8Array
  /** Round trip of the live link, ms. */
  readonly rttMs?: number
}

/** What may be asked about rooms and the channel. */
export interface RoomVerbs {
  readonly desk: RoomDesk
  readonly sending: RoomSending
  readonly channel: ChannelDesk
}

/** Before a store that was full is tried again, ms. */
const reloadMs = 5_000

export class PeerProgram implements Program {
  readonly #options: PeerProgramOptions
  readonly #limits: PeerLimits
  readonly #own: OwnDevice
  readonly #events: EventQueue
  #core: PeerCore | undefined
  #registryKey: Uint8Array | undefined
  #addresses: readonly Address[]
  #localAddresses: readonly Address[]
  #registryState: RegistryState = 'connecting'
  #said = ''
  #state: 'new' | 'loading' | 'running' | 'broken' | 'closed' = 'new'
  #failure: StoreFailure | undefined
  #reloadAt: MonotonicMs | undefined

  constructor(options: PeerProgramOptions) {
    this.#options = options
    this.#limits = { ...defaultPeerLimits, ...options.limits }
    const { name, identity, linkKey } = options.profile
    this.#own = { name, identity: identity.publicKey, devices: signDevices(options.profile), linkKey }
    this.#events = new EventQueue(this.#limits.eventsMax)
    this.#registryKey = options.registry.key
    this.#addresses = options.registry.addresses
    this.#localAddresses = options.localAddresses ?? []
  }

  get registryState(): RegistryState {
    return this.#registryState
  }

  /** The verbs about the own account and other people; undefined while there is no store to rule over. */
  get account(): AccountDesk | undefined {
    return this.#core?.parts.account
  }

  /** The verbs about rooms and the channel; undefined while there is no store to rule over. */
  get roomVerbs(): RoomVerbs | undefined {
    const parts = this.#core?.parts
    return parts && { desk: parts.rooms, sending: parts.roomSending, channel: parts.channel }
  }

  /** How the registry gives names, once it said so. */
  get accountMode(): AccountMode | undefined {
    return this.#core?.parts.session.accountMode
  }

  /** What two people have between them beside messages. */
  get sessionState(): SessionState {
    const session = this.#core?.parts.privateSession
    const { asked, partner, askers = [] } = session ?? {}
    return { askers, ...(asked !== undefined && { asked }), ...(partner !== undefined && { partner }) }
  }

  /** What is known of somebody's keys and of the link to them; undefined where nobody of this name was met. */
  contactFacts(name: string): ContactFacts | undefined {
    const parts = this.#core?.parts
    const contact = parts?.contacts.get(foldName(name))
    if (!parts || !contact) return undefined
    const link = parts.links.linkOf(contact.key)
    const rttMs = link === undefined ? undefined : this.#options.endpoint.stats?.(link)?.rttMs
    const { identity, offered } = contact
    return {
      name: contact.name,
      identity,
      ...(offered && { offered: offered.identity }),
      ...(rttMs !== undefined && { rttMs }),
    }
  }

  /** Contacts that show another identity than the pinned one. */
  changedContacts(): readonly ContactFacts[] {
    const changed = this.#core?.parts.contacts.all().filter(({ offered }) => offered) ?? []
    return changed.map(({ name, identity, offered }) => ({
      name,
      identity,
      ...(offered && { offered: offered.identity }),
    }))
  }

  /** `done` follows when the disk knows every state that was told. */
  settled(now: MonotonicMs, done: (now: MonotonicMs) => void): void {
    if (this.#core) this.#core.parts.journal.settled(now, done)
    else done(now)
  }

  /** The key that the registry must have, once one is known. */
  get registryKey(): Uint8Array | undefined {
    return this.#registryKey
  }

  /** Whether the state is loaded and the rules run. */
  get isRunning(): boolean {
    return this.#state === 'running'
  }

  /** Whether everything that was asked for is on the disk. */
  get isIdle(): boolean {
    return this.#core?.parts.journal.isIdle ?? this.#state !== 'loading'
  }

  /** Own messages that wait for their end, those among them whose recipient is still being looked up. */
  get waiting(): number {
    const parts = this.#core?.parts
    if (!parts) return 0
    return parts.outbox.size + parts.sending.draftCount + parts.roomSending.draftCount + parts.channel.draftCount
  }

  /** Loads the store, then connects. */
  start(_now: MonotonicMs): void {
    assert(this.#state === 'new', 'a peer starts once')
    this.#load()
  }

  /**
   * Sends a text to an account. `kept` or `refused` follows for the id; see {@link SendStart}. `id`: the caller's, which
   * no message had before.
   */
  send(now: MonotonicMs, to: string, text: string, id?: MessageId): SendStart {
    if (this.#core) return this.#core.parts.sending.send(now, to, text, id)
    const { code, detail } = this.#failure ?? { code: 'notRunning', detail: this.#state }
    return { ok: false, error: { code, details: { detail } } }
  }

  /** A person's answer to `registryKey`: whether it is the registry's. */
  trustRegistry(now: MonotonicMs, isTrusted: boolean): void {
    this.#core?.parts.session.trust(now, isTrusted)
    this.#registryKey = this.#core?.parts.session.key
  }

  /** Where the registry is now, for the next attempt. */
  setRegistryAddresses(addresses: readonly Address[]): void {
    this.#addresses = addresses
    this.#core?.parts.session.setAddresses(addresses)
  }

  /** The own interfaces' addresses, once the socket is bound or when they changed; the next login tells them. */
  setLocalAddresses(addresses: readonly Address[]): void {
    this.#localAddresses = addresses
  }

  /** Accepts the identity that a contact shows now. False where no other one is offered. */
  acceptIdentity(now: MonotonicMs, name: string): boolean {
    return this.#core?.acceptIdentity(now, name) ?? false
  }

  /** Everybody that the registry lists, but ourselves. */
  clients(): readonly KnownPeer[] {
    const parts = this.#core?.parts
    if (!parts) return []
    const own = foldName(this.#own.name)
    const listed = parts.presence.all().filter((entry) => foldName(entry.name) !== own)
    return listed.map(({ name, since, busy }) => {
      const key = foldName(name)
      const state = parts.presence.stateOf(key)
      const road = parts.links.has(key) ? 'direct' : state === 'away' ? 'mailbox' : undefined
      return { name, online: state === 'online', since, ...(busy && { busy }), ...(road && { road }) }
    })
  }

  /** Whether prekeys are on their way to the registry: a close should wait a moment for them. */
  get isUploading(): boolean {
    return this.#core?.isUploading ?? false
  }

  /** Goodbye to the registry and to all peers. What is not delivered stays in the store. */
  close(now: MonotonicMs): void {
    this.#state = 'closed'
    this.#reloadAt = undefined
    this.#core?.close(now)
  }

  pollEvent(): PeerEvent | undefined {
    return this.#events.take()
  }

  handleLinkEvent(now: MonotonicMs, event: LinkEvent): void {
    if (this.#core && this.#state === 'running') return this.#core.handleLinkEvent(now, event)
    // Nobody can be talked to without the store; they will come again.
    if (event.type === 'up') this.#options.endpoint.close(now, event.link)
  }

  handleTimeout(now: MonotonicMs): void {
    if (this.#reloadAt !== undefined && this.#reloadAt <= now) {
      this.#reloadAt = undefined
      this.#load()
    }
    if (this.#core && this.#state === 'running') this.#core.handleTimeout(now)
  }

  pollTimeout(): MonotonicMs | undefined {
    return this.#state === 'running' ? this.#core?.pollTimeout() : this.#reloadAt
  }

  #load(): void {
    this.#state = 'loading'
    this.#options.store.load((later, loaded) => {
      if (this.#state !== 'loading') return
      if (!loaded.ok) return this.#storeFailed(later, loaded.error)
      this.#failure = undefined
      this.#state = 'running'
      this.#core = new PeerCore(
        later,
        this.#coreOptions(),
        loaded.value,
        {
          registryChanged: (at, state, reason) => this.#registryChanged(at, state, reason),
          registryKeyMet: (_at, key) => this.#registryKeyMet(key),
          storeFailed: (at, failure) => this.#storeFailed(at, failure),
        },
        defaultPolicy.mailboxKeepMs,
      )
      this.#core.parts.session.start(later)
    })
  }

  #coreOptions(): CoreOptions {
    const { endpoint, store, random, wallMs, profile, agent, passwords, inviteCode, selfNotes } = this.#options
    return {
      endpoint,
      store,
      random,
      wallMs,
      own: this.#own,
      identity: profile.identity,
      registry: { ...this.#options.registry, addresses: this.#addresses, key: this.#registryKey },
      agent,
      localAddresses: () => this.#localAddresses,
      limits: this.#limits,
      emit: (event) => this.#events.add(event),
      passwords,
      inviteCode,
      selfNotes: selfNotes ?? true,
    }
  }

  #registryChanged(_now: MonotonicMs, state: RegistryState, reason?: Reason): void {
    this.#registryState = state
    const said = `${state} ${reason?.code ?? ''}`
    if (said === this.#said) return
    this.#said = said
    this.#events.add(reason ? { type: 'registry', state, reason } : { type: 'registry', state })
  }

  #registryKeyMet(key: Uint8Array): void {
    this.#events.add({ type: 'registryKey', key, fingerprint: fingerprint(key) })
  }

  /** Nothing that is not on the disk may be acknowledged: all links end, and memory is thrown away. */
  #storeFailed(now: MonotonicMs, failure: StoreFailure): void {
    if (this.#state === 'closed') return
    const core = this.#core
    this.#core = undefined
    this.#state = 'broken'
    this.#failure = failure
    core?.close(now)
    this.#events.add({ type: 'warning', reason: { code: failure.code, details: { detail: failure.detail } } })
    if (failure.code === 'storeFull') this.#reloadAt = now + reloadMs
  }
}

/** The list of this one device, signed: the same bytes at every start, as one version must not have two. */
export function signDevices({ identity, linkKey, added = 0 }: PeerProfile): SignedDeviceList {
  const body = encodeDeviceList({
    v: 1,
    identity: identity.publicKey,
    version: 1,
    devices: [{ key: linkKey.publicKey, added }],
  })
  return { body, signature: identity.sign(deviceListStatement(body)) }
}

// A peer in memory for tests of faces: it keeps the order that PeerApi promises and delivers nothing anywhere. Tests say
// what others do by calling `emit` and the methods beside it.

import { ParleyError } from '../../src/base/index.ts'
import type {
  ChannelEntry,
  Client,
  Finding,
  Friend,
  HistoryEntry,
  LoginOptions,
  PeerApi,
  PeerEvent,
  PeerStatus,
  RegistryState,
} from '../../src/api/index.ts'
import { FakeRooms } from './fake-rooms.ts'

type Answer = (message: { id: string; to: string; text: string }, peer: FakePeer) => void

const at = 1_700_000_000_000

export class FakePeer extends FakeRooms implements PeerApi {
  name = 'alice'
  readonly fingerprint = 'k3vd-aaaa-bbbb-cccc-dddd-eeee-ffff-gggg'
  readonly registry = '127.0.0.1:4747'
  readonly port = 51_234
  readonly sent: { id: string; to: string; text: string }[] = []
  readonly accepted: string[] = []
  /** Every call of the account's part, by its name and what it was given. */
  readonly calls: [string, ...unknown[]][] = []
  known: Client[] = [
    { name: 'bob', status: 'online', road: 'direct' },
    { name: 'bianca', status: 'away', road: 'mailbox' },
    { name: 'grace', status: 'away', road: 'mailbox' },
  ]
  messages: HistoryEntry[] = []
  /** Passwords by name, where the registry has some. */
  passwords: Map<string, string> | undefined
  /** The code that a new name needs. */
  inviteCode: string | undefined
  /** Names with which this profile has logged in. */
  readonly loggedInAs = new Set<string>()
  friendList: Friend[] = []
  channel: ChannelEntry[] = []
  /** Who asks us. */
  readonly askers = new Set<string>()
  partner: string | undefined
  requested: string | undefined
  isClosed = false
  #state: RegistryState = 'online'
  readonly #answer: Answer
  readonly #listeners = new Set<(event: PeerEvent) => void>()

  /** `answer` tells what becomes of a message; by default it is stored at once. */
  constructor(answer: Answer = storedAtOnce) {
    super()
    this.#answer = answer
  }

  registryState(): RegistryState {
    return this.#state
  }

  async status(): Promise<PeerStatus> {
    const { name, fingerprint, registry, port } = this
    return {
      name,
      key: { fingerprint, words: [] },
      registry,
      invite: registry,
      port,
      state: this.#state,
      version: '0.0.0',
      waiting: 0,
      requests: [...this.askers],
      ...(this.requested !== undefined && { asked: this.requested }),
      ...(this.partner !== undefined && { session: this.partner }),
      changedIdentities: [],
    }
  }

  emit(event: PeerEvent): void {
    if (event.type === 'registry') this.#state = event.state
    for (const listener of this.#listeners) listener(event)
  }

  /** Starts logged out, as at a registry that wants a password. */
  startLoggedOut(): void {
    this.#state = 'loggedOut'
  }

  /** A message of somebody else comes in. */
  say(from: string, text: string): void {
    this.emit({
      type: 'message',
      id: idOf(1_000_000 + this.messages.length),
      from,
      conversation: from,
      text,
      road: 'direct',
      sentAt: at,
      receivedAt: at,
    })
  }

  /** Somebody asks for a private chat. */
  asks(from: string): void {
    this.askers.add(from)
    this.emit({ type: 'chatRequest', from })
  }

  /** They accepted the own request. */
  accepts(name: string): void {
    this.requested = undefined
    this.partner = name
    this.emit({ type: 'chatOpened', name, asked: true })
  }

  async send(to: string, text: string): Promise<string> {
    this.#find(to)
    const message = { id: this.nextId(), to, text }
    this.sent.push(message)
    this.emit({ type: 'sent', ...message, at })
    queueMicrotask(() => this.#answer(message, this))
    return message.id
  }

  async clients(): Promise<readonly Client[]> {
    return this.known
  }

  async history(name: string, count: number): Promise<readonly HistoryEntry[]> {
    return this.messages.filter((entry) => entry.from === name || entry.to === name).slice(-count)
  }

  async acceptIdentity(name: string): Promise<void> {
    this.accepted.push(name)
  }

  async login({ name = this.name, password, signUp = false, inviteCode }: LoginOptions = {}): Promise<void> {
    this.calls.push(['login', { name, hasPassword: password !== undefined, signUp }])
    if (this.#state === 'online' && name === this.name) throw refused('alreadyLoggedIn', { name })
    if (this.inviteCode !== undefined && !this.loggedInAs.has(name)) {
      if (inviteCode === undefined) throw refused('inviteNeeded')
      if (inviteCode !== this.inviteCode) throw refused('inviteWrong')
    }
    if (this.passwords !== undefined) {
      if (password === undefined) throw refused('passwordNeeded')
      if (signUp && !this.passwords.has(name)) this.passwords.set(name, password)
      if (this.passwords.get(name) !== password)
        throw refused('passwordWrong', { name, known: this.loggedInAs.has(name) })
    }
    this.loggedInAs.add(name)
    if (this.#state === 'online') this.emit({ type: 'registry', state: 'loggedOut', reason: byRequest })
    this.name = name
    this.emit({ type: 'registry', state: 'online' })
  }

  async logout({ forget = false }: { readonly forget?: boolean } = {}): Promise<void> {
    this.calls.push(['logout', { forget }])
    if (this.#state !== 'online') throw refused('notLoggedIn')
    this.emit({ type: 'registry', state: 'loggedOut', reason: byRequest })
  }

  async changePassword(before: string, after: string): Promise<void> {
    if (this.passwords === undefined) throw refused('noPasswords')
    if (this.passwords.get(this.name) !== before) throw refused('passwordWrong', { name: this.name, known: true })
    this.passwords.set(this.name, after)
  }

  async lookUp(name: string): Promise<Finding> {
    if (name === this.name) return { kind: 'self' }
    const client = this.known.find((each) => each.name === name)
    if (client === undefined) return { kind: 'unknown', name, nearest: ['bob'] }
    const { status, busy = false } = client
    const address = status === 'online' ? { address: '192.0.2.7:4001' } : {}
    return { kind: 'found', name, status, busy, ...address }
  }

  async refresh(): Promise<void> {
    this.calls.push(['refresh'])
  }

  async requestChat(name: string): Promise<void> {
    if (name === this.name) throw refused('self')
    const { status } = this.#find(name)
    if (this.partner !== undefined) throw refused('inSession', { name: this.partner })
    if (status === 'away') throw refused('away', { name })
    this.requested = name
  }

  async answerChat(name: string, accept: boolean): Promise<void> {
    this.calls.push(['answerChat', name, accept])
    if (!this.askers.delete(name)) throw refused('noRequest', { name })
    if (!accept) return
    this.partner = name
    this.emit({ type: 'chatOpened', name, asked: false })
  }

  async withdrawChat(): Promise<void> {
    if (this.requested === undefined) throw refused('noRequest')
    this.requested = undefined
  }

  async leaveChat(): Promise<void> {
    const name = this.partner
    if (name === undefined) throw refused('noSession')
    this.partner = undefined
    this.emit({ type: 'chatClosed', name, by: 'self' })
  }

  async friends(): Promise<readonly Friend[]> {
    return this.friendList
  }

  async addFriend(name: string, alias?: string): Promise<void> {
    this.#find(name)
    this.#change(name, { isFriend: true, ...(alias === undefined ? {} : { alias }) })
  }

  async removeFriend(name: string): Promise<void> {
    this.#change(name, { isFriend: false })
  }

  async setBlocked(name: string, isBlocked: boolean): Promise<void> {
    this.#change(name, { isBlocked })
  }

  async sendToAll(text: string): Promise<string> {
    const id = this.nextId()
    this.emit({ type: 'channelSent', id, text, at })
    queueMicrotask(() => this.emit({ type: 'channelState', id, state: 'said', online: 1 }))
    return id
  }

  async channelHistory(count: number): Promise<readonly ChannelEntry[]> {
    return this.channel.slice(-count)
  }

  subscribe(listener: (event: PeerEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  async close(): Promise<void> {
    this.isClosed = true
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  protected isKnown(name: string): boolean {
    return this.known.some((client) => client.name === name)
  }

  #find(name: string): Client {
    const client = this.known.find((each) => each.name === name)
    if (client === undefined) throw refused('unknownName', { name, nearest: ['bob'] })
    return client
  }

  #change(name: string, change: Partial<Friend>): void {
    const before = this.friendList.find((friend) => friend.name === name)
    const friend: Friend = { name, isFriend: true, isBlocked: false, ...before, ...change }
    this.friendList = [...this.friendList.filter((each) => each.name !== name), friend]
    this.emit({ type: 'friend', friend })
  }
}

const byRequest = { code: 'byRequest', details: {} }

function refused(code: string, details: Record<string, unknown> = {}): ParleyError {
  return new ParleyError(code, { details })
}

function storedAtOnce({ id, to }: { id: string; to: string }, peer: FakePeer): void {
  peer.emit({ type: 'state', id, to, state: 'stored', road: 'direct', ms: 0.8 })
}

function idOf(number: number): string {
  return number.toString(16).padStart(32, '0')
}

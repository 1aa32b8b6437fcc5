// A person reduced to letters: a program that speaks the registry's protocol and nothing else. It leaves letters in the
// mailboxes of others, takes its own, and believes the registry's word, which the history compares with the disks.
// Its own disk never fails: this history is about the registry's.

import {
  type Address,
  type MonotonicMs,
  type WallMs,
  decodeUtf8,
  encodeUtf8,
  fromHex,
  toHex,
} from '../src/base/index.ts'
import type { IdentityKeyPair, LinkKeyPair } from '../src/crypto/index.ts'
import type { Endpoint, LinkEvent, LinkId, Program } from '../src/link/index.ts'
import {
  type RegistryAnswer,
  type RegistryPush,
  type RegistryRequest,
  decodeRegistryMessage,
  deviceListStatement,
  encodeDeviceList,
  encodeRegistryRequest,
  registryErrorName,
  registryProtocolVersion,
} from '../src/protocol/index.ts'
import type { ChatBook, StoredMessage } from './chat-book.ts'
import type { SeededRandom } from './seeded-random.ts'
import { Violation, check } from './violation.ts'

interface Letter {
  readonly id: string
  readonly to: string
  readonly text: string
  state: 'kept' | 'mailbox' | 'stored'
}

/** What a clerk has on its own disk. */
export interface ClerkDisk {
  readonly letters: Letter[]
  readonly received: StoredMessage[]
}

export interface ClerkSetting {
  readonly name: string
  readonly identity: IdentityKeyPair
  readonly linkKey: LinkKeyPair
  readonly registry: { readonly address: Address; readonly key: Uint8Array }
  readonly endpoint: Endpoint
  readonly random: SeededRandom
  readonly disk: ClerkDisk
  readonly book: ChatBook
  readonly wallMs: () => WallMs
  readonly keepaliveMs: number
  readonly tell: (what: string) => void
}

type Body = RegistryRequest extends infer R ? (R extends { q: number } ? Omit<R, 'q'> : never) : never
type Handle = (now: MonotonicMs, answer: RegistryAnswer) => void
/** Errors that are no fault of the registry's, and may pass: somebody who never came yet is unknown to it. */
const passing = new Set([
  'rateLimited',
  'storeFailed',
  'shuttingDown',
  'registryFull',
  'senderQuota',
  'mailboxFull',
  'unknownName',
])
const redialMs = 500
const retryMs = 2_000

export class Clerk implements Program {
  readonly #setting: ClerkSetting
  readonly #answers = new Map<number, Handle>()
  /** Who is on line, as the registry says. */
  readonly presence = new Map<string, boolean>()
  readonly #depositing = new Set<string>()
  #link: LinkId | undefined
  #isUp = false
  #isOnline = false
  #nextRequest = 1
  #dialAt: MonotonicMs | undefined
  #helloAt: MonotonicMs | undefined
  #retryAt: MonotonicMs | undefined
  #isFetching = false
  #isNoticing = false

  constructor(now: MonotonicMs, setting: ClerkSetting) {
    this.#setting = setting
    this.#dialAt = now
  }

  get isOnline(): boolean {
    return this.#isOnline
  }

  /** Keeps a letter, and sends it as soon as that can be. */
  write(now: MonotonicMs, to: string, text: string): void {
    const { disk, book, name, random } = this.#setting
    const id = toHex(random.bytes(16))
    book.ask(name, to, text)
    const letter: Letter = { id, to, text, state: 'kept' }
    disk.letters.push(letter)
    book.keep(name, to, id, text)
    if (this.#isOnline) this.#deposit(now, to)
  }

  handleLinkEvent(now: MonotonicMs, event: LinkEvent): void {
    if (event.link !== this.#link) return
    if (event.type === 'up') {
      this.#isUp = true
      this.#login(now)
    } else if (event.type === 'message') {
      this.#handleMessage(now, event.bytes.slice())
    } else if (event.type === 'down') {
      this.#setting.tell(`${this.#setting.name} down ${event.cause.kind}`)
      this.#forgetLink()
      this.#dialAt = now + redialMs * (1 + this.#setting.random.fraction())
    }
  }

  handleTimeout(now: MonotonicMs): void {
    if (this.#dialAt !== undefined && this.#dialAt <= now) this.#dial(now)
    if (this.#helloAt !== undefined && this.#helloAt <= now) {
      this.#helloAt = now + 60_000
      this.#ask(now, { t: 'hello' }, () => {})
    }
    if (this.#retryAt === undefined || this.#retryAt > now) return
    this.#retryAt = undefined
    this.#catchUp(now)
  }

  pollTimeout(): MonotonicMs | undefined {
    const at = Math.min(this.#dialAt ?? Infinity, this.#helloAt ?? Infinity, this.#retryAt ?? Infinity)
    return at === Infinity ? undefined : at
  }

  /** Leaves in order. */
  leave(now: MonotonicMs): void {
    if (this.#link !== undefined) this.#setting.endpoint.close(now, this.#link)
  }

  #dial(now: MonotonicMs): void {
    const { endpoint, registry, keepaliveMs } = this.#setting
    this.#dialAt = undefined
    this.#link = endpoint.connect(now, {
      addresses: [registry.address],
      remoteKey: registry.key,
      purpose: 'registry',
      keepaliveMs,
    })
  }

  #forgetLink(): void {
    this.#link = undefined
    this.#isUp = false
    this.#isOnline = false
    this.#isFetching = false
    this.#isNoticing = false
    this.#answers.clear()
    this.#depositing.clear()
    this.presence.clear()
    this.#helloAt = undefined
    this.#retryAt = undefined
  }

  #login(now: MonotonicMs): void {
    const { identity, linkKey, name } = this.#setting
    const devices = [{ key: linkKey.publicKey, added: 0 }]
    const body = encodeDeviceList({ v: 1, identity: identity.publicKey, version: 1, devices })
    const signature = identity.sign(deviceListStatement(body))
    const agent = 'clerk'
    const login = { name, devices: { body, signature }, addresses: [], agent, version: registryProtocolVersion }
    this.#ask(now, { t: 'login', ...login }, (at, answer) => {
      if (answer.t !== 'welcome') throw new Violation('L2', `login of ${name} answered by ${answer.t}`)
      this.#isOnline = true
      this.#helloAt = at + 60_000
      this.#setting.tell(`${name} online, ${answer.mail} mail, ${answer.notices} notices`)
      this.#catchUp(at)
    })
  }

  /** Everything that may have been missed. */
  #catchUp(now: MonotonicMs): void {
    if (!this.#isOnline) return
    for (const to of new Set(this.#setting.disk.letters.map((letter) => letter.to))) this.#deposit(now, to)
    this.#fetchMail(now)
    this.#fetchNotices(now)
  }

  /** One letter to each at a time, so that one which is refused is not overtaken. */
  #deposit(now: MonotonicMs, to: string): void {
    const letter = this.#setting.disk.letters.find((waiting) => waiting.to === to && waiting.state === 'kept')
    if (letter === undefined || this.#depositing.has(to)) return
    this.#depositing.add(to)
    const [id, envelope] = [fromHex(letter.id) as Uint8Array, encodeUtf8(letter.text)]
    this.#ask(now, { t: 'deposit', to, id, envelope }, (at, answer) => {
      this.#depositing.delete(to)
      if (answer.t !== 'deposited') return
      this.#tellState(letter, 'mailbox')
      this.#deposit(at, to)
    })
  }

  #fetchMail(now: MonotonicMs): void {
    if (this.#isFetching) return
    this.#isFetching = true
    this.#ask(now, { t: 'fetchMail', after: 0 }, (at, answer) => {
      this.#isFetching = false
      if (answer.t !== 'mail' || answer.rows.length === 0) return
      for (const row of answer.rows) this.#keep(toHex(row.id), row.from, decodeUtf8(row.envelope) ?? '')
      const rows = answer.rows.map(({ row }) => ({ row, outcome: 'stored' as const, proof: new Uint8Array(16) }))
      this.#ask(at, { t: 'collect', rows }, (later) => this.#fetchMail(later))
    })
  }

  #keep(id: string, from: string, text: string): void {
    const { disk, book, name } = this.#setting
    if (disk.received.some((letter) => letter.id === id && letter.from === from)) return
    disk.received.push({ id, from, text, gapBefore: 0 })
    book.show(name, id, from, text)
  }

  #fetchNotices(now: MonotonicMs): void {
    if (this.#isNoticing) return
    this.#isNoticing = true
    this.#ask(now, { t: 'fetchNotices', after: 0 }, (at, answer) => {
      this.#isNoticing = false
      if (answer.t !== 'notices' || answer.rows.length === 0) return
      for (const { id, outcome } of answer.rows) {
        const letter = this.#setting.disk.letters.find((known) => known.id === toHex(id))
        check(letter !== undefined, 'S3', () => `${this.#setting.name} gets a notice of somebody else's letter`)
        check(outcome === 'stored', 'S5', () => `a letter of ${this.#setting.name} ended as ${outcome}`)
        this.#tellState(letter, 'stored')
      }
      this.#ask(at, { t: 'noticed', rows: answer.rows.map(({ row }) => row) }, (later) => this.#fetchNotices(later))
    })
  }

  #tellState(letter: Letter, state: 'mailbox' | 'stored'): void {
    if (letter.state === 'stored') return
    letter.state = state
    this.#setting.book.tellState(this.#setting.name, letter.id, state)
  }

  #ask(now: MonotonicMs, body: Body, handle: Handle): void {
    if (this.#link === undefined || !this.#isUp) return
    const q = this.#nextRequest++
    this.#answers.set(q, handle)
    this.#setting.endpoint.send(now, this.#link, 0, encodeRegistryRequest({ ...body, q }))
  }

  #handleMessage(now: MonotonicMs, bytes: Uint8Array): void {
    const { name } = this.#setting
    const decoded = decodeRegistryMessage(bytes)
    if (!decoded.ok) throw new Violation('S3', `${name} got what it cannot read: ${JSON.stringify(decoded.error)}`)
    const message = decoded.value
    if (!('r' in message)) return this.#handlePush(now, message)
    const handle = this.#answers.get(message.r)
    check(handle !== undefined, 'S2', () => `${name} got answer ${message.r} (${message.t}) unasked or twice`)
    this.#answers.delete(message.r)
    if (message.t === 'error') this.#handleError(now, message.code)
    handle(now, message)
  }

  #handleError(now: MonotonicMs, code: number): void {
    const error = registryErrorName(code)
    this.#setting.tell(`${this.#setting.name} refused: ${error}`)
    check(passing.has(error ?? ''), 'S5', () => `${this.#setting.name} is refused with ${error ?? code}`)
    this.#retryAt ??= now + retryMs
  }

  #handlePush(now: MonotonicMs, push: RegistryPush): void {
    if (push.t === 'mailWaiting') this.#fetchMail(now)
    if (push.t === 'noticesWaiting') this.#fetchNotices(now)
    if (push.t === 'presence') for (const entry of push.entries) this.presence.set(entry.name, entry.online)
  }
}

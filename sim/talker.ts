// A program for links alone: it dials, sends numbered messages of all sizes on several streams of every link it has, and
// checks what comes in: on one link, each stream brings exactly what was sent, whole, once and in order. A link that died
// promises no more than a prefix; that the rest still arrives is the business of whoever keeps an outbox.

import { type Address, type MonotonicMs, toHex } from '../src/base/index.ts'
import type { Endpoint, LinkEvent, LinkId, Program } from '../src/link/index.ts'
import type { SeededRandom } from './seeded-random.ts'
import { check } from './violation.ts'

export interface TalkerTarget {
  readonly name: string
  readonly key: Uint8Array
  readonly address: () => Address
}

export interface TalkerSetting {
  readonly name: string
  readonly endpoint: Endpoint
  readonly random: SeededRandom
  /** Whom to dial, again and again. */
  readonly targets: readonly TalkerTarget[]
  /** Mean time between two messages; each goes to a random live link. */
  readonly messageEveryMs: number
  readonly sizes: readonly number[]
  readonly idleTimeoutMs: number
  /** No message is sent from here on. */
  readonly talkUntilMs: MonotonicMs
  readonly tell: (what: string) => void
}

export interface TalkerLink {
  readonly id: LinkId
  /** The other side's static key, and what both sides call this link: hexadecimal. */
  readonly remote: string
  readonly handshake: string
  /** Next number to send, by stream. */
  readonly sent: Map<number, number>
  /** Next number expected, by stream, and which of the sender's links it came from. */
  readonly expected: Map<number, number>
  sender: number | undefined
}

const headerBytes = 13
const streams = [0, 1, 7] as const
const redialMs = 500

export class Talker implements Program {
  readonly #setting: TalkerSetting
  readonly #links = new Map<LinkId, TalkerLink>()
  /** Dialled or up, by target. */
  readonly #dialled = new Map<string, LinkId>()
  readonly #redialAt = new Map<string, MonotonicMs>()
  #talkAt: MonotonicMs
  sent = 0
  received = 0

  constructor(now: MonotonicMs, setting: TalkerSetting) {
    this.#setting = setting
    this.#talkAt = now + setting.random.waitMs(setting.messageEveryMs)
    for (const target of setting.targets) this.#dial(now, target)
  }

  /** Links that are up, with what was sent and received on each stream. */
  get links(): readonly TalkerLink[] {
    return [...this.#links.values()]
  }

  handleLinkEvent(now: MonotonicMs, event: LinkEvent): void {
    switch (event.type) {
      case 'up': {
        this.#setting.tell(`${this.#setting.name} up ${event.link} ${event.role} ${event.address.host}`)
        check(!this.#links.has(event.link), 'S3', () => `link ${event.link} came up twice`)
        const [remote, handshake] = [toHex(event.remoteKey), toHex(event.handshakeHash)]
        const numbers = { sent: new Map<number, number>(), expected: new Map<number, number>(), sender: undefined }
        this.#links.set(event.link, { id: event.link, remote, handshake, ...numbers })
        return
      }
      case 'message':
        return this.#receive(event.link, event.stream, event.bytes)
      case 'down':
        return this.#handleDown(now, event.link, event.cause.kind)
      case 'datagram':
      case 'writable':
      case 'drained':
      case 'path':
        return
    }
  }

  handleTimeout(now: MonotonicMs): void {
    for (const target of this.#setting.targets) {
      const at = this.#redialAt.get(target.name)
      if (at === undefined || at > now) continue
      this.#redialAt.delete(target.name)
      this.#dial(now, target)
    }
    if (this.#talkAt > now) return
    this.#talkAt = now + this.#setting.random.waitMs(this.#setting.messageEveryMs)
    if (this.#links.size > 0) this.#talk(now, this.#setting.random.pick(this.links))
  }

  pollTimeout(): MonotonicMs | undefined {
    const talkAt = this.#talkAt < this.#setting.talkUntilMs ? this.#talkAt : Infinity
    const at = Math.min(talkAt, ...this.#redialAt.values())
    return at === Infinity ? undefined : at
  }

  /** Sends one message on every live link, whatever the time. */
  sayToAll(now: MonotonicMs): void {
    for (const link of this.links) this.#talk(now, link)
  }

  #dial(now: MonotonicMs, target: TalkerTarget): void {
    const { endpoint, tell, name, idleTimeoutMs } = this.#setting
    const addresses = [target.address()]
    const id = endpoint.connect(now, {
      addresses,
      remoteKey: target.key,
      purpose: 'peer',
      keepaliveMs: idleTimeoutMs / 4,
      idleTimeoutMs,
    })
    tell(`${name} dials ${target.name} as ${id}`)
    this.#dialled.set(target.name, id)
  }

  #talk(now: MonotonicMs, link: TalkerLink): void {
    const { random, endpoint, sizes } = this.#setting
    const stream = random.pick(streams)
    const number = link.sent.get(stream) ?? 0
    const message = composeMessage(link.id, stream, number, random.pick(sizes))
    const outcome = endpoint.send(now, link.id, stream, message)
    check(outcome !== 'tooLarge', 'S3', () => `${message.length} B are too large`)
    if (outcome !== 'queued') return
    link.sent.set(stream, number + 1)
    this.sent += 1
  }

  #receive(id: LinkId, stream: number, bytes: Uint8Array): void {
    const link = this.#links.get(id)
    const where = `${this.#setting.name} link ${id} stream ${stream}`
    check(link !== undefined, 'S3', () => `${where}: a message of a link that is not up`)
    check(bytes.length >= headerBytes, 'S3', () => `${where}: a message of ${bytes.length} B`)
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const [sender, of, number, size] = [view.getUint32(0), view.getUint8(4), view.getUint32(5), view.getUint32(9)]
    link.sender ??= sender
    check(link.sender === sender && of === stream, 'S3', () => `${where}: sent as ${of} of link ${sender}`)
    const expected = link.expected.get(stream) ?? 0
    check(number >= expected, 'S2', () => `${where}: message ${number} again`)
    check(number === expected, 'S4', () => `${where}: message ${number} before ${expected}`)
    const whole = composeMessage(sender as LinkId, of, number, size)
    check(
      bytes.length === size && bytes.every((byte, i) => byte === whole[i]),
      'S3',
      () => `${where}: ${number} altered`,
    )
    link.expected.set(stream, expected + 1)
    this.received += 1
  }

  #handleDown(now: MonotonicMs, id: LinkId, why: string): void {
    this.#setting.tell(`${this.#setting.name} down ${id} ${why}`)
    this.#links.delete(id)
    for (const [name, dialled] of this.#dialled) {
      if (dialled !== id) continue
      this.#dialled.delete(name)
      this.#redialAt.set(name, now + redialMs * (1 + this.#setting.random.fraction()))
    }
  }
}

/** A message whose every byte follows from its place, so that the receiver knows it without having been told. */
function composeMessage(link: LinkId, stream: number, number: number, size: number): Uint8Array {
  const bytes = new Uint8Array(Math.max(headerBytes, size))
  const view = new DataView(bytes.buffer)
  view.setUint32(0, link)
  view.setUint8(4, stream)
  view.setUint32(5, number)
  view.setUint32(9, bytes.length)
  for (let i = headerBytes; i < bytes.length; i++) bytes[i] = (i * 31 + number * 7 + stream) & 255
  return bytes
}

// Links to other peers: who is at the other end, what is sent to them, and what they answer. Invariants: a link speaks for
// a contact only while its proven key is in the list that the contact's pinned identity signed; a receipt counts only
// from the contact that the message is for; messages leave in the order of their counters.
// docs/protocol/peer.md, "Direct link".

import { type Address, equalBytes, fromHex, type MonotonicMs, toHex } from '../../base/index.ts'
import { LinkErrorCode, type LinkEvent, type LinkId } from '../../link/index.ts'
import {
  type ChatMessage,
  decodeDeviceList,
  decodePeerMessage,
  encodePeerMessage,
  foldName,
  type PeerHello,
  peerStream,
  type Receipt,
  sessionCloseCodes,
  type SignedDeviceList,
} from '../../protocol/index.ts'
import type { Card, Contact, Contacts } from './contacts.ts'
import type { Directory } from './directory.ts'
import type { Intake } from './intake.ts'
import type { Journal } from './journal.ts'
import { type Outbox, type Outgoing, wireRoomOf } from './outbox.ts'
import type { MessageId, PeerEvent } from './peer-event.ts'
import type { PeerLimits } from './peer-limits.ts'
import type { PeerEndpoint } from './registry-session.ts'
import type { OwnDevice } from './sealed-mail.ts'
import type { Settlement } from './settlement.ts'

export interface PeerLinksOptions {
  readonly endpoint: PeerEndpoint
  readonly own: OwnDevice
  readonly contacts: Contacts
  readonly directory: Directory
  readonly intake: Intake
  readonly journal: Journal
  readonly outbox: Outbox
  readonly settlement: Settlement
  readonly limits: PeerLimits
  readonly emit: (event: PeerEvent) => void
  /** A contact proved to be at this address. */
  readonly onReached: (now: MonotonicMs, key: string, address: Address) => void
  /** A contact has a link: what waits for it may go. */
  readonly onReady: (now: MonotonicMs, key: string) => void
  /** Its link ended; `wasGood`: something came over it, or it lasted. */
  readonly onGone: (now: MonotonicMs, key: string, wasGood: boolean) => void
  /** A message left on a link: its budget counts from now. */
  readonly onSent: (now: MonotonicMs, message: Outgoing) => void
}

interface PeerLink {
  readonly id: LinkId
  readonly remoteKey: Uint8Array
  address: Address
  readonly upAt: MonotonicMs
  talkedAt: MonotonicMs
  /** When a receipt last came. */
  receiptAt: MonotonicMs
  hasTalked: boolean
  /** Folded name of the contact it speaks for. */
  key: string | undefined
  isLookingUp: boolean
  /** Messages of somebody who is being looked up. */
  readonly unread: ChatMessage[]
  receipts: { id: MessageId; outcome: 'stored' | 'refused' }[]
  /** Position of the next message to send in the contact's queue. */
  cursor: number
  junk: number
}

const receiptsPerMessage = 256

export class PeerLinks {
  readonly #options: PeerLinksOptions
  readonly #links = new Map<LinkId, PeerLink>()
  readonly #byContact = new Map<string, PeerLink>()
  readonly #withReceipts = new Set<PeerLink>()

  constructor(options: PeerLinksOptions) {
    this.#options = options
  }

  has(key: string): boolean {
    return this.#byContact.has(key)
  }

  /** The link to the contact, where there is one. */
  linkOf(key: string): LinkId | undefined {
    return this.#byContact.get(key)?.id
  }

  /** Where the contact is, where it has a link. */
  addressOf(key: string): Address | undefined {
    return this.#byContact.get(key)?.address
  }

  /** Whether receipts came over the contact's link since `since`: it is alive, if slow. */
  isFlowing(key: string, since: MonotonicMs): boolean {
    const link = this.#byContact.get(key)
    return link !== undefined && Math.max(link.receiptAt, link.upAt) >= since
  }

  handleLinkEvent(now: MonotonicMs, event: LinkEvent): void {
    if (event.type === 'up') return this.#up(now, event.link, event.remoteKey, event.address)
    const link = this.#links.get(event.link)
    if (!link) return
    switch (event.type) {
      case 'message':
        return this.#message(now, link, event.bytes)
      case 'writable':
        this.#flushReceipts(now, link)
        if (link.key !== undefined) this.pump(now, link.key)
        return
      case 'down':
        return this.#down(now, link)
      case 'path':
        link.address = event.address
        if (link.key !== undefined) this.#options.onReached(now, link.key, event.address)
        return
      case 'datagram':
      case 'drained':
    }
  }

  /** Sends what has not been sent on the contact's link, as far as it takes it. Mail that rests waits for `resend`. */
  pump(now: MonotonicMs, key: string): void {
    const link = this.#byContact.get(key)
    if (!link || this.#options.contacts.get(key)?.offered) return
    const queue = this.#options.outbox.queue(key)
    link.cursor = Math.max(link.cursor, queue.start)
    for (; link.cursor < queue.end; link.cursor++) {
      const message = queue.at(link.cursor)
      if (!message || message.isSettled || message.rests || message.link === link.id) continue
      if (message.state === 'keeping' || !this.#send(now, link, message)) return
    }
  }

  /** Looks from the front again at what was not sent on the contact's link, such as mail that came back. */
  rewind(key: string): void {
    const link = this.#byContact.get(key)
    if (link) link.cursor = 0
  }

  /** Sends again what the contact has not acknowledged for a while on this link, or what it did not find in its mailbox. */
  resend(now: MonotonicMs, key: string): void {
    const link = this.#byContact.get(key)
    if (!link || this.#options.contacts.get(key)?.offered) return
    const { outbox, limits } = this.#options
    let left = limits.resendsPerSweep
    const queue = outbox.queue(key)
    for (let at = queue.start; at < link.cursor && left > 0; at++) {
      const message = queue.at(at)
      if (!message || message.isSettled) continue
      const since = message.link === link.id ? message.budgetFrom : link.upAt
      if (now - since < limits.resendMs) continue
      if (!this.#send(now, link, message)) return
      left -= 1
    }
  }

  /** Sends the receipts that the last commit brought, many in one message. */
  flushReceipts(now: MonotonicMs): void {
    for (const link of this.#withReceipts) this.#flushReceipts(now, link)
  }

  /** Closes the links of a contact. */
  close(now: MonotonicMs, key: string, code: number): void {
    for (const link of this.#links.values()) if (link.key === key) this.#options.endpoint.close(now, link.id, code)
  }

  closeAll(now: MonotonicMs, code: number): void {
    for (const link of this.#links.values()) this.#options.endpoint.close(now, link.id, code)
    this.#links.clear()
    this.#byContact.clear()
    this.#withReceipts.clear()
  }

  /** Closes links that nobody talks on, and those that did not say who they are. */
  sweep(now: MonotonicMs): void {
    const { limits, endpoint } = this.#options
    for (const link of this.#links.values()) {
      const isNameless = link.key === undefined && now - link.upAt >= limits.helloMs
      if (isNameless || now - link.talkedAt >= limits.quietLinkMs) endpoint.close(now, link.id)
    }
  }

  #up(now: MonotonicMs, id: LinkId, key: Uint8Array, address: Address): void {
    const { endpoint, own, limits, contacts } = this.#options
    if (this.#links.size >= limits.peerLinksMax) return endpoint.close(now, id, LinkErrorCode.refused)
    const link: PeerLink = {
      id,
      remoteKey: key.slice(),
      address,
      upAt: now,
      talkedAt: now,
      receiptAt: -Infinity,
      hasTalked: false,
      key: undefined,
      isLookingUp: false,
      unread: [],
      receipts: [],
      cursor: 0,
      junk: 0,
    }
    this.#links.set(id, link)
    // On the stream of the messages, so that it comes before them.
    const hello = encodePeerMessage({ t: 'hello', name: own.name, devices: own.devices })
    endpoint.send(now, id, peerStream.conversation, hello)
    const contact = contacts.ofDevice(link.remoteKey)
    if (contact) this.#bind(now, link, contact)
  }

  #down(now: MonotonicMs, link: PeerLink): void {
    this.#links.delete(link.id)
    this.#withReceipts.delete(link)
    if (link.key === undefined || this.#byContact.get(link.key) !== link) return
    this.#byContact.delete(link.key)
    this.#options.onGone(now, link.key, link.hasTalked || now - link.upAt >= this.#options.limits.helloMs)
  }

  #bind(now: MonotonicMs, link: PeerLink, contact: Contact): void {
    if (link.key === contact.key) return
    if (link.key !== undefined && this.#byContact.get(link.key) === link) this.#byContact.delete(link.key)
    link.key = contact.key
    link.cursor = 0
    this.#byContact.set(contact.key, link)
    this.#options.onReached(now, contact.key, link.address)
    for (const message of link.unread.splice(0)) this.#take(now, link, contact, message)
    this.#options.onReady(now, contact.key)
  }

  #message(now: MonotonicMs, link: PeerLink, bytes: Uint8Array): void {
    const message = decodePeerMessage(bytes)
    if (!message.ok) {
      link.junk += 1
      if (link.junk >= this.#options.limits.junkMax) {
        this.#options.endpoint.close(now, link.id, sessionCloseCodes.junk, 'junk')
      }
      return
    }
    link.talkedAt = now
    switch (message.value.t) {
      case 'hello':
        return this.#hello(now, link, message.value)
      case 'message':
        return this.#chat(now, link, message.value)
      case 'receipt':
        return this.#receipt(now, link, message.value)
    }
  }

  #hello(now: MonotonicMs, link: PeerLink, hello: PeerHello): void {
    const { contacts, directory } = this.#options
    const card = cardOf(hello)
    if (!card) return this.#refuse(now, link, hello)
    if (contacts.get(foldName(hello.name))) return this.#confirm(now, link, card)
    if (link.isLookingUp) return
    link.isLookingUp = true
    directory.lookUp(now, hello.name, (later, outcome) => {
      link.isLookingUp = false
      if (this.#links.get(link.id) !== link || outcome.kind === 'lost') return
      this.#confirm(later, link, card)
    })
  }

  #confirm(now: MonotonicMs, link: PeerLink, card: Card): void {
    const { contacts, journal } = this.#options
    const observation = contacts.confirm(card, link.remoteKey)
    if (observation?.kind !== 'known') return this.#refuse(now, link, card)
    if (observation.changes.length > 0) journal.commit(observation.changes)
    this.#bind(now, link, observation.contact)
  }

  /** Somebody says to be who he cannot be shown to be. */
  #refuse(now: MonotonicMs, link: PeerLink, { name }: { name: string }): void {
    this.#options.emit({ type: 'warning', reason: { code: 'wrongAccount', details: { name } } })
    this.#options.endpoint.close(now, link.id, LinkErrorCode.refused)
  }

  #chat(now: MonotonicMs, link: PeerLink, message: ChatMessage): void {
    const contact = link.key === undefined ? undefined : this.#options.contacts.get(link.key)
    link.hasTalked = true
    if (contact) return this.#take(now, link, contact, message)
    if (link.unread.length >= this.#options.limits.strangerMessagesMax) return
    link.unread.push({ ...message, id: message.id.slice() })
  }

  #take(now: MonotonicMs, link: PeerLink, contact: Contact, message: ChatMessage): void {
    if (contact.offered || !contact.deviceKeys.some((key) => equalBytes(key, link.remoteKey))) return
    const sender = { name: contact.name, device: link.remoteKey }
    const id = toHex(message.id)
    this.#options.intake.accept(now, sender, message, 'direct', (_later, outcome) => {
      if (outcome === 'later' || this.#links.get(link.id) !== link) return
      link.receipts.push({ id, outcome })
      this.#withReceipts.add(link)
    })
  }

  #receipt(now: MonotonicMs, link: PeerLink, receipt: Receipt): void {
    const { outbox, settlement } = this.#options
    link.receiptAt = now
    link.hasTalked = true
    for (const { id, outcome } of receipt.entries) {
      const message = outbox.get(toHex(id))
      if (!message || message.to !== link.key) continue
      if (outcome === 'stored') settlement.stored(now, message, 'direct')
      else settlement.failed(now, message, { code: 'refusedByRecipient', details: { name: message.toName } })
    }
  }

  #send(now: MonotonicMs, link: PeerLink, message: Outgoing): boolean {
    const { outbox, endpoint, onSent } = this.#options
    const { idBytes, counter, sentAt, text } = message
    const floor = outbox.queue(message.to).floor(message)
    const place = wireRoomOf(message)
    const bytes = encodePeerMessage({ t: 'message', id: idBytes, counter, floor, sentAt, text, ...place })
    if (endpoint.send(now, link.id, peerStream.conversation, bytes) !== 'queued') return false
    link.talkedAt = now
    message.link = link.id
    message.budgetFrom = now
    onSent(now, message)
    return true
  }

  #flushReceipts(now: MonotonicMs, link: PeerLink): void {
    while (link.receipts.length > 0) {
      const entries = link.receipts
        .slice(0, receiptsPerMessage)
        .map(({ id, outcome }) => ({ id: fromHex(id) as Uint8Array, outcome }))
      const bytes = encodePeerMessage({ t: 'receipt', entries })
      const outcome = this.#options.endpoint.send(now, link.id, peerStream.control, bytes)
      // They are sent when the link is writable again.
      if (outcome === 'full') return
      link.receipts.splice(0, entries.length)
    }
    this.#withReceipts.delete(link)
  }
}

/** The card in a hello; the identity is the one that the list names, and is compared with the pinned one. */
function cardOf({ name, devices }: PeerHello): Card | undefined {
  const list = decodeDeviceList(devices.body)
  return list.ok ? { name, identity: list.value.identity.slice(), devices: copyOf(devices) } : undefined
}

function copyOf({ body, signature }: SignedDeviceList): SignedDeviceList {
  return { body: body.slice(), signature: signature.slice() }
}

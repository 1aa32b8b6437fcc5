// Who is who: names pinned to identities at first sight, and the devices that speak for them. Invariants: a pinned
// identity changes by `accept` only, which a person asked for (S19); a device list is taken only if the pinned identity
// signed it, and its version never goes down. docs/protocol/peer.md, "Contacts".

import { equalBytes, toHex } from '../../base/index.ts'
import { fingerprint, verifySignature } from '../../crypto/index.ts'
import {
  type AccountName,
  decodeDeviceList,
  type DeviceList,
  deviceListStatement,
  foldName,
  type SignedDeviceList,
} from '../../protocol/index.ts'
import type { PeerChange, StoredContact } from './peer-store.ts'

/** What somebody shows of an account. */
export interface Card {
  readonly name: AccountName
  readonly identity: Uint8Array
  readonly devices: SignedDeviceList
}

export interface Contact {
  readonly name: AccountName
  /** The folded name. */
  readonly key: string
  readonly identity: Uint8Array
  readonly devices: SignedDeviceList
  readonly version: number
  /** Link keys of its devices, in the list's order. */
  readonly deviceKeys: readonly Uint8Array[]
  /** Another identity that the name was shown with: nothing goes or comes until a person accepts it. */
  readonly offered?: { readonly identity: Uint8Array; readonly devices: SignedDeviceList }
}

export type CardProblem = 'unreadable' | 'foreignIdentity' | 'badSignature' | 'olderVersion' | 'sameVersion'

export type Observation =
  | { readonly kind: 'known'; readonly contact: Contact; readonly changes: readonly PeerChange[] }
  /** The name has another identity than the pinned one; `isNews` the first time that this one is offered. */
  | {
      readonly kind: 'changed'
      readonly contact: Contact
      readonly isNews: boolean
      readonly changes: readonly PeerChange[]
    }
  | { readonly kind: 'bad'; readonly problem: CardProblem }

export class Contacts {
  readonly #contacts = new Map<string, Contact>()
  /** Folded names by device key in hexadecimal. */
  readonly #byDevice = new Map<string, string>()

  constructor(stored: readonly StoredContact[]) {
    for (const contact of stored) {
      const list = decodeDeviceList(contact.devices.body)
      if (list.ok) this.#put(contactOf(contact, list.value))
    }
  }

  get(key: string): Contact | undefined {
    return this.#contacts.get(key)
  }

  all(): readonly Contact[] {
    return [...this.#contacts.values()]
  }

  /** The contact that a link key speaks for, by the newest list that is known. */
  ofDevice(device: Uint8Array): Contact | undefined {
    const key = this.#byDevice.get(toHex(device))
    return key === undefined ? undefined : this.#contacts.get(key)
  }

  /** Takes what somebody who may speak for the name (the registry) shows of it. */
  observe(card: Card): Observation {
    const list = verifyCard(card)
    if (typeof list === 'string') return { kind: 'bad', problem: list }
    const known = this.#contacts.get(foldName(card.name))
    if (!known) return this.#known(contactOf(card, list))
    if (!equalBytes(known.identity, card.identity)) return this.#offer(known, card)
    // The pinned identity is shown again: there is no other one any more to be decided about.
    const { offered: _over, ...pinned } = known
    if (list.version === known.version) {
      if (!equalBytes(card.devices.body, known.devices.body)) return { kind: 'bad', problem: 'sameVersion' }
      return known.offered ? this.#known(pinned) : { kind: 'known', contact: known, changes: [] }
    }
    if (list.version < known.version) return { kind: 'bad', problem: 'olderVersion' }
    return this.#known({ ...pinned, ...devicesOf(card, list) })
  }

  /**
   * Takes what the owner of a link says of himself. Anybody can claim a name, so a claim never pins and never offers
   * another identity: undefined where it is not a contact's, or not in a list that its identity signed.
   */
  confirm(card: Card, device: Uint8Array): Observation | undefined {
    const known = this.#contacts.get(foldName(card.name))
    if (!known || !equalBytes(known.identity, card.identity)) return undefined
    const observation = this.observe(card)
    const contact = observation.kind === 'bad' ? undefined : observation.contact
    return contact?.deviceKeys.some((key) => equalBytes(key, device)) ? observation : undefined
  }

  /** A person accepts the identity that is offered for the name. */
  accept(key: string): { contact: Contact; changes: readonly PeerChange[] } | undefined {
    const known = this.#contacts.get(key)
    const list = known?.offered && decodeDeviceList(known.offered.devices.body)
    if (!known?.offered || !list?.ok) return undefined
    const contact = contactOf({ name: known.name, ...known.offered }, list.value)
    this.#forgetDevices(known)
    this.#put(contact)
    return { contact, changes: [changeOf(contact)] }
  }

  #offer(known: Contact, { identity, devices }: Card): Observation {
    if (known.offered && equalBytes(known.offered.identity, identity)) {
      return { kind: 'changed', contact: known, isNews: false, changes: [] }
    }
    const contact = { ...known, offered: { identity, devices } }
    this.#put(contact)
    return { kind: 'changed', contact, isNews: true, changes: [changeOf(contact)] }
  }

  #known(contact: Contact): Observation {
    const before = this.#contacts.get(contact.key)
    if (before) this.#forgetDevices(before)
    this.#put(contact)
    return { kind: 'known', contact, changes: [changeOf(contact)] }
  }

  #put(contact: Contact): void {
    this.#contacts.set(contact.key, contact)
    for (const device of contact.deviceKeys) this.#byDevice.set(toHex(device), contact.key)
  }

  #forgetDevices(contact: Contact): void {
    for (const device of contact.deviceKeys) this.#byDevice.delete(toHex(device))
  }
}

/** Both fingerprints of a contact whose identity changed, for people. */
export function fingerprintsOf(contact: Contact): { pinned: string; offered: string } {
  return {
    pinned: fingerprint(contact.identity),
    offered: fingerprint((contact.offered ?? contact).identity),
  }
}

/** The list of a card, or what is wrong with the card. */
function verifyCard({ identity, devices }: Card): DeviceList | CardProblem {
  const list = decodeDeviceList(devices.body)
  if (!list.ok) return 'unreadable'
  if (!equalBytes(list.value.identity, identity)) return 'foreignIdentity'
  return verifySignature(identity, deviceListStatement(devices.body), devices.signature) ? list.value : 'badSignature'
}

function contactOf(card: Card & { offered?: StoredContact['offered'] }, list: DeviceList): Contact {
  const { name, identity, offered } = card
  const contact = { name, key: foldName(name), identity: identity.slice(), ...devicesOf(card, list) }
  return offered ? { ...contact, offered } : contact
}

/** Copies: what comes from the wire may be a view into a buffer that is used again. */
function devicesOf({ devices }: Pick<Card, 'devices'>, list: DeviceList) {
  return {
    devices: { body: devices.body.slice(), signature: devices.signature.slice() },
    version: list.version,
    deviceKeys: list.devices.map((device) => device.key.slice()),
  }
}

function changeOf({ name, identity, devices, offered }: Contact): PeerChange {
  return { kind: 'contact', contact: offered ? { name, identity, devices, offered } : { name, identity, devices } }
}

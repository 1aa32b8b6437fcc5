// Password records, remembered devices and invites of the registry's store in memory. Each method is part of one
// transaction.

import { equalBytes, toHex } from '../../src/base/index.ts'
import {
  admissionProblem,
  type AdmissionProblem,
  type NameClaim,
  type NewInvite,
  type RecordChange,
} from '../../src/registry/domain/index.ts'

export class MemoryCredentials {
  readonly #records = new Map<string, Uint8Array>()
  /** Link keys, in hexadecimal, of each folded name. */
  readonly #devices = new Map<string, Set<string>>()
  readonly #invites = new Map<string, number>()

  record(name: string): Uint8Array | undefined {
    return this.#records.get(name)
  }

  problemOf(name: string, holder: Uint8Array | undefined, claim: NameClaim): AdmissionProblem | undefined {
    const { admission, identity, device, at } = claim
    const held = holder && {
      isOwn: equalBytes(holder, identity),
      record: this.#records.get(name),
      remembersDevice: this.#devices.get(name)?.has(toHex(device)) ?? false,
    }
    const code = admission.kind === 'invite' && admission.codeHash ? toHex(admission.codeHash) : ''
    return admissionProblem(admission, held, at, this.#invites.get(code))
  }

  admit(name: string, isNew: boolean, { admission, device, deviceKeys }: NameClaim): void {
    if (admission.kind === 'invite' && admission.codeHash && isNew) this.#invites.delete(toHex(admission.codeHash))
    if (admission.kind !== 'password') return
    if (admission.record) this.#records.set(name, admission.record)
    const listed = new Set(deviceKeys.map(toHex))
    const devices = [...(this.#devices.get(name) ?? []), toHex(device)].filter((key) => listed.has(key))
    this.#devices.set(name, new Set(devices))
  }

  change({ name, device, before, record }: RecordChange): 'changed' | 'wrong' {
    const known = this.#records.get(name)
    if (!known || !equalBytes(known, before)) return 'wrong'
    this.#records.set(name, record)
    this.#devices.set(name, new Set([toHex(device)]))
    return 'changed'
  }

  forgetDevice(name: string, device: Uint8Array): void {
    this.#devices.get(name)?.delete(toHex(device))
  }

  remove(name: string): void {
    this.#records.delete(name)
    this.#devices.delete(name)
  }

  addInvite({ hash, at, expires, invitesMax }: NewInvite): 'added' | 'full' {
    for (const [code, until] of this.#invites) if (until <= at) this.#invites.delete(code)
    if (this.#invites.size >= invitesMax) return 'full'
    this.#invites.set(toHex(hash), expires)
    return 'added'
  }
}

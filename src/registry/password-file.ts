// OPAQUE (RFC 9807) for the registry: the adapter of the password port over a kept library, and the server's own secret in
// a private file apart from the database. Invariant: the library is loaded only where a registry asks for passwords, and
// nothing a stranger sends makes a call of it throw. docs/protocol/registry.md, "Passwords".

import { join } from 'node:path'
import type * as opaqueLibrary from '@serenity-kit/opaque'
import { assert, fromBase64Url, ParleyError, toBase64Url } from '../base/index.ts'
import { createPrivateFile, readPrivateFile } from '../disk/index.ts'
import type { PasswordPort, StartedLogin } from './domain/index.ts'

type Opaque = typeof opaqueLibrary

/**
 * Reads or makes `opaque.key` in the folder. Throws ParleyError `privateFileOpen`, `notReadable`, `notWritable`, or
 * `keyDamaged` with the `path`; without this file no password of the registry can be checked any more.
 */
export async function openPasswordFile(folder: string): Promise<PasswordPort> {
  const opaque = await import('@serenity-kit/opaque')
  await opaque.ready
  return new OpaquePasswords(opaque, loadSetup(opaque, join(folder, 'opaque.key')))
}

function loadSetup(opaque: Opaque, path: string): string {
  const known = readPrivateFile(path)
  if (!known) {
    const fresh = opaque.server.createSetup()
    createPrivateFile(path, bytesOf(fresh))
    return fresh
  }
  const setup = toBase64Url(known)
  // Never replaced by a new one: every password would be lost with it.
  if (attempt(() => opaque.server.getPublicKey(setup)) === undefined) {
    throw new ParleyError('keyDamaged', { details: { path, bytes: known.length } })
  }
  return setup
}

class OpaquePasswords implements PasswordPort {
  readonly #server: Opaque['server']
  readonly #setup: string
  /** A first message, to try records with. */
  readonly #probe: string

  constructor(opaque: Opaque, setup: string) {
    this.#server = opaque.server
    this.#setup = setup
    this.#probe = opaque.client.startLogin({ password: '' }).startLoginRequest
  }

  startLogin(name: string, record: Uint8Array | undefined, message: Uint8Array): StartedLogin | undefined {
    const started = this.#start(name, record, toBase64Url(message))
    return started && { message: bytesOf(started.loginResponse), state: bytesOf(started.serverLoginState) }
  }

  finishLogin(state: Uint8Array, proof: Uint8Array): boolean {
    const args = { serverLoginState: toBase64Url(state), finishLoginRequest: toBase64Url(proof) }
    return attempt(() => this.#server.finishLogin(args)) !== undefined
  }

  registrationResponse(name: string, message: Uint8Array): Uint8Array | undefined {
    const args = { serverSetup: this.#setup, userIdentifier: name, registrationRequest: toBase64Url(message) }
    const response = attempt(() => this.#server.createRegistrationResponse(args))
    return response && bytesOf(response.registrationResponse)
  }

  isRecord(record: Uint8Array): boolean {
    return this.#start('', record, this.#probe) !== undefined
  }

  #start(name: string, record: Uint8Array | undefined, message: string) {
    const registrationRecord = record ? toBase64Url(record) : undefined
    const args = { serverSetup: this.#setup, userIdentifier: name, registrationRecord, startLoginRequest: message }
    return attempt(() => this.#server.startLogin(args))
  }
}

/** The library throws on what it cannot read and on a wrong proof; it gives no other sign. */
function attempt<T>(call: () => T): T | undefined {
  try {
    return call()
  } catch {
    return undefined
  }
}

function bytesOf(text: string): Uint8Array {
  const bytes = fromBase64Url(text)
  assert(bytes, 'the library writes canonical base64url')
  return bytes
}

// OPAQUE by the real library, through the registry's rules, with the library's own client on the other side; and the file
// of its secret.

import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { client } from '@serenity-kit/opaque'
import { MemoryRegistryStore } from '../../sim/store/registry-store.ts'
import { fromBase64Url, type ParleyError, toBase64Url } from '../base/index.ts'
import { hash, IdentityKeyPair, systemRandom, verifySignature } from '../crypto/index.ts'
import {
  decodeRegistryMessage,
  defaultPolicy,
  deviceListStatement,
  encodeDeviceList,
  encodeRegistryRequest,
  type RegistryAnswer,
  registryErrorName,
  type RegistryRequest,
} from '../protocol/index.ts'
import { type PasswordPort, Registry, type SessionId } from './domain/index.ts'
import { openPasswordFile } from './password-file.ts'
import { RegistryServer } from './registry-server.ts'

/** Argon2id as cheap as the library takes it: what is tried here is the exchange. */
const keyStretching = { 'argon2id-custom': { iterations: 1, memory: 8, parallelism: 1 } }

function temporaryFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'parley-opaque-'))
  context.after(() => rmSync(folder, { recursive: true }))
  return folder
}

function bytes(text: string): Uint8Array {
  return fromBase64Url(text) as Uint8Array
}

type Unnumbered<R = RegistryRequest> = R extends RegistryRequest ? Omit<R, 'q'> : never

/** A registry, and peers that ask one thing at a time. */
class Desk {
  readonly #registry: Registry
  readonly #heard = new Map<SessionId, Uint8Array[]>()
  readonly #due: ((now: number) => void)[] = []
  #now = 0
  #q = 0

  constructor(passwords: PasswordPort) {
    const schedule = (_delayMs: number, run: (now: number) => void): void => void this.#due.push(run)
    this.#registry = new Registry(0, {
      store: new MemoryRegistryStore({ schedule, commitDelayMs: () => 1, answerDelayMs: () => 1 }),
      port: {
        send: (_now, session, message) => {
          this.#heard.get(session)?.push(message)
          return 'queued'
        },
        close: () => undefined,
        rttMs: () => undefined,
        linkFigures: () => undefined,
        linkMemo: () => undefined,
        resetForgotten: () => undefined,
      },
      verifier: { verifySignature, digest: hash },
      random: systemRandom(),
      wallMs: () => 1_700_000_000_000 + this.#now,
      policy: defaultPolicy,
      name: 'test',
      accounts: 'password',
      passwords,
    })
  }

  connect(session: number, device: Uint8Array): (request: Unnumbered) => RegistryAnswer {
    const id = session as SessionId
    const heard: Uint8Array[] = []
    this.#heard.set(id, heard)
    this.#registry.sessionOpened(this.#now, id, device, { host: '192.0.2.1', port: 1_000 + session })
    return (request) => {
      const q = ++this.#q
      this.#registry.sessionMessage(this.#now, id, encodeRegistryRequest({ ...request, q }))
      for (let run = this.#due.shift(); run; run = this.#due.shift()) run((this.#now += 1))
      const messages = heard.map(decodeRegistryMessage).map((message) => (message.ok ? message.value : undefined))
      const answer = messages.find((message) => message && 'r' in message && message.r === q)
      assert.ok(answer && 'r' in answer, request.t)
      return answer
    }
  }
}

type Ask = ReturnType<Desk['connect']>
type Login = Unnumbered<Extract<RegistryRequest, { t: 'login' }>>

function loginOf(identity: IdentityKeyPair, name: string, devices: readonly Uint8Array[]): Login {
  const list = devices.map((key) => ({ key, added: 1 }))
  const body = encodeDeviceList({ v: 1, identity: identity.publicKey, version: 1, devices: list })
  const signature = identity.sign(deviceListStatement(body))
  return { t: 'login', version: 1, agent: 'test', name, devices: { body, signature }, addresses: [] }
}

function opaqueOf(answer: RegistryAnswer): string {
  assert.ok(answer.t === 'opaque', JSON.stringify(answer))
  return toBase64Url(answer.message)
}

function makeRecord(ask: Ask, name: string, password: string): Uint8Array {
  const { clientRegistrationState, registrationRequest } = client.startRegistration({ password })
  const registrationResponse = opaqueOf(ask({ t: 'startRecord', name, message: bytes(registrationRequest) }))
  const args = { password, registrationResponse, clientRegistrationState, keyStretching }
  return bytes(client.finishRegistration(args).registrationRecord)
}

/** The proof, or undefined where the peer sees by itself that the password is wrong. */
function prove(ask: Ask, name: string, password: string): { proof: Uint8Array | undefined; answerBytes: number } {
  const { clientLoginState, startLoginRequest } = client.startLogin({ password })
  const loginResponse = opaqueOf(ask({ t: 'startPassword', name, message: bytes(startLoginRequest) }))
  const finished = client.finishLogin({ password, loginResponse, clientLoginState, keyStretching })
  return { proof: finished && bytes(finished.finishLoginRequest), answerBytes: bytes(loginResponse).length }
}

function outcomeOf(answer: RegistryAnswer): string | undefined {
  return answer.t === 'error' ? registryErrorName(answer.code) : answer.t
}

test('sign-up, login and change of a password by OPAQUE; the password itself never crosses', async (context) => {
  const folder = temporaryFolder(context)
  const desk = new Desk(await openPasswordFile(folder))
  const [first, second] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]
  const login = loginOf(IdentityKeyPair.generate(systemRandom()), 'alice', [first, second])
  const atHome = desk.connect(1, first)
  assert.equal(outcomeOf(atHome({ ...login, record: makeRecord(atHome, 'alice', 'correct horse') })), 'welcome')
  const away = desk.connect(2, second)
  assert.equal(outcomeOf(away(login)), 'passwordNeeded')
  assert.equal(prove(away, 'alice', 'wrong horse').proof, undefined)
  assert.equal(outcomeOf(away({ ...login, proof: new Uint8Array(64).fill(3) })), 'passwordWrong')
  const right = prove(away, 'ALICE', 'correct horse')
  assert.ok(right.proof)
  assert.equal(outcomeOf(away({ ...login, proof: right.proof })), 'welcome')
  const { proof } = prove(away, 'alice', 'correct horse')
  assert.ok(proof)
  const record = makeRecord(away, 'alice', 'battery staple')
  assert.equal(outcomeOf(away({ t: 'changePassword', proof, record: new Uint8Array(192).fill(1) })), 'badRequest')
  assert.equal(outcomeOf(away({ t: 'changePassword', proof, record })), 'done')
  const again = desk.connect(3, first)
  assert.equal(prove(again, 'alice', 'correct horse').proof, undefined)
  const renewed = prove(again, 'alice', 'battery staple').proof
  assert.ok(renewed)
  assert.equal(outcomeOf(again({ ...login, proof: renewed })), 'welcome')
})

test('47, 48: unknown names and foreign ones get answers of the same form, junk is refused, and nothing throws', async (context) => {
  const desk = new Desk(await openPasswordFile(temporaryFolder(context)))
  const device = new Uint8Array(32).fill(1)
  const login = loginOf(IdentityKeyPair.generate(systemRandom()), 'alice', [device])
  const owner = desk.connect(1, device)
  assert.equal(outcomeOf(owner({ ...login, record: makeRecord(owner, 'alice', 'secret') })), 'welcome')
  const stranger = desk.connect(2, new Uint8Array(32).fill(66))
  const sizes = [
    prove(owner, 'alice', 'secret'),
    prove(stranger, 'alice', 'secret'),
    prove(stranger, 'nobody', 'secret'),
  ]
  assert.deepEqual(new Set(sizes.map(({ answerBytes }) => answerBytes)), new Set([320]))
  assert.deepEqual(
    sizes.map(({ proof }) => proof !== undefined),
    [true, false, false],
  )
  for (const length of [0, 1, 31, 32, 95, 96, 97, 1_024]) {
    const message = new Uint8Array(length).fill(1)
    assert.equal(
      outcomeOf(desk.connect(100 + length, device)({ t: 'startPassword', name: 'alice', message })),
      'badRequest',
    )
    const asked = desk.connect(2_000 + length, device)({ t: 'startRecord', name: 'alice', message })
    assert.equal(outcomeOf(asked), 'badRequest', String(length))
    const end = owner({ t: 'changePassword', proof: message, record: message })
    assert.equal(outcomeOf(end), 'badRequest')
  }
})

test('the secret is made once, in a private file; one that is damaged or open to others is refused', async (context) => {
  const folder = temporaryFolder(context)
  const path = join(folder, 'opaque.key')
  const passwords = await openPasswordFile(folder)
  const secret = readFileSync(path)
  assert.equal(statSync(path).mode & 0o777, 0o600)
  const again = await openPasswordFile(folder)
  assert.deepEqual(readFileSync(path), secret)
  const request = bytes(client.startRegistration({ password: 'x' }).registrationRequest)
  assert.deepEqual(again.registrationResponse('a', request), passwords.registrationResponse('a', request))
  writeFileSync(path, secret.subarray(1))
  await assert.rejects(openPasswordFile(folder), (error: ParleyError) => error.code === 'keyDamaged')
  assert.equal(readFileSync(path).length, 127, 'it is not replaced')
})

test('a server has the secret only where it asks for passwords', async (context) => {
  for (const accounts of ['open', 'invite', 'password'] as const) {
    const data = temporaryFolder(context)
    await using server = await RegistryServer.open({ data, host: '127.0.0.1', port: 0, accounts })
    assert.equal(server.sessions, 0)
    assert.equal(existsSync(join(data, 'opaque.key')), accounts === 'password')
  }
})

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { systemRandom } from '../crypto/index.ts'
import type { AccountName } from '../protocol/index.ts'
import { KnownRegistries } from './known-registries.ts'
import { LinkTimestamp } from './link-timestamp.ts'
import { accountFolder, loadProfile, profileFolder } from './profile.ts'
import { chooseRegistry } from './registry-choice.ts'

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'parley-profile-'))
  t.after(() => rmSync(path, { recursive: true }))
  return path
}

const alice = 'Alice' as AccountName

test('profiles lie where the person, Parley’s variable or the system says, one folder for each account', () => {
  assert.equal(profileFolder('/h'), '/h')
  assert.equal(profileFolder(undefined, { PARLEY_HOME: '/p', XDG_DATA_HOME: '/x' }, 'linux'), join('/p', 'peers'))
  assert.equal(profileFolder(undefined, { XDG_DATA_HOME: '/x' }, 'linux'), join('/x', 'parley', 'peers'))
  assert.match(profileFolder(undefined, {}, 'linux'), /\.local\/share\/parley\/peers$/)
  assert.equal(accountFolder(alice, '/h'), join('/h', 'alice'))
})

test('a profile is the same at every start, the time of its device included', (t) => {
  const path = join(folder(t), 'alice')
  const first = loadProfile(path, alice, systemRandom(), 1_234.5)
  const second = loadProfile(path, alice, systemRandom(), 9_999)
  assert.deepEqual(second.identity.publicKey, first.identity.publicKey)
  assert.deepEqual(second.linkKey.publicKey, first.linkKey.publicKey)
  assert.equal(second.added, 1_234)
  writeFileSync(join(path, 'link.key'), 'x')
  assert.throws(() => loadProfile(path, alice, systemRandom(), 0), { code: 'keyDamaged' })
})

test('numbers of handshakes grow over restarts and clocks that go back', (t) => {
  const path = folder(t)
  let wall = 1_000_000
  const first = new LinkTimestamp(path, () => wall)
  const seen = [first.next(), first.next()]
  wall += 500.7
  seen.push(first.next())
  wall = 10
  seen.push(first.next(), new LinkTimestamp(path, () => wall).next())
  for (let i = 0; i < 5; i++) {
    const again = new LinkTimestamp(path, () => wall)
    for (let k = 0; k < 3; k++) seen.push(again.next())
  }
  for (let i = 1; i < seen.length; i++) assert.ok((seen[i] as number) > (seen[i - 1] as number), seen.join())
  assert.ok(seen.every((number) => Number.isSafeInteger(number)))
})

test('a pinned key stays, is filed by place, and beats the invite’s', (t) => {
  const path = folder(t)
  const known = new KnownRegistries(path)
  assert.throws(() => chooseRegistry(undefined, known), { code: 'noRegistry' })
  assert.throws(() => chooseRegistry('http://x', known), { code: 'badRegistry' })
  const target = { host: 'Chat.Example', port: 4747 }
  known.pin(target, new Uint8Array(32).fill(1))
  known.pin(target, new Uint8Array(32).fill(2))
  known.use(target)
  const again = new KnownRegistries(path)
  assert.deepEqual(again.keyOf({ host: 'chat.example', port: 4747 }), new Uint8Array(32).fill(1))
  assert.equal(again.keyOf({ host: 'chat.example', port: 4748 }), undefined)
  assert.deepEqual(chooseRegistry(undefined, again).target, { host: 'chat.example', port: 4747 })
  const other = new Uint8Array(32).fill(3)
  const invite = `parley://${Buffer.from(other).toString('base64url')}@chat.example:4747`
  const choice = chooseRegistry(invite, again)
  assert.deepEqual([choice.key, choice.otherKey], [new Uint8Array(32).fill(1), other])
})

test('pins that cannot be read stop the start: they must not become a first contact', (t) => {
  const path = folder(t)
  new KnownRegistries(path).pin({ host: 'x', port: 1 }, new Uint8Array(32))
  for (const text of ['', '{"keys":{"x:1":"AA"}}', '{"keys":[]}', 'no']) {
    writeFileSync(join(path, 'registries.json'), text, { mode: 0o600 })
    assert.throws(() => new KnownRegistries(path), { code: 'fileDamaged' }, text)
  }
})

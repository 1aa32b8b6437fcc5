import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkMac1, CookieBaker, mac1Key, openCookie, writeMac1, writeMac2 } from './cookie.ts'
import { mac2At } from './handshake-packet.ts'
import { StatelessReset } from './stateless-reset.ts'
import { seededRandom } from './testbed.test.ts'

const random = seededRandom(8)
const from = { host: '192.0.2.1', port: 5 }
const key = mac1Key(random.bytes(32))

function message(): Uint8Array {
  const bytes = random.bytes(1_200)
  writeMac1(bytes, key, 32)
  writeMac2(bytes, undefined)
  return bytes
}

test('MAC1 covers every byte before it and needs the key', () => {
  const bytes = message()
  assert.equal(checkMac1(bytes, key, 32), true)
  assert.equal(checkMac1(bytes, mac1Key(undefined), 32), false)
  for (let at = 0; at < mac2At; at++) {
    const other = bytes.slice()
    other[at] = (other[at] as number) ^ 128
    assert.equal(checkMac1(other, key, 32), false, `byte ${at}`)
  }
})

test('a cookie is right at its address, for its life, for the message that carries it, and nowhere else', () => {
  const baker = new CookieBaker(random, 120_000)
  const bytes = message()
  assert.equal(baker.check(0, from, bytes), 'absent')
  const answer = baker.answer(0, from, bytes, bytes.subarray(4, 12), key)
  const cookie = openCookie(answer, bytes, key)
  assert.ok(cookie)
  assert.equal(openCookie(answer, message(), key), undefined)
  assert.equal(openCookie(answer, bytes, mac1Key(undefined)), undefined)
  writeMac2(bytes, cookie)
  assert.equal(baker.check(0, from, bytes), 'right')
  assert.equal(baker.check(119_999, from, bytes), 'right')
  for (const other of [
    { host: '192.0.2.1', port: 6 },
    { host: '192.0.2.2', port: 5 },
  ]) {
    assert.equal(baker.check(0, other, bytes), 'wrong')
  }
  const another = message()
  another.set(bytes.subarray(mac2At), mac2At)
  assert.equal(baker.check(0, from, another), 'wrong')
  assert.equal(new CookieBaker(random, 120_000).check(0, from, bytes), 'wrong')
  assert.equal(baker.check(120_000, from, bytes), 'wrong')
})

test('two cookie answers never look alike', () => {
  const baker = new CookieBaker(random, 120_000)
  const bytes = message()
  const sealed = Array.from({ length: 50 }, () =>
    Buffer.from(baker.answer(0, from, bytes, bytes.subarray(4, 12), key).sealed).toString('hex'),
  )
  assert.equal(new Set(sealed).size, 50)
})

test('reset tokens depend on id and key, survive a restart, and answers are limited', () => {
  const options = { key: random.bytes(32), random, perSecond: 10 }
  const reset = new StatelessReset(0, options)
  const id = random.bytes(8)
  assert.deepEqual(reset.token(id), new StatelessReset(9, options).token(id))
  assert.notDeepEqual(reset.token(id), reset.token(random.bytes(8)))
  assert.notDeepEqual(reset.token(id), new StatelessReset(0, { ...options, key: random.bytes(32) }).token(id))
  const data = new Uint8Array(35).fill(4)
  let answers = 0
  for (let i = 0; i < 100; i++) if (reset.answer(0, data) !== undefined) answers++
  assert.equal(answers, 10)
  assert.equal(reset.answer(1_000, data.subarray(0, 34)), undefined)
  assert.ok((reset.answer(1_000, data)?.length ?? 99) < 35)
})

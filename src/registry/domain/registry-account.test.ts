// Login, names, device lists, prekeys, limits and rates: each request good, bad, without login and over its limit.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PretendPasswords } from '../../../sim/pretend-passwords.ts'
import { encodeRegistryRequest, type RegistryRequestType, sessionCloseCodes } from '../../protocol/index.ts'
import { commandTable, defaultRegistryLimits } from './index.ts'
import { bytesOf, loginOf, type Peer, prekeyOf, Testbed, type Unnumbered } from './testbed.test.ts'

/** A well-formed request of each type. */
const requests: { readonly [T in RegistryRequestType]: Unnumbered } = {
  login: loginOf('zoe', { identity: 90, device: 1 }),
  logout: { t: 'logout' },
  hello: { t: 'hello' },
  probe: { t: 'probe' },
  lookup: { t: 'lookup', name: 'bob' },
  introduce: { t: 'introduce', to: 'bob', addresses: [] },
  addPrekeys: { t: 'addPrekeys', prekeys: [prekeyOf(101, 1, 1)] },
  takePrekey: { t: 'takePrekey', name: 'bob' },
  deposit: { t: 'deposit', to: 'bob', id: bytesOf(1, 16), envelope: bytesOf(1, 10) },
  fetchMail: { t: 'fetchMail', after: 0 },
  collect: { t: 'collect', rows: [{ row: 1, outcome: 'stored' }] },
  fetchNotices: { t: 'fetchNotices', after: 0 },
  noticed: { t: 'noticed', rows: [1] },
  startPassword: { t: 'startPassword', name: 'bob', message: bytesOf(1, 96) },
  startRecord: { t: 'startRecord', name: 'zoe', message: bytesOf(1, 32) },
  changePassword: { t: 'changePassword', proof: bytesOf(1, 64), record: bytesOf(1, 192) },
  setBusy: { t: 'setBusy', busy: true },
  refresh: { t: 'refresh' },
  signal: { t: 'signal', to: 'bob', kind: 'request', id: bytesOf(1, 16) },
  say: { t: 'say', id: bytesOf(1, 16), text: 'hello' },
  fetchChannel: { t: 'fetchChannel', after: 0 },
  heard: { t: 'heard', upTo: 0 },
  makeRoom: { t: 'makeRoom', key: bytesOf(1, 16), name: '', invite: ['bob'] },
  inviteToRoom: { t: 'inviteToRoom', room: 1, invite: ['bob'] },
  answerRoom: { t: 'answerRoom', room: 1, join: true },
  leaveRoom: { t: 'leaveRoom', room: 1 },
  removeFromRoom: { t: 'removeFromRoom', room: 1, name: 'bob' },
  nameRoom: { t: 'nameRoom', room: 1, name: 'crew' },
  fetchRooms: { t: 'fetchRooms', after: 0 },
  fetchRoomLog: { t: 'fetchRoomLog', room: 1, after: 0 },
  numberMessage: { t: 'numberMessage', room: 1, id: bytesOf(1, 16) },
}

test('a login is welcomed with the name as first spelled, the policy, and what waits', () => {
  const bed = new Testbed()
  bed.join('Alice', { identity: 1, device: 1 }).end('gone')
  const again = bed.connect(1, { host: '203.0.113.9', port: 77 })
  const answer = again.ask(loginOf('aLiCe', { identity: 1, device: 1 }))
  assert.ok(answer.t === 'welcome')
  assert.equal(answer.name, 'Alice')
  assert.equal(answer.registry, 'test')
  assert.deepEqual(answer.observed, { host: '203.0.113.9', port: 77 })
  assert.deepEqual([answer.prekeys, answer.lastResortPrekey, answer.mail, answer.notices], [0, false, 0, 0])
  assert.equal(answer.policy.expiryMs, 200_000)
})

test('45: a name that is taken, also by another spelling, is refused with the holder, who keeps it for ever', () => {
  const bed = new Testbed()
  bed.join('admin', { identity: 1, device: 1 }).ask({ t: 'logout' })
  const thief = bed.connect(2)
  const answer = thief.ask(loginOf('ADMIN', { identity: 2, device: 2 }))
  assert.ok(answer.t === 'error')
  assert.deepEqual([answer.code, answer.holder], [6, bytesOf(1)])
  assert.equal(bed.connect(1).ask(loginOf('admin', { identity: 1, device: 1 })).t, 'welcome')
})

test('44, 46: names outside the rule are refused', () => {
  const bed = new Testbed()
  const long = 'x'.repeat(33)
  const names = ['', '\u202egpj', long, '.a', '..', 'con', 'a\nb', 'аdmin', 'a\u200bb', 'registry', 'a.']
  for (const [i, name] of names.entries()) {
    const login = loginOf(name, { identity: 1, device: i + 1 })
    assert.equal(bed.connect(i + 1).refusal(login), 'nameRefused', JSON.stringify(name))
  }
})

test('a login needs a list that is signed, names the link key, and is the newest', () => {
  const bed = new Testbed()
  const login = loginOf('a', { identity: 1, device: 1 })
  assert.equal(bed.connect(2).refusal(login), 'deviceNotListed')
  const forged = { ...login, devices: { ...login.devices, signature: bytesOf(0, 64) } }
  assert.equal(bed.connect(1).refusal(forged), 'badSignature')
  assert.equal(
    bed.connect(1).refusal({ ...login, devices: { body: bytesOf(1, 9), signature: bytesOf(0, 64) } }),
    'badRequest',
  )
  assert.equal(bed.connect(1).refusal({ ...login, version: 2 }), 'versionUnsupported')
  bed.join('a', { identity: 1, device: 1, version: 5 })
  assert.equal(bed.connect(1).refusal(loginOf('a', { identity: 1, device: 1, version: 4 })), 'staleDeviceList')
  const fork = loginOf('a', { identity: 1, device: 1, devices: [1, 9], version: 5 })
  assert.equal(bed.connect(1).refusal(fork), 'staleDeviceList')
})

test('a device that the newest list leaves out loses its session', () => {
  const bed = new Testbed()
  const old = bed.join('a', { identity: 1, device: 1, devices: [1, 2] })
  const other = bed.join('b', { identity: 2, device: 3 })
  bed.join('a', { identity: 1, device: 2, devices: [2], version: 2 })
  assert.deepEqual(old.pushes('goodbye'), [{ t: 'goodbye', reason: 'replaced' }])
  assert.equal(old.closeCode, sessionCloseCodes.replaced)
  assert.equal(other.closeCode, undefined)
})

test('50: a newer login of the same device replaces the older session, and nobody sees it go', () => {
  const bed = new Testbed()
  const watcher = bed.join('watcher')
  const older = bed.join('a', { identity: 1, device: 50 })
  bed.run(1_000)
  const newer = bed.join('a', { identity: 1, device: 50 })
  assert.deepEqual(older.pushes('goodbye'), [{ t: 'goodbye', reason: 'replaced' }])
  assert.equal(older.closeCode, sessionCloseCodes.replaced)
  bed.run(10_000)
  const told = watcher.pushes('presence').flatMap(({ entries }) => entries.filter(({ name }) => name === 'a'))
  assert.deepEqual(
    told.map(({ online }) => online),
    [true],
  )
  assert.equal(newer.refusal({ t: 'hello' }), undefined)
})

test('of two logins of one device that cross in the store, the one that asked last stays', () => {
  const bed = new Testbed()
  const first = bed.connect(1)
  const second = bed.connect(1)
  first.tell(loginOf('a', { identity: 1, device: 1 }))
  second.tell(loginOf('a', { identity: 1, device: 1 }))
  bed.run(100)
  assert.equal(first.closeCode, sessionCloseCodes.replaced)
  assert.equal(second.refusal({ t: 'hello' }), undefined)
})

test('a session has one account: another name needs a logout first, and then it may', () => {
  const bed = new Testbed()
  const peer = bed.join('a', { identity: 1, device: 1 })
  assert.equal(peer.refusal(loginOf('b', { identity: 1, device: 1 })), 'badRequest')
  assert.equal(peer.ask(loginOf('a', { identity: 1, device: 1 })).t, 'welcome')
  assert.equal(peer.ask({ t: 'logout' }).t, 'done')
  assert.equal(peer.refusal({ t: 'hello' }), 'notLoggedIn')
  assert.equal(peer.ask(loginOf('b', { identity: 1, device: 1 })).t, 'welcome')
})

test('every request but the login needs one', () => {
  for (const [type, request] of Object.entries(requests)) {
    const bed = new Testbed({ accounts: 'password', passwords: new PretendPasswords() })
    const { needsLogin } = commandTable[type as RegistryRequestType]
    assert.equal(bed.connect(1).refusal(request) === 'notLoggedIn', needsLogin, type)
  }
})

test('every request over its rate is refused with a time, and served again after it', () => {
  for (const [type, request] of Object.entries(requests)) {
    const rate = { perSecond: 1, burst: 4 }
    const rates = Object.fromEntries(Object.keys(defaultRegistryLimits.rates).map((name) => [name, rate]))
    const isLogin = type === 'login'
    if (!isLogin) rates['session'] = { perSecond: 100, burst: 100 }
    const bed = new Testbed({ limits: { rates: rates as typeof defaultRegistryLimits.rates, loginTimeoutMs: 1e9 } })
    bed.join('bob')
    const peer = isLogin ? bed.connect(1) : bed.join('zoe', { identity: 101, device: 1 })
    let refused = 0
    for (let i = 0; i < 6; i++) {
      const answer = peer.ask(isLogin ? loginOf('zoe', { identity: 101, device: 1 }) : request)
      if (answer.t === 'error' && answer.code === 16) {
        refused += 1
        assert.ok((answer.retryMs ?? 0) > 0 && (answer.retryMs ?? 0) <= 1_000, type)
      }
      if (type === 'logout') peer.ask(loginOf('zoe', { identity: 101, device: 1 }))
    }
    assert.ok(refused > 0, type)
    bed.run(1_000)
    const answer = peer.ask(request)
    assert.ok(answer.t !== 'error' || answer.code !== 16, type)
  }
})

test('a new link does not refill the buckets of its identity', () => {
  const bed = new Testbed({ limits: { rates: { ...defaultRegistryLimits.rates, life: { perSecond: 0.1, burst: 5 } } } })
  let peer = bed.join('a', { identity: 1, device: 1 })
  for (let i = 0; i < 5; i++) peer.ask({ t: 'hello' })
  peer.end('gone')
  peer = bed.join('a', { identity: 1, device: 1 })
  assert.equal(peer.refusal({ t: 'hello' }), 'rateLimited')
})

test('51: of a storm of hellos a few count, the rest is refused, then the link closes', () => {
  const bed = new Testbed()
  const peer = bed.join('a')
  for (let i = 0; i < 1_000 && !peer.closed; i++) {
    peer.tell({ t: 'hello' })
    bed.run(1)
  }
  assert.equal(peer.closeCode, sessionCloseCodes.flood)
  const answers = peer.heard.filter((message) => 'r' in message)
  assert.ok(answers.filter((message) => message.t === 'done').length <= 30)
  assert.ok(answers.length <= 260)
})

test('requests of a wrong form are answered as far as they can be told apart, and junk closes the link', () => {
  const bed = new Testbed({ limits: { junk: { perSecond: 0.001, burst: 8 } } })
  const peer = bed.join('a')
  const raw = (value: object): void => peer.tellBytes(encodeRegistryRequest(value as never))
  raw({ t: 'lookup', q: 50, name: 7 })
  raw({ t: 'lookup', q: 51 })
  raw({ t: 'nonsense', q: 52 })
  raw({ t: 'toString', q: 53 })
  raw({ t: 'deposit', q: 54, to: 'a', id: bytesOf(1, 16), envelope: bytesOf(1, 70_001) })
  raw({ t: 'hello' })
  peer.tellBytes(new Uint8Array())
  peer.tellBytes(bytesOf(0xff, 100))
  const codes = peer.heard.flatMap((message) => (message.t === 'error' ? [[message.r, message.code]] : []))
  assert.deepEqual(codes, [
    [50, 1],
    [51, 1],
    [52, 2],
    [53, 2],
    [54, 13],
  ])
  assert.equal(peer.closeCode, undefined)
  peer.tellBytes(bytesOf(0, 1))
  assert.equal(peer.closeCode, sessionCloseCodes.junk)
})

test('prekeys are taken only with a valid signature and for the device that brings them', () => {
  const bed = new Testbed({ limits: { prekeysPerDeviceMax: 3 } })
  const a = bed.join('a', { identity: 1, device: 10 })
  const add = (...prekeys: ReturnType<typeof prekeyOf>[]) => a.refusal({ t: 'addPrekeys', prekeys })
  assert.equal(add(prekeyOf(1, 10, 1), prekeyOf(2, 10, 2)), 'badSignature')
  assert.equal(add(prekeyOf(1, 11, 1)), 'badRequest')
  assert.equal(add({ body: bytesOf(1, 5), signature: bytesOf(1, 64) }), 'badRequest')
  const b = bed.join('b')
  assert.equal(b.refusal({ t: 'takePrekey', name: 'a' }), 'noPrekey', 'nothing of a refused upload is kept')
  assert.equal(add(prekeyOf(1, 10, 1), prekeyOf(1, 10, 2), prekeyOf(1, 10, 9, 'last')), undefined)
  assert.equal(add(prekeyOf(1, 10, 3), prekeyOf(1, 10, 4)), 'registryFull')
  const taken = [1, 2, 3, 4].map(() => {
    const answer = b.ask({ t: 'takePrekey', name: 'A' })
    return answer.t === 'prekey' ? answer.prekey : undefined
  })
  const last = prekeyOf(1, 10, 9, 'last')
  assert.deepEqual(taken, [prekeyOf(1, 10, 1), prekeyOf(1, 10, 2), last, last])
  const welcome = bed.connect(10).ask(loginOf('a', { identity: 1, device: 10 }))
  assert.ok(welcome.t === 'welcome')
  assert.deepEqual([welcome.prekeys, welcome.lastResortPrekey], [0, true])
})

test('a name nobody has is answered with those that are near', () => {
  const bed = new Testbed()
  for (const name of ['carol', 'Caro', 'dave', 'bob']) bed.join(name)
  const peer = bed.join('me')
  const nearOf = (request: Unnumbered): unknown => {
    const answer = peer.ask(request)
    assert.ok(answer.t === 'error' && answer.code === 10, request.t)
    return answer.nearest
  }
  assert.deepEqual(nearOf({ t: 'lookup', name: 'carl' }), ['Caro', 'carol'])
  assert.deepEqual(nearOf({ t: 'introduce', to: 'crol', addresses: [] }), ['carol', 'Caro'])
  assert.deepEqual(nearOf({ t: 'takePrekey', name: 'dvae' }), ['dave'])
  assert.deepEqual(nearOf({ ...requests.deposit, to: 'bobb' } as Unnumbered), ['bob'])
  for (const name of ['', 'q'.repeat(200), '%', "' OR 1=1", '\u0000'])
    assert.deepEqual(nearOf({ t: 'lookup', name }), [])
})

test('look-ups tell keys and presence', () => {
  const bed = new Testbed()
  const bob = bed.join('Bob', { identity: 5, device: 6 })
  const peer = bed.join('me')
  const { devices } = loginOf('Bob', { identity: 5, device: 6 })
  const answer = peer.ask({ t: 'lookup', name: 'BOB' })
  assert.deepEqual(answer, { t: 'account', r: 2, name: 'Bob', identity: bytesOf(5), devices, online: true })
  bob.ask({ t: 'logout' })
  const later = peer.ask({ t: 'lookup', name: 'bob' })
  assert.ok(later.t === 'account' && !later.online)
})

test('who does not log in in time is closed, and a full registry turns links away', () => {
  const bed = new Testbed({ limits: { sessionsMax: 2, loginTimeoutMs: 5_000 } })
  const stranger = bed.connect()
  bed.join('a')
  assert.equal(bed.connect().closeCode, sessionCloseCodes.registryFull)
  bed.run(4_900)
  assert.equal(stranger.closeCode, undefined)
  bed.run(200)
  assert.equal(stranger.closeCode, sessionCloseCodes.noLogin)
  assert.equal(bed.connect().closeCode, undefined)
})

test('who is at it with a password has more time, but not for ever', () => {
  const bed = new Testbed({ limits: { loginTimeoutMs: 5_000 } })
  const typing = bed.connect()
  const tries = (count: number): void => {
    for (let i = 0; i < count; i++) {
      bed.run(4_000)
      typing.tell({ t: 'startPassword', name: 'bob', message: bytesOf(1, 96) })
    }
  }
  tries(12)
  assert.equal(typing.closeCode, undefined)
  tries(2)
  assert.equal(typing.closeCode, sessionCloseCodes.noLogin)
})

test('the registry has room for so many accounts, and an identity for so many names', () => {
  const bed = new Testbed({ limits: { accountsMax: 3, namesPerIdentityMax: 2 } })
  for (const name of ['a', 'b']) bed.join(name, { identity: 1, device: 1 }).end('gone')
  assert.equal(bed.connect(1).refusal(loginOf('c', { identity: 1, device: 1 })), 'registryFull')
  bed.join('c', { identity: 2, device: 2 })
  assert.equal(bed.connect(3).refusal(loginOf('d', { identity: 3, device: 3 })), 'registryFull')
})

test('logins from one host are limited, whatever the devices', () => {
  const bed = new Testbed({ limits: { loginsPerHost: { perSecond: 1, burst: 3 } } })
  const address = (port: number) => ({ host: '198.51.100.1', port })
  for (const device of [1, 2, 3]) bed.join(`p${device}`, { device, identity: device, address: address(device) })
  assert.equal(bed.connect(4, address(4)).refusal(loginOf('p4', { device: 4, identity: 4 })), 'rateLimited')
  bed.join('p5', { device: 5, identity: 5, address: { host: '198.51.100.2', port: 1 } })
})

test('more requests at once than a session may have in work are refused, not queued', () => {
  const bed = new Testbed({ limits: { requestsInWorkPerSessionMax: 5 } })
  const peer = bed.join('a')
  for (let i = 0; i < 8; i++) peer.tell({ t: 'fetchMail', after: 0 })
  const refused = peer.heard.filter((message) => message.t === 'error')
  assert.equal(refused.length, 3)
  bed.run(100)
  assert.equal(peer.heard.filter((message) => message.t === 'mail').length, 5)
})

test('after a crash the links that were logged in are reset where they were last, and no others', () => {
  const bed = new Testbed()
  const links = Object.fromEntries(['stays', 'moves', 'leaves', 'ends'].map((name) => [name, bed.join(name)]))
  const { stays, moves, leaves, ends } = links as Record<string, Peer>
  assert.ok(stays && moves && leaves && ends)
  bed.connect()
  const address = { host: '203.0.113.9', port: 77 }
  moves.linkMemo = { ...moves.linkMemo, address }
  bed.registry.sessionMoved(bed.now, moves.id, address)
  leaves.ask({ t: 'logout' })
  ends.end('silent')
  bed.run(100)
  bed.crash()
  assert.deepEqual(bed.resets, [], 'the store has not answered yet')
  bed.run(100)
  assert.deepEqual(bed.resets, [stays.linkMemo, moves.linkMemo])
  bed.crash()
  bed.run(100)
  assert.equal(bed.resets.length, 2, 'each once')
})

test('a login waits for no note of its link, nor fails with it', () => {
  const bed = new Testbed()
  const peer = bed.connect(1)
  const { rememberLink } = bed.store
  bed.store.rememberLink = (_link, _linksMax, done) => {
    bed.store.failWith({ code: 'storeFull', detail: 'no room' })
    rememberLink.call(bed.store, _link, _linksMax, done)
  }
  assert.equal(peer.ask(loginOf('a', { identity: 1, device: 1 })).t, 'welcome')
  bed.run(100)
  assert.ok(bed.events.some((event) => event.type === 'storeFailure' && event.code === 'storeFull'))
})

test('a probe needs no account, and tells the asker how it is seen', () => {
  const bed = new Testbed({ accounts: 'invite' })
  const peer = bed.connect(1)
  const address = { host: '203.0.113.9', port: 77 }
  bed.registry.sessionMoved(bed.now, peer.id, address)
  const now = bed.now + bed.wallOffsetMs
  const answer = peer.ask({ t: 'probe' })
  assert.ok(answer.t === 'probed')
  const { r: _r, ...rest } = answer
  assert.deepEqual(rest, { t: 'probed', registry: 'test', version: 1, observed: address, now, accounts: 'invite' })
})

// The verbs about the own account and other people, over the real registry on a simulated network.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MonotonicMs } from '../../base/index.ts'
import type { AccountDesk, Answer } from './account-desk.ts'
import { type TestPeer, type World, worldOf } from './testbed.test.ts'

/** Does a verb; its outcome fills the list: a code, or the value. */
function ask<T>(peer: TestPeer, verb: (desk: AccountDesk, now: MonotonicMs, done: Answer<T>) => void): unknown[] {
  const outcomes: unknown[] = []
  peer.host.act((now) => {
    const desk = peer.program?.account
    assert.ok(desk)
    verb(desk, now, (_later, given) => void outcomes.push(given.ok ? (given.value ?? 'ok') : given.error.code))
  })
  return outcomes
}

/** The same, and waits for its outcome. */
function outcome<T>(
  world: World,
  peer: TestPeer,
  verb: (desk: AccountDesk, now: MonotonicMs, done: Answer<T>) => void,
): unknown {
  const outcomes = ask(peer, verb)
  world.until('an outcome', () => outcomes.length > 0)
  assert.equal(outcomes.length, 1)
  return outcomes[0]
}

function pair(): { world: World; alice: TestPeer; bob: TestPeer } {
  const { world, peers } = worldOf(['alice', 'bob'])
  const [alice, bob] = peers
  assert.ok(alice && bob)
  return { world, alice, bob }
}

function met(): ReturnType<typeof pair> {
  const all = pair()
  const id = all.alice.send('bob', 'first')
  all.world.until('stored', () => all.alice.statesOf(id).includes('stored direct'))
  // What may be written a moment later is written, too.
  all.world.run(1_000)
  return all
}

const lastState = (peer: TestPeer): string => {
  const event = peer.of('registry').at(-1)
  return `${event?.state} ${event?.reason?.code ?? ''}`.trim()
}

test('who logs out has no link to anybody, takes none, and everything goes on with the next login', () => {
  const { world, alice, bob } = met()
  const ups = bob.peerLinks
  assert.equal(
    outcome(world, bob, (desk, now, done) => desk.logout(now, false, done)),
    'ok',
  )
  assert.equal(lastState(bob), 'loggedOut byRequest')
  world.until('noticed', () => alice.of('presence').at(-1)?.online === false)
  // Alice has no word of it yet that bob cannot be dialled: she knows the way and tries, by introduction and directly.
  const id = alice.send('bob', 'while you were out')
  world.until('in the mailbox', () => alice.statesOf(id).includes('mailbox mailbox'))
  world.run(120_000)
  assert.deepEqual([bob.texts, bob.peerLinks, lastState(bob)], [['first'], ups, 'loggedOut byRequest'])
  const kept = bob.send('alice', 'kept meanwhile')
  world.run(60_000)
  assert.deepEqual(bob.statesOf(kept), [])
  assert.equal(
    outcome(world, bob, (desk, now, done) => desk.login(now, {}, done)),
    'ok',
  )
  world.until('both are there', () => bob.texts.length === 2 && alice.texts.includes('kept meanwhile'))
  assert.equal(
    outcome(world, bob, (desk, now, done) => desk.login(now, {}, done)),
    'alreadyLoggedIn',
  )
})

test('who logged out does not answer those who know where they are', () => {
  const { world, alice, bob } = met()
  outcome(world, bob, (desk, now, done) => desk.logout(now, false, done))
  world.registry.crash()
  world.until('noticed', () => lastState(alice).startsWith('unreachable'), 300_000)
  const id = alice.send('bob', 'straight to you')
  const before = alice.linkEvents.length
  world.run(200_000)
  assert.deepEqual([alice.statesOf(id), bob.texts], [[], ['first']])
  const tries = alice.linkEvents.slice(before).filter((event) => event.type === 'up').length
  assert.ok(tries > 0 && tries < 30, `knocked ${tries} times in 200 s`)
  // Wishing to be on line is enough.
  ask(bob, (desk, now, done) => desk.login(now, {}, done))
  world.until('stored', () => alice.statesOf(id).includes('stored direct'), 200_000)
})

test('a logout while messages flow loses none and doubles none', () => {
  const { world, alice, bob } = met()
  for (let i = 0; i < 20; i++) {
    alice.send('bob', `to ${i}`)
    bob.send('alice', `back ${i}`)
    world.run(3)
    if (i % 5 === 4) {
      outcome(world, bob, (desk, now, done) => desk.logout(now, false, done))
      outcome(world, bob, (desk, now, done) => desk.login(now, {}, done))
    }
  }
  world.until('all there', () => alice.texts.length >= 20 && bob.texts.length >= 21, 120_000)
  world.run(30_000)
  assert.deepEqual(
    bob.texts.slice(1),
    Array.from({ length: 20 }, (_, i) => `to ${i}`),
  )
  assert.deepEqual(
    alice.texts,
    Array.from({ length: 20 }, (_, i) => `back ${i}`),
  )
})

test('logging out without a registry is at once, and the next login says that nobody answers', () => {
  const { world, bob } = pair()
  world.registry.crash()
  world.until('noticed', () => lastState(bob).startsWith('unreachable'), 300_000)
  assert.deepEqual(
    ask(bob, (desk, now, done) => desk.logout(now, true, done)),
    ['ok'],
  )
  assert.deepEqual(
    ask(bob, (desk, now, done) => desk.logout(now, true, done)),
    ['notLoggedIn'],
  )
  const upTo = bob.linkEvents.length
  world.run(300_000)
  assert.equal(bob.linkEvents.length, upTo, 'nothing is tried while logged out')
  assert.equal(
    outcome(world, bob, (desk, now, done) => desk.login(now, {}, done)),
    'registryUnreachable',
  )
  world.registry.start()
  assert.equal(
    outcome(world, bob, (desk, now, done) => desk.login(now, {}, done)),
    'ok',
  )
})

test('a logout whose answer never comes is one all the same', () => {
  const { world, alice, bob } = met()
  world.network.cut('registry', bob.host.name)
  const outcomes = ask(bob, (desk, now, done) => desk.logout(now, false, done))
  assert.equal(lastState(bob), 'loggedOut byRequest')
  world.until('it ends', () => outcomes.length > 0)
  assert.deepEqual(outcomes, ['ok'])
  world.network.heal()
  assert.equal(
    outcome(world, bob, (desk, now, done) => desk.login(now, {}, done)),
    'ok',
  )
  const id = alice.send('bob', 'again')
  world.until('stored', () => alice.statesOf(id).some((state) => state.startsWith('stored')))
})

test('a registry that doubts is shown a sign of life', () => {
  const { world, bob } = pair()
  const heard: string[] = []
  world.tamper = (message) => {
    if (message.t === 'done') heard.push('done')
    return message
  }
  bob.host.act((now) => bob.program?.account?.lookUp(now, 'bob', () => {}))
  world.run(100)
  const before = heard.length
  // As if the registry had pushed it.
  world.tamper = (message) => {
    if (message.t === 'account') return { t: 'check' }
    if (message.t === 'done') heard.push('done')
    return message
  }
  bob.host.act((now) => bob.program?.account?.lookUp(now, 'alice', () => {}))
  world.run(100)
  assert.equal(heard.length, before + 1)
})

test('without a registry a message goes straight to where its recipient was last, and only there', () => {
  const { world, alice, bob } = met()
  world.registry.crash()
  for (const peer of [alice, bob]) peer.host.crash()
  for (const peer of [alice, bob]) peer.host.start()
  world.until('running', () => [alice, bob].every((peer) => peer.program?.isRunning))
  const id = alice.send('bob', 'still here')
  const stranger = alice.send('carol', 'who is that')
  world.until('stored', () => alice.statesOf(id).includes('stored direct'), 300_000)
  assert.equal(bob.texts.at(-1), 'still here')
  assert.deepEqual(alice.statesOf(stranger), [])
  assert.equal(alice.of('registry').filter((event) => event.state === 'online').length, 1)
})

test('somebody else at the last address gets nothing', () => {
  const { world, alice, bob } = met()
  world.registry.crash()
  alice.host.crash()
  bob.host.crash()
  // Another device, of another identity, is at bob's address now.
  const mallory = world.peer('mallory', { isStarted: false })
  const there = world.network.site(bob.host.name).address
  world.network.move(bob.host.name, { host: '10.0.0.200', port: 1_000 })
  world.network.move(mallory.host.name, there)
  mallory.host.start()
  alice.host.start()
  world.until('running', () => alice.program?.isRunning === true)
  const id = alice.send('bob', 'for bob only')
  world.run(300_000)
  assert.deepEqual(alice.statesOf(id), [])
  assert.equal(alice.program?.waiting, 1)
  assert.deepEqual([mallory.peerLinks, mallory.texts], [0, []])
})

test('who is blocked is refused on the link and in the mailbox, and told (bad input 52)', () => {
  const { world, alice, bob } = met()
  assert.equal(
    outcome(world, bob, (desk, now, done) => desk.setBlocked(now, 'ALICE', true, done)),
    'ok',
  )
  const direct = alice.send('bob', 'on the link')
  world.until('refused', () => alice.statesOf(direct).includes('failed'))
  bob.host.crash()
  world.until('noticed', () => alice.of('presence').at(-1)?.online === false, 300_000)
  const mail = alice.send('bob', 'by mail')
  world.until('in the mailbox', () => alice.statesOf(mail).includes('mailbox mailbox'))
  bob.host.start()
  world.until('refused', () => alice.statesOf(mail).includes('failed'))
  assert.deepEqual(bob.texts, ['first'])
  assert.deepEqual(
    bob.store.history().map((row) => row.text),
    ['first'],
  )
  // After that, all is as if nothing had been said: what we did not want to hear is not missed.
  assert.equal(
    outcome(world, bob, (desk, now, done) => desk.setBlocked(now, 'alice', false, done)),
    'ok',
  )
  alice.send('bob', 'third')
  world.until('heard', () => bob.texts.length === 2)
  assert.equal(bob.of('message').at(-1)?.gapBefore, undefined)
})

test('what was stored before somebody was blocked stays stored, when it comes again', () => {
  const { world, alice, bob } = met()
  // The receipt of the next one is lost with bob's process.
  const id = alice.send('bob', 'second')
  world.until('on bob’s disk', () => bob.store.history().some((row) => row.text === 'second'))
  bob.host.crash()
  bob.host.start()
  world.until('running', () => bob.program?.isRunning === true)
  assert.equal(
    outcome(world, bob, (desk, now, done) => desk.setBlocked(now, 'alice', true, done)),
    'ok',
  )
  world.until('an end', () => alice.statesOf(id).some((state) => state.startsWith('stored') || state === 'failed'))
  assert.ok(alice.statesOf(id).at(-1)?.startsWith('stored'))
})

test('a private session over the registry: asked, accepted, ended by a crash', () => {
  const { world, alice, bob } = pair()
  assert.equal(
    outcome(world, alice, (desk, now, done) => desk.requestChat(now, 'bob', done)),
    'ok',
  )
  world.until('asked', () => bob.of('chatRequest').length > 0)
  assert.equal(
    outcome(world, bob, (desk, now, done) => desk.answerChat(now, 'alice', true, done)),
    'ok',
  )
  world.until('open', () => alice.of('chatOpened').length > 0)
  // A short loss of the registry's link is no end.
  world.registry.crash()
  world.run(1_000)
  world.registry.start()
  for (const peer of [alice, bob]) peer.send(`nobody${peer.name}`, 'x')
  world.until('back', () => alice.isOnline && bob.isOnline, 60_000)
  world.run(30_000)
  assert.deepEqual([alice.of('chatClosed').length, bob.of('chatClosed').length], [0, 0])
  bob.host.crash()
  world.until('closed', () => alice.of('chatClosed').length > 0, 400_000)
  assert.equal(alice.of('chatClosed')[0]?.by, 'absence')
})

test('1,000 requests of one person are slowed by the registry, which says so, and asked about a few times', () => {
  const { world, alice, bob } = pair()
  const outcomes: unknown[][] = []
  for (let i = 0; i < 1_000; i++) {
    outcomes.push(ask(alice, (desk, now, done) => desk.requestChat(now, 'bob', done)))
    ask(alice, (desk, now, done) => desk.withdrawChat(now, done))
  }
  world.run(5_000)
  const codes = Map.groupBy(outcomes.flat(), (code) => code)
  assert.ok((codes.get('rateLimited')?.length ?? 0) > 0 || bob.of('chatRequest').length < 100)
  assert.ok(bob.of('chatRequest').length < 500, `${bob.of('chatRequest').length} requests`)
  assert.equal(bob.of('chatRequest').length, bob.of('chatRequestOver').length)
  assert.ok(bob.isOnline && alice.isOnline)
})

test('names that are none are refused by every verb (bad input 44, 45, 46)', () => {
  const { alice } = pair()
  for (const name of [
    '',
    '.',
    '..',
    'con',
    'a b',
    'x'.repeat(33),
    'a\n',
    'аdmin',
    'a\u200bb',
    '\u202egpj',
    '-x',
    '__proto__',
  ]) {
    for (const verb of [
      (desk: AccountDesk, now: MonotonicMs, done: Answer<never>) => desk.lookUp(now, name, done as never),
      (desk: AccountDesk, now: MonotonicMs, done: Answer<never>) => desk.requestChat(now, name, done as never),
      (desk: AccountDesk, now: MonotonicMs, done: Answer<never>) => desk.addFriend(now, name, undefined, done as never),
      (desk: AccountDesk, now: MonotonicMs, done: Answer<never>) => desk.setBlocked(now, name, true, done as never),
    ]) {
      assert.deepEqual(ask(alice, verb), ['badName'], JSON.stringify(name))
    }
    assert.deepEqual(
      ask(alice, (desk, now, done) => desk.answerChat(now, name, true, done)),
      ['noRequest'],
    )
  }
  const long = 'x'.repeat(65)
  for (const alias of [long, 'a\u0007b', '\u001b[2J']) {
    assert.deepEqual(
      ask(alice, (desk, now, done) => desk.addFriend(now, 'bob', alias, done)),
      ['badAlias'],
    )
  }
})

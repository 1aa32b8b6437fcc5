// The three tests that the third seed prints, by its own start lines, line for line in meaning: everybody with everybody
// and mail for who is away; a server that dies; a message to the channel.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Actor, freePort, Scene } from './actor.ts'
import { slow } from './slow.ts'

async function join(scene: Scene, name: string): Promise<Actor> {
  const port = String(await freePort())
  const client = scene.start(name, 'client', '-n', name, '-i', '127.0.0.1', '-p', 'PORT', '-c', port, '--trust')
  await client.hears(/\[Welcome, You are registered\.\]/)
  return client
}

async function joinAll(scene: Scene): Promise<[Actor, Actor, Actor]> {
  const [x, y] = [await join(scene, 'x'), await join(scene, 'y')]
  const z = await join(scene, 'z')
  await Promise.all([x.hears(/y is online!/, /z is online!/), y.hears(/z is online!/)])
  return [x, y, z]
}

test('002, tests 1 and 3: x, y and z talk, x leaves and comes back, and a message to all', slow, async (context) => {
  const { scene, registry } = await Scene.open(context, 'server', '-p', 'PORT')
  const [x, y, z] = await joinAll(scene)
  const people = { x, y, z }
  for (const [from, to] of ['xy', 'xz', 'yx', 'yz', 'zx', 'zy']) {
    const [sender, receiver] = [people[from as 'x'], people[to as 'x']]
    sender.types(`send ${to} MSG ${from}->${to}`)
    await receiver.hears(new RegExp(`${from}: MSG ${from}->${to}\n`))
    await sender.hears(new RegExp(`\\[Message received by ${to}\\.\\]`))
  }
  x.types('dereg x')
  await x.hears(/\[You are Offline\. Bye\.\]/)
  await Promise.all([y.hears(/x is away/), z.hears(/x is away/)])
  y.types('send x MSG post-dereg from y')
  await y.hears(/\[Message received by the server and saved\]/)
  z.types('send x MSG post-dereg from z')
  await z.hears(/\[Message received by the server and saved\]/)
  x.types('reg x')
  await x.hears(
    /registry.*back|\[Welcome, You are registered\.\]/,
    /\[You have messages\]/,
    /y \(from the mailbox, sent \d\d:\d\d\): MSG post-dereg from y\n/,
    /z \(from the mailbox, sent \d\d:\d\d\): MSG post-dereg from z\n/,
  )
  await y.hears(/x is online!/)

  x.types('send_all Broadcast message x->y, z')
  await y.hears(/\[Channel_Message x: Broadcast message x->y, z\]/)
  await z.hears(/\[Channel_Message x: Broadcast message x->y, z\]/)
  await registry.hears(/Broadcast message x->y, z/)
  registry.types('hello from the server')
  await Promise.all([x, y, z].map((each) => each.hears(/\[Channel_Message SERVER: hello from the server\]/)))
  assert.equal(x.count('[Channel_Message x:'), 0, 'the sender is not told its own')
  for (const each of [x, y, z]) {
    each.kill('SIGINT')
    await each.hears(/\[Exiting\]/)
  }
})

test('002, test 2: y left, the server is gone, and x is told so; nothing is lost', slow, async (context) => {
  const { scene, registry } = await Scene.open(context, 'server', '-p', 'PORT')
  const [x, y] = [await join(scene, 'x'), await join(scene, 'y')]
  await x.hears(/y is online!/)
  y.types('dereg y')
  await y.hears(/\[You are Offline\. Bye\.\]/)
  await x.hears(/y is away/)
  registry.kill('SIGKILL')
  await registry.exit
  x.types('send y MSG post-exit server')
  await x.hears(/\[Server not responding\]/)
  x.types('/history y')
  await x.hears(/you -> y \[kept here.*\]: MSG post-exit server/)
  x.types('/quit')
  await x.exit
})

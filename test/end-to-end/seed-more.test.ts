// What the older programs promised beside their scripts, or could be stopped by: strange datagrams, messages to oneself,
// another name in the same program, everyone's messages for who is away, a killed client, a killed server.

import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { type TestContext, test } from 'node:test'
import { type Actor, freePort, Scene } from './actor.ts'
import { slow } from './slow.ts'

interface Stage {
  readonly scene: Scene
  readonly registry: Actor
  readonly x: Actor
  readonly xPort: number
  readonly y: Actor
  readonly yPort: number
  /** Looks for a server where there is none. */
  readonly late: Actor
}

function startClient(scene: Scene, name: string, port: number): Actor {
  return scene.start(name, '-c', name, '127.0.0.1', 'PORT', String(port), '--trust')
}

async function openStage(context: TestContext): Promise<Stage> {
  const { scene, registry } = await Scene.open(context, '-s', 'PORT')
  const [xPort, yPort, nobody] = [await freePort(), await freePort(), await freePort()]
  const late = scene.start('z', '-c', 'z', '127.0.0.1', String(nobody), String(await freePort()), '--trust')
  const x = startClient(scene, 'x', xPort)
  await x.hears(/\[Welcome, You are registered\.\]/)
  const y = startClient(scene, 'y', yPort)
  await y.hears(/\[Welcome, You are registered\.\]/)
  await x.hears(/y is online!/)
  return { scene, registry, x, xPort, y, yPort, late }
}

/** Each of these ended one of the older programs, or ran code in it. */
const strange: readonly (string | Buffer)[] = [
  '',
  'x',
  'ACK',
  "\u0080\u0004cos\nsystem\n(S'exit'\ntR.",
  '{"event": 2, "nickname": "x"}',
  '{"event": 9999}',
  "{'header': {'command': 'LOGIN'}}",
  '&&REGISTER&&|x|6234',
  '0005&&OK&&|y',
  'K:127.0.0.1:3001:x',
  'no colon at all',
  Buffer.alloc(1_200, 1),
  Buffer.alloc(20_481, 'a'),
  Buffer.alloc(65_507, 0xff),
]

async function throwAt(...ports: readonly number[]): Promise<void> {
  const socket = createSocket('udp4')
  try {
    for (const port of ports) {
      for (const bytes of strange) {
        await new Promise<void>((resolve, reject) =>
          socket.send(bytes, port, '127.0.0.1', (error) => (error === null ? resolve() : reject(error))),
        )
      }
    }
  } finally {
    socket.close()
  }
}

async function strangeDatagrams({ scene, registry, x, xPort, y, yPort }: Stage): Promise<void> {
  x.types('send y before')
  await y.hears(/x: before\n/)
  await throwAt(scene.port, xPort, yPort)
  x.types('send y still here')
  await y.hears(/x: still here\n/)
  await x.hears(/\[Message received by y\.\].*\n(?:.*\n)*?.*\[Message received by y\.\]/)
  // Asked of the registry, which answers after it had the strange ones.
  y.types('SEARCH x')
  await y.hears(/FOUND: x found, online/)
  for (const each of [registry, x, y]) assert.equal(each.hasEnded, false)
}

async function toOneself({ x }: Stage): Promise<void> {
  x.types('send x a note')
  await x.hears(/you -> x: a note\n/, /\[Message received by x\.\]/)
  x.types('/history x')
  await x.hears(/you -> x \[stored.*\]: a note\n/)
}

async function anotherName({ x, y }: Stage): Promise<void> {
  y.types('reg y2')
  await y.hears(/Greetings, y2!|logged in as y2/)
  await x.hearsAll(/y is away/, /y2 is online!/)
  y.types('reg x')
  await y.hears(/error: .*x belongs to somebody else/)
  y.types('reg y')
  await y.hears(/Greetings, y!|logged in as y\n/)
  await x.hears(/y is online!/)
}

async function forThoseAway({ x, y }: Stage): Promise<void> {
  y.types('dereg')
  await y.hears(/\[You are Offline\. Bye\.\]/)
  await x.hears(/y is away/)
  x.types('send_all who is late reads this')
  await x.hears(/\[Message received by Server\.\]/)
  y.types('reg y')
  await y.hears(/\[Channel_Message x: .*\d\d:\d\d who is late reads this\]/)
  await x.hears(/\[Message received by y\.\]/)
  assert.equal(y.count('who is late reads this'), 1)
}

/** Answers the client that was started anew. */
async function killedClient({ scene, x, y }: Stage): Promise<Actor> {
  y.kill('SIGKILL')
  await y.exit
  x.types('send y are you there?')
  await x.hearsAll(/\[No ACK from y, message sent to server\.\]/, /y is away/)
  const again = startClient(scene, 'y', await freePort())
  await again.hears(/\[You have messages\]/, /x \(from the mailbox, sent \d\d:\d\d\): are you there\?\n/)
  await x.hears(/\[Message received by y\.\] \[stored, mailbox/)
  again.types('send x back')
  await x.hears(/y: back\n/)
  await again.hears(/\[Message received by x\.\]/)
  assert.equal(again.count('are you there?'), 1)
  return again
}

async function killedRegistry({ registry, x, late }: Stage, y: Actor): Promise<void> {
  registry.kill('SIGKILL')
  await registry.exit
  x.types('send y without a server')
  await y.hears(/x: without a server\n/)
  await x.hears(/\[Message received by y\.\] \[stored, direct/)
  x.types('dereg')
  await x.hears(/\[You are Offline\. Bye\.\]/)
  y.types('/quit')
  assert.equal(await y.exit, 0)
  await late.hears(/\[Server not responding\]/)
  late.types('clients')
  await late.hears(/Clients:|nobody else is known/)
  late.kill('SIGINT')
  await late.hears(/\[Exiting\]/)
}

test('more of all five', slow, async (context) => {
  const stage = await openStage(context)
  await context.test('strange datagrams end neither the registry nor a client', () => strangeDatagrams(stage))
  await context.test('a message to oneself is a note, received at once', () => toOneself(stage))
  await context.test('reg with another name leaves the first, and a taken one is refused', () => anotherName(stage))
  await context.test('who was away gets what was said to everyone, once and with its time', () => forThoseAway(stage))
  let y = stage.y
  await context.test('a killed client: its mail is saved, it is seen away, and gets all at its return', async () => {
    y = await killedClient(stage)
  })
  await context.test('a killed server: said so, direct talk goes on, and leaving works', () => killedRegistry(stage, y))
})

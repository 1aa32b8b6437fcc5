// The flow of the fifth seed's section 3: a server that knows addresses, clients that learn names and addresses, talk
// one to one and in a group, keep a list of friends, and leave; with its log and its file of addresses.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Actor, fileHolds, freePort, Scene } from './actor.ts'
import { slow } from './slow.ts'

test('004: three clients, their addresses and names, one to one and all together', slow, async (context) => {
  const { scene } = await Scene.open(context, 'registry', '--port', 'PORT', '--table', 'FILE/table.txt')
  const table = scene.file('table.txt')
  const ports = new Map<string, number>()
  const join = async (name: string): Promise<Actor> => {
    ports.set(name, await freePort())
    const options = ['--registry', `127.0.0.1:${scene.port}`, '--port', String(ports.get(name)), '--trust', '--plain']
    const client = scene.start(name, 'chat', name, ...options)
    await client.hears(/\[Welcome, You are registered\.\]/)
    return client
  }
  const [one, two] = [await join('CL1'), await join('CL2')]
  const three = await join('CL3')
  await one.hears(/CL2 is online!/, /CL3 is online!/)
  const listed = await fileHolds(table, /CL1[^]*CL2[^]*CL3/)
  for (const [name, port] of ports) assert.match(listed, new RegExp(`${name}.*127\\.0\\.0\\.1:${port}`))

  one.types('/add CL2 second')
  await one.hears(/CL2/)
  one.types('send CL2 a + b = "c": |&|')
  await two.hears(/CL1: a \+ b = "c": \|&\|\n/)
  await one.hears(/\[Message received by CL2\.\]/)
  three.types('send CL2 not refused while CL1 talks')
  await two.hears(/CL3: not refused while CL1 talks\n/)
  one.types('/friends')
  await one.hears(new RegExp(`CL2.*second.*127\\.0\\.0\\.1:${ports.get('CL2')}`))
  one.types('/refresh')
  await one.hears(/\[Client table updated\.\]/)
  one.types('GROUP CHAT CL2 CL3')
  await two.hears(/OK\/REJECT GROUP 1/)
  two.types('OK GROUP 1')
  await three.hears(/OK\/REJECT GROUP 1/)
  three.types('OK GROUP 1')
  await one.hearsAll(/CL2 joined/, /CL3 joined/)
  three.types('çok güzel')
  await Promise.all([one.hears(/CL3: çok güzel\n/), two.hears(/CL3: çok güzel\n/)])
  three.types('/quit')
  assert.equal(await three.exit, 0)
  await one.hears(/CL3 is away/)
  await fileHolds(table, /CL3.*(away|offline)|^(?![^]*CL3)/i)
})

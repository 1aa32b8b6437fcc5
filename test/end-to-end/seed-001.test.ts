// What the second seed describes: sign-up and login with a password, alerts, contacts, a private message with its
// acknowledgement, a message to all, logout; and its refusals.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type Actor, Scene } from './actor.ts'
import { slow } from './slow.ts'

test('001: Dikatso, Botshelo and Geovanni', slow, async (context) => {
  const { scene } = await Scene.open(context, 'registry', '--port', 'PORT', '--accounts', 'password')
  const signUp = async (name: string, password: string, ...more: string[]): Promise<Actor> => {
    const registry = `127.0.0.1:${scene.port}`
    const client = scene.start(name, 'chat', name, '--registry', registry, '--trust', '--plain', ...more)
    await client.hears(/this registry asks for a password/)
    client.types(`login ${name}`)
    await client.hears(/\? .*password/i)
    client.types(password)
    await client.hears(/\? .*sign up.*\(y\/N\)/i)
    client.types('y')
    await client.hears(/\? .*password again/i)
    client.types(password)
    await client.hears(/Greetings, /)
    return client
  }
  const dikatso = await signUp('Dikatso', 'correct horse', '--no-notes-to-self')
  const geovanni = await signUp('Geovanni', 'battery staple')
  await dikatso.hears(/Geovanni is online!/)
  const botshelo = await signUp('Botshelo', 'tr0ub4dor')
  await dikatso.hears(/Botshelo is online!/)

  dikatso.types('contacts')
  await dikatso.hearsAll(/Botshelo.*online/, /Geovanni.*online/)
  dikatso.types('message Geovanni Hello!')
  await dikatso.hears(/\[Message received by Geovanni\.\]/)
  await geovanni.hears(/Dikatso: Hello!\n/)
  dikatso.types('message* Hello guys')
  await geovanni.hears(/\[Channel_Message Dikatso: Hello guys\]/)
  await botshelo.hears(/\[Channel_Message Dikatso: Hello guys\]/)
  await dikatso.hears(/Message received by .*(Botshelo|Geovanni|2)/)
  dikatso.types('message Dikatso me')
  await dikatso.hears(/messages to oneself not allowed!/)
  dikatso.types('login')
  await dikatso.hears(/already logged in.* as Dikatso/i)
  dikatso.types('mesage Geovanni hi')
  await dikatso.hears(/error: /)

  botshelo.types('logout')
  await botshelo.hears(/\[You are Offline\. Bye\.\]/)
  botshelo.types('login Botshelo')
  await botshelo.hears(/\? .*password/i)
  botshelo.types('guess')
  await botshelo.hears(/Wrong password!/, /\? .*password/i)
  botshelo.types('tr0ub4dor')
  await botshelo.hears(/logged in as Botshelo|Greetings, Botshelo/)
  geovanni.types('/quit')
  assert.equal(await geovanni.exit, 0)
  for (const client of [dikatso, geovanni, botshelo]) {
    assert.ok(
      !/correct horse|battery staple|tr0ub4dor|guess/.test(client.stdout + client.stderr),
      'no password is shown',
    )
  }
  const database = readFileSync(scene.file('registry/registry/registry.db'), 'latin1')
  assert.ok(!/correct horse|battery staple|tr0ub4dor/.test(database))
})

// The run that the first seed prints: a server and three clients by its own start lines, talking in pairs; then what it
// promised and could not do: leave, be written to, and come back to everything, once and in order.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Actor, freePort, Scene } from './actor.ts'
import { slow } from './slow.ts'

test('000: Thinker, Hamilton and Pan', slow, async (context) => {
  const { scene } = await Scene.open(context, '-s', 'PORT')
  const join = async (nick: string): Promise<Actor> => {
    const port = String(await freePort())
    const client = scene.start(nick, '-c', nick, '127.0.0.1', 'PORT', port, '--trust')
    await client.hears(/\[Welcome, You are registered\.\]/)
    return client
  }
  const thinker = await join('Thinker')
  const hamilton = await join('Hamilton')
  await thinker.hears(/Hamilton is online!/)
  const pan = await join('Pan')
  await hamilton.hears(/Pan is online!/)

  hamilton.types('clients')
  await hamilton.hearsAll(/Thinker\tonline/, /Pan\tonline/)
  pan.types('send Thinker Hello')
  await pan.hears(/\[Message received by Thinker\.\] \[stored, direct/)
  await thinker.hears(/\d\d:\d\d Pan: Hello\n/)
  thinker.types('send Pan Whats up?')
  await pan.hears(/Thinker: Whats up\?\n/)
  hamilton.types('send Thinker Hey what are you up to, tonight?')
  await thinker.hears(/Hamilton: Hey what are you up to, tonight\?\n/)

  pan.types('dereg')
  await pan.hears(/\[You are Offline\. Bye\.\]/)
  await thinker.hears(/Pan is away/)
  thinker.types('send Pan one')
  await thinker.hears(/\[Message received by the server and saved\]/)
  thinker.types('send Pan two')
  await thinker.hears(/\[Message received by the server and saved\]/)
  thinker.types('send Nobody hi')
  await thinker.hears(/error: no such account: Nobody/)
  pan.types('reg Pan')
  await pan.hears(/\[You have messages\]/, /Thinker \(from the mailbox, sent \d\d:\d\d\): one\n/, /Thinker .*: two\n/)
  await thinker.hearsAll(/\[Message received by Pan\.\] \[stored, mailbox/)
  assert.equal(pan.count(': one\n') + pan.count(': two\n'), 2, 'each once')

  thinker.kill('SIGINT')
  await thinker.hears(/\[Exiting\]/)
  await pan.hears(/Thinker is away/)
})

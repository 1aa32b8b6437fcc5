// The runs of the fourth seed: JOIN, SEARCH, CHAT REQUEST with OK, REJECT and busy, text with every keyword in it, EXIT,
// GROUP CHAT, LOGOUT; and the unknown name that broke it.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Actor, Scene } from './actor.ts'

type People = readonly [Actor, Actor, Actor, Actor]

async function openWithFour(context: Parameters<typeof Scene.open>[0]): Promise<People> {
  const { scene } = await Scene.open(context, 'registry', '--port', 'PORT')
  const names = ['ali', 'ahmet', 'beyza', 'omer'] as const
  const people: Actor[] = []
  for (const name of names) {
    const client = scene.start(name, 'chat', name, '--registry', `127.0.0.1:${scene.port}`, '--trust', '--plain')
    await client.hears(/\[Welcome, You are registered\.\]/)
    await Promise.all(people.map((each) => each.hears(new RegExp(`${name} is online!`))))
    people.push(client)
  }
  return people as [Actor, Actor, Actor, Actor]
}

async function searchAndChat([ali, ahmet, beyza]: People): Promise<void> {
  ali.types('SEARCH ahmet')
  await ali.hears(/FOUND: ahmet found, online/)
  ali.types('SEARCH nobody')
  await ali.hears(/NOTFOUND: user not found: nobody/)
  ali.types('SEARCH ali')
  await ali.hears(/INVALIDSEARCH: you can't search yourself/)
  ali.types('CHAT REQUEST nobody')
  await ali.hears(/error: no such account: nobody/)

  ali.types('CHAT REQUEST ahmet')
  await ahmet.hears(/ali would like to chat with you\? \(OK\/REJECT\)/)
  ahmet.types('REJECT ali')
  await ahmet.hears(/you have rejected the chat request!/)
  await ali.hears(/ahmet rejected the chat request!/)
  ahmet.types('OK ali')
  await ahmet.hears(/error: /)

  ali.types('CHAT REQUEST ahmet')
  await ahmet.hears(/ali would like to chat with you\?/)
  ahmet.types('OK ali')
  await ahmet.hears(/you have entered into a private chat with ali/)
  await ali.hears(/ahmet accepted the chat request/)
  beyza.types('CHAT REQUEST ahmet')
  await beyza.hears(/ahmet: the user is busy\. Try again later\./)
  beyza.types('SEARCH ahmet')
  await beyza.hears(/BUSY/)
  const texts = [
    'OK beyza',
    'I said SEARCH x',
    'REJECT',
    'GROUP CHAT a b',
    'CHAT REQUEST x',
    'a | b',
    'EXIT now',
    'logout',
  ]
  for (const text of texts) ali.types(text)
  for (const text of texts) await ahmet.hears(new RegExp(`ali: ${text.replace('|', '\\|')}\n`))
  ahmet.types('merhaba')
  await ali.hears(/ahmet: merhaba\n/)
  ali.types('LOGOUT')
  await ali.hears(/error: not logged out/, /Type EXIT/)
  ali.types('EXIT')
  await ali.hears(/you left the chat room\./)
  await ahmet.hears(/ali left the chat room\. The chat room has been closed\./)

  beyza.types('CHAT REQUEST ali')
  await ali.hears(/beyza would like to chat with you\?/)
  beyza.types('/withdraw')
  await ali.hears(/beyza took the chat request back/)
  ali.types('OK beyza')
  await ali.hears(/error: /)
  ali.types('LOGOUT')
  await ali.hears(/\[You are Offline\. Bye\.\]/)
  await ahmet.hears(/ali is away/)
}

async function groupChat([ali, ahmet, beyza, omer]: People): Promise<void> {
  ali.types('reg ali')
  await ahmet.hears(/ali is online!/)
  ali.types('GROUP CHAT ahmet beyza omer nobody')
  await ali.hears(/you have added yourself to group chat room (\d+)/, /nobody was not invited: no such account/)
  for (const each of [ahmet, beyza, omer])
    await each.hears(/ali would like to add you to group chat room 1\? \(OK\/REJECT GROUP 1\)/)
  ahmet.types('OK GROUP 1')
  await ali.hears(/ahmet joined the group chat/)
  beyza.types('OK GROUP 1')
  await ali.hears(/beyza joined the group chat/)
  omer.types('REJECT GROUP 1')
  await omer.hears(/you have rejected the group chat request!/)
  await ali.hears(/omer rejected the group chat request!/)
  const room = [ali, ahmet, beyza]
  const words = ['hello', 'OK GROUP 1 is just text', 'merhaba']
  for (const [i, text] of words.entries()) room[i]?.types(text)
  const heard = [/ali: hello\n/, /ahmet: OK GROUP 1 is just text\n/, /beyza: merhaba\n/]
  const receipt = /[Mm]essage received by .*(ahmet|beyza|2)/
  for (const [i, each] of room.entries()) {
    await each.hearsAll(...heard.filter((_, at) => at !== i), ...(each === ali ? [receipt] : []))
  }
  const order = async (each: Actor): Promise<string[]> => {
    const seen = each.stdout.length
    each.types('/history 1')
    const says = /^\d\d:\d\d (\d+ (?:ali|ahmet|beyza): .*)$/gm
    return each.until(() => {
      const lines = [...each.stdout.slice(seen).matchAll(says)].map((found) => found[1] as string)
      return lines.length === words.length ? lines : undefined
    }, 'the transcript')
  }
  const [first, ...others] = await Promise.all(room.map((each) => order(each)))
  for (const other of others) assert.deepEqual(other, first, 'one order for all')
  ali.types('EXIT GROUP')
  await ali.hears(/you left the chat room\./)
  await ahmet.hears(/ali left the chat room\./)
  ahmet.types('still here')
  await beyza.hears(/ahmet: still here\n/)
  assert.equal(ali.count('still here'), 0)
  assert.equal(omer.count('hello'), 0)
}

test('003: four people', async (context) => {
  const people = await openWithFour(context)
  await context.test('003: SEARCH, CHAT REQUEST, EXIT, LOGOUT', () => searchAndChat(people))
  await context.test('003: GROUP CHAT: asked, joined, refused, busy, said to all in one order, left, lived on', () =>
    groupChat(people),
  )
})

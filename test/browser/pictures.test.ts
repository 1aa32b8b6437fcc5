// The pictures of README and docs: a village that talks, seen as people see it. `npm run pictures` writes them anew; as a
// test it shows that every one of them can still be taken.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { openPeer, type PeerApi } from '../../src/api/index.ts'
import { Program } from '../end-to-end/program.ts'
import { slow } from '../end-to-end/slow.ts'
import { marked, message, open, say, Village } from './village.ts'
import { browserOrSkip } from './browser.ts'

const isWriting = process.env['PARLEY_WRITE_PICTURES'] === '1'
const options = 'skip' in slow && !isWriting ? slow : browserOrSkip
const folder = join(import.meta.dirname, '../../docs/picture')

async function picture(page: Page, name: string): Promise<void> {
  // What is said for a moment only is gone before the picture.
  await page.locator('.toast').first().waitFor({ state: 'hidden' })
  await page.evaluate(() => document.fonts.ready)
  const image = await page.screenshot({
    animations: 'disabled',
    ...(isWriting && { path: join(folder, `${name}.png`) }),
  })
  assert.ok(image.length > 5_000, name)
}

test('the pages can be shown', options, async (t) => {
  const village = await Village.open(t)
  const people = await Promise.all(
    ['grace', 'alan', 'edsger'].map((name) =>
      openPeer({ name, home: village.homeOf('others'), registry: village.registry.invite }),
    ),
  )
  const [grace, alan, edsger] = people as [PeerApi, PeerApi, PeerApi]
  t.after(() => Promise.all(people.map((peer) => peer.close())))

  const ada = await village.page('ada')
  const { page } = ada
  await page.setViewportSize({ width: 1_280, height: 800 })
  await page.getByLabel('Your name').fill('ada')
  await page.getByRole('textbox', { name: 'Registry' }).fill('parley.example.org:4747')
  await picture(page, 'dialogue')
  await page.getByRole('textbox', { name: 'Registry' }).fill(village.registry.invite)
  await page.getByRole('button', { name: 'Join' }).click()

  await open(page, 'grace')
  await grace.send('ada', 'Have you seen the plots of last night? They look **too good**.')
  await message(page, 'too good').waitFor()
  await say(page, 'I have. There is a trick: see `bench/link`, the second run.')
  await marked(page, 'There is a trick', 'stored')
  await grace.send(
    'ada',
    '> the second run\n\nAh. Then:\n\n- the cable was the *bad* one\n- and nothing was lost\n\nhttps://example.org/plots',
  )
  await message(page, 'nothing was lost').waitFor()
  await say(page, 'Exactly once, and in order. I could get used to that.')
  await marked(page, 'Exactly once', 'stored')
  await alan.send('ada', 'Lunch at noon?')
  await edsger.send('ada', 'I am away from tomorrow on; write all the same.')
  await edsger.close()
  const { room } = await alan.makeRoom(['ada', 'grace'], 'bad cables')
  await page.getByRole('button', { name: 'Join' }).click()
  await grace.answerRoom(room.room, true)
  await alan.sendToRoom(room.room, 'I brought the worst cable of the house.')
  await alan.sendToAll('The lab is open until eight tonight.')
  await open(page, 'edsger')
  await say(page, 'Safe travels! This waits for you.')
  await marked(page, 'Safe travels', 'in the mailbox')
  await open(page, 'grace')
  await page
    .getByRole('button', { name: /Everyone/ })
    .first()
    .waitFor()
  await picture(page, 'chat-light')
  await page.emulateMedia({ colorScheme: 'dark' })
  await picture(page, 'chat-dark')
  await page.setViewportSize({ width: 390, height: 780 })
  await picture(page, 'chat-narrow')

  const place = ['--data', village.homeOf('window'), '--host', '127.0.0.1', '--port', '0']
  const registry = new Program(t, ['registry', ...place, '--name', 'Lab 4', '--web'])
  const address = await registry.until(() => /^Window +(\S+)$/m.exec(registry.stdout)?.[1], 'a window')
  const invite = /^Invite +(\S+)$/m.exec(registry.stdout)?.[1] ?? ''
  const members = await Promise.all(
    ['ada', 'alan', 'barbara', 'edsger', 'grace', 'margaret'].map((name) =>
      openPeer({ name, home: village.homeOf('members'), registry: invite }),
    ),
  )
  t.after(() => Promise.all(members.map((peer) => peer.close())))
  const { page: window } = await village.browser.newPage(address, { viewport: { width: 1_280, height: 900 } })
  await window.locator('.peer-row').nth(5).waitFor()
  for (const peer of members) await peer.sendToAll(`hello from ${peer.name}`)
  await picture(window, 'registry-window')
})

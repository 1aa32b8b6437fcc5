// Two pages and a terminal talk to each other through a real registry, in a real browser: first run, messages, absence and
// return, refusal, a changed key, a restart behind an open page, and ten thousand messages.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test, type TestContext } from 'node:test'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import type { ImportedMessage, PeerApi } from '../../src/api/index.ts'
import { Actor } from '../end-to-end/actor.ts'
import { slow } from '../end-to-end/slow.ts'
import { browserOrSkip } from './browser.ts'
import { addressOf, marked, message, open, say, Village, type Villager } from './village.ts'

const options = 'skip' in slow ? slow : browserOrSkip
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** No serious fault of accessibility in what the page shows now. */
async function assertAccessible(page: Page, what: string): Promise<void> {
  // By the browser itself: the page's own policy lets no foreign script in.
  const results = (await page.evaluate(
    `${axeSource}; axe.run(document, { resultTypes: ['violations'] })`,
  )) as AxeResults
  const serious = results.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  const told = serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)
  assert.deepEqual(told, [], what)
}

/** Nothing went wrong in it, and it asked nobody but its own server. */
function assertClean({ watched, name }: Villager): void {
  assert.deepEqual(watched.faults, [], `${name}'s page`)
  const hosts = new Set(watched.requests.map((url) => new URL(url).hostname))
  assert.deepEqual([...hosts], ['127.0.0.1'])
}

function terminal(context: TestContext, village: Village, name: string): Actor {
  const home = village.homeOf(name)
  return new Actor(context, ['chat', name, '--plain', '--registry', village.registry.invite, '--home', home])
}

test('first run, talk between pages and a terminal, absence, refusal', options, async (t) => {
  const village = await Village.open(t)
  const ada = await village.page('ada')
  await ada.page.getByLabel('Your name').fill('ada')
  await ada.page.getByRole('textbox', { name: 'Registry' }).fill(village.registry.invite)
  await assertAccessible(ada.page, 'the request dialogue')
  await ada.page.getByRole('button', { name: 'Join' }).click()
  await ada.page.getByRole('heading', { name: 'Conversations' }).waitFor()
  const grace = await village.page('grace', { name: 'grace' })
  await grace.page.getByRole('heading', { name: 'Conversations' }).waitFor()
  const alan = terminal(t, village, 'alan')

  await open(ada.page, 'grace')
  await say(ada.page, 'hello **grace**')
  await marked(ada.page, 'hello grace', 'stored')
  await open(grace.page, 'ada')
  await message(grace.page, 'hello grace').waitFor()
  assert.equal(await message(grace.page, 'hello grace').locator('strong').textContent(), 'grace')
  await assertAccessible(ada.page, 'a conversation')

  await alan.hears(/online|logged in|on line/i)
  alan.types('/send ada hello from the terminal')
  await ada.page.getByRole('button', { name: /alan/ }).first().waitFor()
  await open(ada.page, 'alan')
  await message(ada.page, 'hello from the terminal').waitFor()
  await say(ada.page, 'hello terminal')
  await alan.hears(/hello terminal/)

  // Away and back.
  await open(ada.page, 'grace')
  const graceHome = grace.program
  graceHome.kill('SIGTERM')
  assert.equal(await graceHome.exit, 0)
  await say(ada.page, 'while you were away')
  await marked(ada.page, 'while you were away', 'in the mailbox')
  const back = village.web('grace', 'grace')
  await grace.page.goto(await addressOf(back))
  await open(grace.page, 'ada')
  await message(grace.page, 'while you were away').waitFor()
  await marked(ada.page, 'while you were away', 'stored')

  // A private chat, refused.
  await grace.page.getByRole('button', { name: 'Ask for a private chat' }).click()
  await ada.page.getByRole('heading', { name: 'Waiting for you' }).waitFor()
  await ada.page.getByRole('button', { name: 'Reject' }).click()
  await grace.page.locator('.toasts', { hasText: /ada.*(reject|said no|refus|declin)/i }).waitFor()
  assertClean(ada)
})

test('a changed key stops sending until it is accepted', options, async (t) => {
  const village = await Village.open(t)
  const [ada, first] = [await village.page('ada', { name: 'ada' }), await village.page('old', { name: 'grace' })]
  await first.page.getByRole('heading', { name: 'Conversations' }).waitFor()
  await open(ada.page, 'grace')
  await say(ada.page, 'who are you')
  await marked(ada.page, 'who are you', 'stored')
  first.program.kill('SIGTERM')
  await first.program.exit
  // The administrator gives the name away; somebody on another machine takes it.
  await village.registry.freeName('grace')
  const second = await village.page('new', { name: 'grace' })
  await second.page.getByRole('heading', { name: 'Conversations' }).waitFor()
  await open(ada.page, 'grace')
  await say(ada.page, 'and now')
  await ada.page.getByText('shows another key').first().waitFor()
  if (!(await ada.page.getByRole('alertdialog').isVisible())) {
    await ada.page
      .getByRole('button', { name: /compare/i })
      .first()
      .click()
  }
  const dialog = ada.page.getByRole('alertdialog')
  await dialog.waitFor()
  await assertAccessible(ada.page, 'the question about a key')
  const accept = dialog.getByRole('button', { name: 'Accept the new key' })
  assert.equal(await accept.isDisabled(), true)
  await dialog.getByRole('checkbox').check()
  await accept.click()
  await say(ada.page, 'now that I know you')
  await marked(ada.page, 'now that I know you', 'stored')
  await open(second.page, 'ada')
  await message(second.page, 'now that I know you').waitFor()
  assertClean(ada)
})

test('a page that stays open while its peer is restarted says so and loses nothing', options, async (t) => {
  const village = await Village.open(t)
  const daemon = (): Actor =>
    new Actor(t, ['daemon', 'ada', '--registry', village.registry.invite, '--home', village.homeOf('ada')])
  const first = daemon()
  await first.says(/ready/i)
  const ada = await village.page('ada', { name: 'ada' })
  const grace = await village.page('grace', { name: 'grace' })
  await grace.page.getByRole('heading', { name: 'Conversations' }).waitFor()
  await open(ada.page, 'grace')
  await say(ada.page, 'before')
  await marked(ada.page, 'before', 'stored')
  first.kill('SIGKILL')
  await first.exit
  await say(ada.page, 'meanwhile')
  await marked(ada.page, 'meanwhile', 'stored')
  await open(grace.page, 'ada')
  await message(grace.page, 'meanwhile').waitFor()
  assert.equal(await message(grace.page, 'meanwhile').count(), 1)
})

test('ten thousand messages: opens at the end, scrolls to the beginning, finds the one', options, async (t) => {
  const village = await Village.open(t)
  const ada = await village.page('ada', { name: 'ada' })
  await ada.page.getByRole('heading', { name: 'Conversations' }).waitFor()
  const peer = await village.peer('ada', 'ada')
  await fill(peer, 'grace', 10_000)
  await ada.page.reload()
  await open(ada.page, 'grace')
  await message(ada.page, 'message number 9999').waitFor()
  const drawn = await ada.page.locator('article.entry').count()
  assert.ok(drawn < 300, `${drawn} rows are drawn`)
  await ada.page.keyboard.press('Control+f')
  await ada.page.getByRole('searchbox').fill('number 1234')
  await ada.page.getByRole('complementary', { name: 'Search' }).getByText('message number 1234').first().click()
  await message(ada.page, 'message number 1234').waitFor()
  await assertAccessible(ada.page, 'a found message')
  // Up to the beginning, page by page.
  const feed = ada.page.getByRole('feed')
  await feed.hover()
  for (let turns = 0; !(await ada.page.getByText('The beginning of your conversation').isVisible()); turns++) {
    assert.ok(turns < 2_000, 'the beginning is reached')
    await ada.page.mouse.wheel(0, -20_000)
    await ada.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
  }
  await message(ada.page, 'message number 0').first().waitFor()
  assertClean(ada)
})

async function fill(peer: PeerApi, name: string, count: number): Promise<void> {
  // What is brought in stands before all that is here, so the latest come first.
  for (let at = count - 1_000; at >= 0; at -= 1_000) {
    const messages = Array.from({ length: 1_000 }, (_, i): ImportedMessage => {
      const number = at + i
      return {
        key: { kind: 'person', name },
        id: number.toString(16).padStart(32, '0'),
        isOwn: number % 3 === 0,
        ...(number % 3 === 0 ? {} : { from: name }),
        text: `message number ${number}`,
        sentAt: 1_700_000_000_000 + number * 60_000,
      }
    })
    await peer.importMessages(messages)
  }
}

// The registry's window in a real browser over a real registry with real peers: the log and the table are live, what is
// asked before it is done is done, somebody joins by the invite dialog, and axe finds no serious fault.

import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { Page } from 'playwright-core'
import { openPeer, type PeerApi } from '../../src/api/index.ts'
import { Program, temporaryFolder } from '../end-to-end/program.ts'
import { slow } from '../end-to-end/slow.ts'
import { browserOrSkip, takePicture, TestBrowser } from './browser.ts'

const mode = { ...slow, ...browserOrSkip }
const axe = createRequire(import.meta.url).resolve('axe-core')

interface Stand {
  readonly registry: Program
  /** With the token. */
  readonly url: string
  readonly invite: string
  readonly home: string
  /** The code that was printed at the start. */
  readonly code: string
}

async function stand(context: TestContext): Promise<Stand> {
  const home = temporaryFolder(context)
  const options = ['--data', join(home, 'registry'), '--host', '127.0.0.1', '--port', '0', '--accounts', 'invite']
  const registry = new Program(context, ['registry', ...options, '--name', 'Lab 4', '--web'])
  await registry.says(/^Window +\S+\n/m)
  const found = (form: RegExp): string => form.exec(registry.stdout)?.[1] ?? ''
  return {
    registry,
    home,
    url: found(/^Window +(\S+)$/m),
    invite: found(/^Invite +(\S+)$/m),
    code: found(/--invite-code (\S+)/),
  }
}

async function joinAs(
  context: TestContext,
  it: Stand,
  name: string,
  inviteCode: string,
  agent = 'test',
): Promise<PeerApi> {
  const peer = await openPeer({ name, home: it.home, registry: it.invite, inviteCode, agent })
  context.after(() => peer.close())
  return peer
}

async function seriousFaults(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: axe })
  const { violations } = await page.evaluate(() =>
    (window as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } }).axe.run(),
  )
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)
}

interface Violation {
  readonly id: string
  readonly impact: string
  readonly nodes: readonly { readonly html: string }[]
}

test('the window is live, and does what it asked about', mode, async (context) => {
  const it = await stand(context)
  const browser = await TestBrowser.open(context)
  // What axe needs to run in the page; the page's own policy stays, and its violations are collected.
  const { page, faults, requests } = await browser.newPage(it.url, { viewport: { width: 1_440, height: 980 } })
  const row = (name: string) => page.locator('.peer-row', { hasText: name })
  const lines = page.getByRole('log', { name: /Live log/ })
  await page.getByRole('heading', { name: 'Lab 4' }).waitFor()
  assert.equal(new URL(page.url()).hash, '', 'the token is not in the address bar')
  await lines.getByText('listening').waitFor()
  await page.getByText('Nobody has been here yet').waitFor()

  // A peer comes on line.
  const alice = await joinAs(context, it, 'alice', it.code)
  await row('alice').getByText('on line', { exact: true }).waitFor()
  await row('alice')
    .getByText(/^127\.0\.0\.1:\d+$/)
    .waitFor()
  await lines.getByText('logged in').first().waitFor()

  // Somebody joins by the dialog's code.
  await page.getByRole('button', { name: 'Invite', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Make a code' }).click()
  const code = await dialog.locator('code.is-large').innerText()
  assert.match(code, /^(?:[0-9A-Z]{5}-){3}[0-9A-Z]{5}$/)
  await dialog.getByRole('button', { name: 'Done' }).click()
  await dialog.waitFor({ state: 'detached' })
  const bob = await joinAs(context, it, 'bob', code, '<b>bold</b>')
  await row('bob').getByText('on line', { exact: true }).waitFor()

  // What they do is counted.
  await bob.sendToAll('hello all')
  await lines.getByText('said to everybody').waitFor()
  await page.locator('.tile', { hasText: 'Messages' }).getByText('1', { exact: true }).waitFor()

  // Text of others is text.
  await page.getByPlaceholder('Words').fill('bob logged')
  await lines.getByText('logged in').waitFor()
  assert.equal(await lines.locator('.log-line').count(), 1)
  await lines.getByText('<b>bold</b>').waitFor()
  assert.equal(await lines.locator('b').count(), 0)
  await page.getByPlaceholder('Words').fill('')

  // By keyboard: to the row, its menu, the question, yes.
  await row('alice').focus()
  await page.keyboard.press('Enter')
  await page.getByRole('menuitem', { name: 'Disconnect …' }).waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Home')
  await page.keyboard.press('Enter')
  const question = page.getByRole('alertdialog', { name: 'Disconnect alice?' })
  await question.waitFor()
  assert.equal(
    await question.getByRole('button', { name: 'Cancel' }).evaluate((element) => element === document.activeElement),
    true,
  )
  await question.getByRole('button', { name: 'Disconnect' }).press('Enter')
  await page.getByText('alice was disconnected.').waitFor()
  await lines.getByText('disconnected by the administrator').waitFor()
  // Its peer comes back by itself.
  await row('alice').getByText('on line', { exact: true }).waitFor()

  // Suspended, it is refused, and let in again.
  await act(page, 'alice', 'Suspend …', 'Suspend')
  await row('alice').getByText('suspended').waitFor()
  await assert.rejects(alice.login(), { code: 'suspended' })
  await act(page, 'alice', 'Let in again …', 'Let in')
  await row('alice').getByText('away').waitFor()
  await alice.login()
  await row('alice').getByText('on line', { exact: true }).waitFor()

  // What cannot be undone asks for the name. The log is paused meanwhile, and counts what came.
  await page.getByRole('button', { name: 'Pause' }).click()
  await choose(page, 'bob', 'Delete the account …')
  const last = page.getByRole('alertdialog', { name: 'Delete the account bob?' })
  const button = last.getByRole('button', { name: 'Delete the account' })
  assert.equal(await button.isDisabled(), true)
  await last.getByLabel('Type bob to delete it').fill('Bob')
  assert.equal(await button.isDisabled(), true)
  await last.getByLabel('Type bob to delete it').fill('bob')
  await button.click()
  await row('bob').waitFor({ state: 'detached' })
  assert.equal(await lines.getByText('name freed').count(), 0)
  await page.getByRole('button', { name: /^Follow \(\d+ new\)$/ }).click()
  await lines.getByText('name freed').waitFor()

  await takePicture(page, 'registry-window')
  assert.deepEqual(faults, [])
  const { origin } = new URL(it.url)
  assert.deepEqual(
    requests.filter((address) => !address.startsWith(origin) && !address.startsWith(origin.replace('http', 'ws'))),
    [],
  )
})

async function choose(page: Page, name: string, entry: string): Promise<void> {
  await page.getByRole('button', { name: `What to do with ${name}` }).click()
  await page.getByRole('menuitem', { name: entry }).click()
}

async function act(page: Page, name: string, entry: string, button: string): Promise<void> {
  await choose(page, name, entry)
  await page.getByRole('alertdialog').getByRole('button', { name: button, exact: true }).click()
  await page.getByRole('alertdialog').waitFor({ state: 'detached' })
}

test('axe finds no serious fault: light, dark, high contrast, narrow, and in dialogs', mode, async (context) => {
  const it = await stand(context)
  const browser = await TestBrowser.open(context)
  await joinAs(context, it, 'alice', it.code)
  const looks = [
    { colorScheme: 'light', contrast: 'no-preference', width: 1_440 },
    { colorScheme: 'dark', contrast: 'no-preference', width: 800 },
    { colorScheme: 'light', contrast: 'more', width: 320 },
    { colorScheme: 'dark', contrast: 'more', width: 1_800 },
  ] as const
  for (const { colorScheme, contrast, width } of looks) {
    const { page } = await browser.newPage(it.url, {
      colorScheme,
      contrast,
      viewport: { width, height: 900 },
      reducedMotion: 'reduce',
      // Only here: axe is a script that the page's policy would refuse.
      bypassCSP: true,
    })
    await page.locator('.peer-row').first().waitFor()
    await page.getByRole('log').getByText('logged in').first().waitFor()
    const where = `${colorScheme}, ${contrast}, ${width}`
    assert.deepEqual(await seriousFaults(page), [], where)
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    assert.equal(wide, 0, `${where}: nothing is wider than the page`)
    await takePicture(page, `registry-window-${colorScheme}-${contrast}-${width}`)
    await choose(page, 'alice', 'Delete the account …')
    await page.getByRole('alertdialog').waitFor()
    assert.deepEqual(await seriousFaults(page), [], `${where}, dialog`)
    await page.context().close()
  }
})

test('says when the registry is gone, and is back with another start’s words', mode, async (context) => {
  const it = await stand(context)
  const browser = await TestBrowser.open(context)
  const { page } = await browser.newPage(it.url)
  await page.getByText('live', { exact: true }).waitFor()
  it.registry.kill('SIGTERM')
  await page.getByRole('alert').getByText('The registry does not answer').waitFor()
  const { port } = new URL(it.url)
  const options = ['--data', join(it.home, 'registry'), '--host', '127.0.0.1', '--port', '0', '--web', port]
  await it.registry.exit
  const next = new Program(context, ['registry', ...options])
  await next.says(/^Window +\S+\n/m)
  await page.getByRole('heading', { name: 'This window is of another start' }).waitFor()
  const without = await browser.newPage(new URL(it.url).origin)
  await without.page.getByRole('heading', { name: 'The token is missing' }).waitFor()
})

// What the page costs those who look at it, in headless Chromium: from the address to a box that can be typed in, beside an
// empty page of a bare server in the same browser; and from Enter to the mark `stored`, beside the same message sent without
// a page, by the peer's own API.

import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawn } from 'node:child_process'
import { type Browser, chromium, type Page } from 'playwright-core'
import { attachPeer, type ImportedMessage, openPeer, type PeerApi } from '../src/api/index.ts'
import { RegistryServer } from '../src/registry/index.ts'
import { figure, median, percentile, ratios } from './figures.ts'

const launcher = join(import.meta.dirname, '../bin/parley.js')
const loads = 15
const messages = 60
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
]

export async function reportPage(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'parley-bench-'))
  const registry = await RegistryServer.open({ data: join(home, 'registry'), host: '127.0.0.1', port: 0 })
  // Whoever is talked to is somewhere else.
  const bob = spawn(process.execPath, [launcher, 'daemon', 'bob', '--registry', registry.invite, '--home', home], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  await once(bob.stdout, 'data')
  const carol = await openPeer({ name: 'carol', home, registry: registry.invite })
  const web = spawn(
    process.execPath,
    [launcher, 'web', 'alice', '--registry', registry.invite, '--home', home, '--no-open', '--port', '0'],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  )
  const url = await addressOf(web.stdout)
  const executablePath = process.env['PARLEY_CHROMIUM'] ?? '/usr/bin/chromium'
  const browser = await chromium.launch({ executablePath, args: flags })
  try {
    await reportLoads(browser, url)
    await reportMessages(browser, url, carol)
    await reportHistory(browser, url, home)
  } finally {
    await browser.close()
    web.kill('SIGTERM')
    await once(web, 'exit')
    bob.kill('SIGTERM')
    await once(bob, 'exit')
    await carol.close()
    await registry.stop()
    rmSync(home, { recursive: true })
  }
}

async function addressOf(output: NodeJS.ReadableStream): Promise<string> {
  let text = ''
  for await (const piece of output) {
    text += String(piece)
    const found = /^Page\s+(\S+)\n/m.exec(text)?.[1]
    if (found !== undefined) return found
  }
  throw new Error('parley web ended without an address')
}

async function reportLoads(browser: Browser, url: string): Promise<void> {
  const html = '<!doctype html><title>empty</title><h2>Conversations</h2>'
  const server = createServer((_request, response) => response.end(html)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const empty = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const [bare, own]: [number[], number[]] = [[], []]
  for (let round = 0; round < loads; round++) {
    bare.push(await load(browser, empty))
    own.push(await load(browser, url))
  }
  server.close()
  server.closeAllConnections()
  console.log('from the address to a usable page, cold cache, ms (median, p95)')
  console.log(`  an empty page     ${figure(median(bare))}  ${figure(percentile(bare, 0.95))}`)
  console.log(`  the peer's page   ${figure(median(own))}  ${figure(percentile(own, 0.95))}  (at most 1,000)`)
  console.log(`  ratio             ${ratios(own.map((ms, i) => ms / (bare[i] as number)))}`)
}

/** A browser context of its own has nothing cached. */
async function load(browser: Browser, url: string): Promise<number> {
  const context = await browser.newContext()
  const page = await context.newPage()
  const began = performance.now()
  await page.goto(url)
  await page.getByRole('heading', { name: 'Conversations' }).waitFor()
  const ms = performance.now() - began
  await context.close()
  return ms
}

async function reportMessages(browser: Browser, url: string, carol: PeerApi): Promise<void> {
  const page = await (await browser.newContext()).newPage()
  await page.goto(url)
  await page.getByRole('heading', { name: 'Conversations' }).waitFor()
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill('bob')
  await page.getByRole('option').first().waitFor()
  await page.keyboard.press('Enter')
  await page.locator('.composer-text').waitFor()
  const [typed, called]: [number[], number[]] = [[], []]
  // The first of each meets the other one.
  for (let round = -3; round < messages; round++) {
    const own = await typeOne(page, `typed ${round + 3}`)
    const bare = await callOne(carol, `called ${round + 3}`)
    if (round < 0) continue
    typed.push(own)
    called.push(bare)
  }
  console.log('from the word to send to the mark `stored`, ms (median, p95)')
  console.log(`  by the API, one process    ${figure(median(called))}  ${figure(percentile(called, 0.95))}`)
  console.log(
    `  typed in the page, shown   ${figure(median(typed))}  ${figure(percentile(typed, 0.95))}  (median at most 20)`,
  )
  console.log(`  ratio                      ${ratios(typed.map((ms, i) => ms / (called[i] as number)))}`)
}

/** Measured inside the page: from the key to the moment the mark is in the document. */
async function typeOne(page: Page, text: string): Promise<number> {
  await page.locator('.composer-text').fill(text)
  await page.evaluate((wanted) => {
    const place = window as unknown as { benchMs: Promise<number> }
    place.benchMs = new Promise((resolve) => {
      let began = 0
      document.addEventListener('keydown', () => (began = performance.now()), { once: true, capture: true })
      const observer = new MutationObserver(() => {
        const rows = [...document.querySelectorAll('article.entry')]
        const row = rows.findLast((each) => each.textContent?.includes(wanted))
        if (began === 0 || !row?.querySelector('.mark-stored')) return
        observer.disconnect()
        resolve(performance.now() - began)
      })
      observer.observe(document.body, { childList: true, subtree: true, attributes: true, characterData: true })
    })
  }, text)
  await page.keyboard.press('Enter')
  return page.evaluate(() => (window as unknown as { benchMs: Promise<number> }).benchMs)
}

async function callOne(peer: PeerApi, text: string): Promise<number> {
  const began = performance.now()
  const { promise, resolve } = Promise.withResolvers<number>()
  let id: string | undefined
  const stored = new Set<string>()
  const stop = peer.subscribe((event) => {
    if (event.type !== 'state' || event.state !== 'stored') return
    stored.add(event.id)
    if (event.id === id) resolve(performance.now() - began)
  })
  id = await peer.send('bob', text)
  if (stored.has(id)) resolve(performance.now() - began)
  const ms = await promise
  stop()
  return ms
}

/** A long conversation beside a short one, in the page; and the search over all of it, as the page asks for it. */
async function reportHistory(browser: Browser, url: string, home: string): Promise<void> {
  const peer = await attachPeer({ name: 'alice', home })
  if (peer === undefined) throw new Error('the peer behind the page has no socket')
  await fill(peer, 'longtalk', 100_000)
  await fill(peer, 'shorttalk', 1_000)
  const page = await (await browser.newContext()).newPage()
  await page.goto(url)
  await page.getByRole('heading', { name: 'Conversations' }).waitFor()
  const [long, short, searches]: [number[], number[], number[]] = [[], [], []]
  for (let round = -1; round < 12; round++) {
    const [fromShort, fromLong] = [await openOne(page, 'shorttalk'), await openOne(page, 'longtalk')]
    const began = performance.now()
    await peer.search({ words: `number ${500 + round * 7_919}`, count: 50 })
    if (round < 0) continue
    short.push(fromShort)
    long.push(fromLong)
    searches.push(performance.now() - began)
  }
  await peer.close()
  console.log('from the click to the rows of a conversation, ms (median, p95)')
  console.log(`  of 1,000 messages     ${figure(median(short))}  ${figure(percentile(short, 0.95))}`)
  console.log(`  of 100,000 messages   ${figure(median(long))}  ${figure(percentile(long, 0.95))}  (at most 200)`)
  console.log(`  ratio                 ${ratios(long.map((ms, i) => ms / (short[i] as number)))}`)
  console.log(
    `search over 101,000, over the socket: ${figure(median(searches))}  ${figure(percentile(searches, 0.95))}  (at most 50)`,
  )
}

/** Measured inside the page: from the click to the last message in the document. */
async function openOne(page: Page, name: string): Promise<number> {
  return page.evaluate((wanted) => {
    return new Promise<number>((resolve) => {
      const rows = [...document.querySelectorAll<HTMLButtonElement>('button.row')]
      const row = rows.find((each) => each.querySelector('.row-title')?.textContent === wanted)
      const began = performance.now()
      const observer = new MutationObserver(() => {
        const title = document.querySelector('.talk-title')?.textContent
        const last = [...document.querySelectorAll('article.entry')].at(-1)?.textContent ?? ''
        if (title !== wanted || !last.includes(`the last of ${wanted}`)) return
        observer.disconnect()
        resolve(performance.now() - began)
      })
      observer.observe(document.body, { childList: true, subtree: true, characterData: true })
      row?.click()
    })
  }, name)
}

async function fill(peer: PeerApi, name: string, count: number): Promise<void> {
  // What is brought in stands before all that is here, so the latest come first.
  for (let at = count - 1_000; at >= 0; at -= 1_000) {
    const batch = Array.from({ length: 1_000 }, (_, i): ImportedMessage => {
      const number = at + i
      return {
        key: { kind: 'person', name },
        id: `${name.length.toString(16)}${number.toString(16).padStart(31, '0')}`,
        isOwn: number % 3 === 0,
        ...(number % 3 === 0 ? {} : { from: name }),
        text: number === count - 1 ? `the last of ${name}` : `message number ${number} of a long talk`,
        sentAt: 1_700_000_000_000 + number * 60_000,
      }
    })
    await peer.importMessages(batch)
  }
}

// A real browser for tests: headless Chromium that talks to nobody but the pages under test. Everything that goes wrong in
// a page is collected, so that a test can demand that nothing did. Without Chromium such tests are skipped, aloud.

import { existsSync, mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { type Browser, type BrowserContextOptions, chromium, type ConsoleMessage, type Page } from 'playwright-core'

const candidates = [process.env['PARLEY_CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser']
const executablePath = candidates.find((path) => path !== undefined && path !== '' && existsSync(path))

/** For `test(name, browserOrSkip, ...)`. */
export const browserOrSkip: { skip?: string } =
  executablePath === undefined
    ? { skip: 'no Chromium: `apt-get install chromium` brings it, or PARLEY_CHROMIUM names another one' }
    : {}

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
]

/** Not a verdict on speed: what a test waits for in vain is told after this long. */
const hangMs = 30_000

export interface WatchedPage {
  readonly page: Page
  /** Errors of scripts, of the console, and violations of the page's policy, as they came. */
  readonly faults: readonly string[]
  /** Every address that the page asked for. */
  readonly requests: readonly string[]
}

export class TestBrowser {
  readonly #browser: Browser

  private constructor(browser: Browser) {
    this.#browser = browser
  }

  /** It ends with the test. `more`: further flags, such as `--host-resolver-rules=MAP evil.test 127.0.0.1`. */
  static async open(context: TestContext, more: readonly string[] = []): Promise<TestBrowser> {
    const browser = await chromium.launch({ executablePath: executablePath as string, args: [...flags, ...more] })
    context.after(() => browser.close())
    return new TestBrowser(browser)
  }

  /** A page with a storage of its own, as of another person; at `url` where one is given. */
  async newPage(url?: string, options: BrowserContextOptions = {}): Promise<WatchedPage> {
    const context = await this.#browser.newContext(options)
    const page = await context.newPage()
    const watched = watch(page)
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
        console.error(`policy: ${effectiveDirective} refused ${blockedURI}`)
      })
    })
    if (url !== undefined) await page.goto(url)
    return watched
  }
}

/** Watches another page too, such as a second tab of the same context: `page.context().newPage()`. */
export function watch(page: Page): WatchedPage {
  page.setDefaultTimeout(hangMs)
  const faults: string[] = []
  const requests: string[] = []
  page.on('pageerror', (error) => faults.push(`error: ${error.stack ?? error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(consoleFault(message))
  })
  page.on('request', (request) => requests.push(request.url()))
  return { page, faults, requests }
}

/** With the address that it is about, which the text of a failed load leaves out. */
function consoleFault(message: ConsoleMessage): string {
  const text = message.text()
  return text.startsWith('Failed to load') ? `console: ${text}: ${message.location().url}` : `console: ${text}`
}

/** Writes a picture of the page into PARLEY_PICTURES, or into a temporary folder, and says where it is. */
export async function takePicture(page: Page, name: string): Promise<string> {
  const given = process.env['PARLEY_PICTURES']
  const folder = given === undefined || given === '' ? mkdtempSync(join(tmpdir(), 'parley-pictures-')) : given
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `${name}.png`)
  await page.screenshot({ path })
  return path
}

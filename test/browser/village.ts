// A registry and people who look at pages, all in processes of their own: what the browser tests and the pictures share.

import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { attachPeer, type PeerApi } from '../../src/api/index.ts'
import { RegistryServer } from '../../src/registry/index.ts'
import { Program, temporaryFolder } from '../end-to-end/program.ts'
import { takePicture, TestBrowser, type WatchedPage } from './browser.ts'

/** Somebody with a page: the process behind it, and the page. */
export interface Villager {
  readonly name: string
  readonly program: Program
  readonly watched: WatchedPage
  readonly page: Page
}

export class Village {
  readonly folder: string
  readonly registry: RegistryServer
  readonly browser: TestBrowser
  readonly #context: TestContext
  readonly #pages: Map<string, Page>

  private constructor(
    context: TestContext,
    folder: string,
    registry: RegistryServer,
    browser: TestBrowser,
    pages: Map<string, Page>,
  ) {
    this.#pages = pages
    this.#context = context
    this.folder = folder
    this.registry = registry
    this.browser = browser
  }

  static async open(context: TestContext): Promise<Village> {
    const folder = temporaryFolder(context)
    const registry = await RegistryServer.open({ data: join(folder, 'registry'), host: '127.0.0.1', port: 0 })
    context.after(() => registry.stop())
    const pages = new Map<string, Page>()
    // What everybody saw at the end, for whoever asks. Before the browser goes.
    context.after(async () => {
      if (process.env['PARLEY_PICTURES'] === undefined) return
      for (const [place, page] of pages) await takePicture(page, `last-${place}`)
    })
    return new Village(context, folder, registry, await TestBrowser.open(context), pages)
  }

  /** The folder of somebody's profiles: each lives on a machine of their own. */
  homeOf(place: string): string {
    return join(this.folder, place)
  }

  /** `parley web`, and its page; of nobody yet where no name is given. */
  async page(place: string, { name }: { readonly name?: string } = {}): Promise<Villager> {
    const program = this.web(place, name)
    const watched = await this.browser.newPage(await addressOf(program))
    this.#pages.set(place, watched.page)
    return { name: name ?? '', program, watched, page: watched.page }
  }

  web(place: string, name?: string): Program {
    const who = name === undefined ? [] : [name, '--registry', this.registry.invite]
    return new Program(this.#context, ['web', ...who, '--no-open', '--port', '0', '--home', this.homeOf(place)])
  }

  /** The peer behind somebody's page, as another face of it. */
  async peer(place: string, name: string): Promise<PeerApi> {
    const peer = await attachPeer({ name, home: this.homeOf(place) })
    if (peer === undefined) throw new Error(`no peer of ${name} runs`)
    this.#context.after(() => peer.close())
    return peer
  }
}

/** The address with the token that `parley web` prints. */
export async function addressOf(program: Program): Promise<string> {
  return program.until(() => /^Page\s+(http\S+)$/m.exec(program.stdout)?.[1], 'an address of the page')
}

/** Opens the conversation with somebody, by the keyboard, whether there is one or not. */
export async function open(page: Page, name: string): Promise<void> {
  await page.getByRole('heading', { name: 'Conversations' }).waitFor()
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Name of a person or a room' }).fill(name)
  await page.getByRole('option').first().waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('textbox', { name: `Message to ${name}` }).waitFor()
}

/** Types into the box of the open conversation, and sends. */
export async function say(page: Page, text: string): Promise<void> {
  await page.locator('.composer-text').fill(text)
  await page.keyboard.press('Enter')
}

/** The row of a message, by its text. */
export function message(page: Page, text: string): Locator {
  return page.locator('article.entry', { hasText: text })
}

/** Waits for an own message's mark. */
export async function marked(page: Page, text: string, word: string): Promise<void> {
  await message(page, text).locator('.mark', { hasText: word }).waitFor()
}

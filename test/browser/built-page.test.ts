// The page as it is built, under the policy that it is served with: it asks nobody but its own server, breaks no rule of
// the policy, and keeps its token out of the address.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ParleyError } from '../../src/base/index.ts'
import { builtPages, connectPeerPage, PageServer, PeerHost } from '../../src/gateway/index.ts'
import { buildPages } from '../built-pages.ts'
import { slow } from '../end-to-end/slow.ts'
import { browserOrSkip, TestBrowser } from './browser.ts'

test(
  'the built page opens at a first run, twice, with the token out of sight',
  { ...slow, ...browserOrSkip },
  async (t) => {
    await buildPages()
    const host = new PeerHost({
      version: '1.2.3',
      profileNames: () => [],
      open: () => Promise.reject(new ParleyError('registryUnreachable')),
    })
    const server = await PageServer.open({
      port: 0,
      page: 'peer',
      assets: builtPages(),
      connect: connectPeerPage(host),
    })
    t.after(() => server.close())
    const browser = await TestBrowser.open(t)
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, faults, requests } = await browser.newPage(server.url, { colorScheme })
      await page.waitForSelector('input')
      assert.equal(page.url(), `${server.origin}/`)
      await page.reload()
      await page.waitForSelector('input')
      assert.equal(page.url(), `${server.origin}/`)
      assert.deepEqual(faults, [])
      assert.deepEqual([...new Set(requests.map((url) => new URL(url).origin))], [server.origin])
      assert.ok(!requests.some((url) => url.includes(server.token.text)))
      // Nothing but the tab itself knows the token: a new tab of the same browser does not.
      const kept = await page.evaluate(() => [document.cookie, JSON.stringify({ ...localStorage })].join())
      assert.ok(!kept.includes(server.token.text))
    }
  },
)

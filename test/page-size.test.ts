// What the pages cost to load: all scripts of a page, compressed, stay under 250 KB, and nothing in them asks another
// machine for anything.

import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'

const folder = join(import.meta.dirname, '../dist/web')
const scriptBytesMax = 250_000
const built = existsSync(join(folder, 'peer.html')) ? {} : { skip: 'the pages are not built: `npm run build:web`' }

/** Every script that a page may load, those of later moments too. */
function scriptsOf(page: string): string[] {
  const found = new Set<string>()
  const follow = (path: string): void => {
    if (found.has(path)) return
    found.add(path)
    const text = readFileSync(join(folder, path), 'utf8')
    for (const name of readdirSync(join(folder, 'assets')).filter((each) => each.endsWith('.js'))) {
      if (text.includes(name)) follow(`assets/${name}`)
    }
  }
  const html = readFileSync(join(folder, page), 'utf8')
  for (const [, path] of html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)) follow(path as string)
  return [...found]
}

for (const page of ['peer.html', 'registry.html']) {
  test(`all scripts of ${page} are under 250 KB compressed`, built, () => {
    const scripts = scriptsOf(page)
    assert.ok(scripts.length > 0)
    const bytes = scripts.reduce((sum, path) => sum + gzipSync(readFileSync(join(folder, path))).length, 0)
    assert.ok(bytes < scriptBytesMax, `${bytes} bytes: ${scripts.join(' ')}`)
  })

  test(`${page} has nothing inline and names no other machine`, built, () => {
    const html = readFileSync(join(folder, page), 'utf8')
    assert.doesNotMatch(html, /<script(?![^>]*\ssrc=)|<style|\son[a-z]+=|https?:\/\//)
  })
}

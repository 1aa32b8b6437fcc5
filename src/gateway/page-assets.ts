// The files of a page, read once at the start into a map from path to bytes. Requests are looked up in the map and never
// reach the disk, so that no path can leave the folder.

import { readdirSync, readFileSync } from 'node:fs'
import { extname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ParleyError } from '../base/index.ts'

export type PageName = 'peer' | 'registry'

export interface PageAsset {
  readonly type: string
  readonly bytes: Buffer
  /** The file's name changes with its content, so that browsers may keep it for good. */
  readonly isHashed: boolean
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
}

/** Where the build puts the pages: seen from the source in a clone, and from dist in a package. */
export function builtPages(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? '../../dist/web/' : '../web/', import.meta.url)
}

/** Path -> file: the page's document at `/`, everything that is no document under its own name. */
export type PageAssets = ReadonlyMap<string, PageAsset>

/** Throws ParleyError `pageMissing` with the `folder`, and the `command` that builds it. */
export function readAssets(folder: URL, page: PageName): PageAssets {
  const root = fileURLToPath(folder)
  const assets = new Map<string, PageAsset>()
  try {
    for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const path = join(entry.parentPath, entry.name)
      const name = path.slice(root.length).split(sep).join('/')
      const address = name === `${page}.html` ? '/' : extname(name) === '.html' ? undefined : `/${name}`
      if (address !== undefined) assets.set(address, readAsset(path, address))
    }
  } catch (cause) {
    throw pageMissing(root, cause)
  }
  if (!assets.has('/')) throw pageMissing(root)
  return assets
}

function readAsset(path: string, address: string): PageAsset {
  const type = types[extname(path).toLowerCase()] ?? 'application/octet-stream'
  return { type, bytes: readFileSync(path), isHashed: address.startsWith('/assets/') }
}

function pageMissing(folder: string, cause?: unknown): ParleyError {
  const command = 'npm run build:web'
  const message = `the pages are not built: nothing usable in ${folder}; \`${command}\` builds them`
  return new ParleyError('pageMissing', { message, details: { folder, command }, cause })
}

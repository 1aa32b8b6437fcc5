// The pages as they are in the sources: built anew where a source is newer than what stands in dist/web, so that no test
// looks at yesterday's page. `npm ci` builds them as well.

import { globSync, statSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

/** Builds the pages where they are missing or old. */
export async function buildPages(): Promise<void> {
  const built = statSync(join(root, 'dist/web/peer.html'), { throwIfNoEntry: false })?.mtimeMs ?? 0
  const sources = [
    'vite.config.ts',
    'package-lock.json',
    ...globSync('src/{web,api,base,protocol}/**/*', { cwd: root }),
  ]
  const isOld = sources.some((path) => statSync(join(root, path)).mtimeMs > built)
  if (!isOld) return
  const { build } = await import('vite')
  await build({ root: join(root, 'src/web'), configFile: join(root, 'vite.config.ts'), logLevel: 'warn' })
}

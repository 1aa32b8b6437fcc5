// The version of the product that this code belongs to.

import { readFileSync } from 'node:fs'

let known: string | undefined

/** As package.json says it, three numbers with points between. */
export function productVersion(): string {
  known ??= (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string })
    .version
  return known
}

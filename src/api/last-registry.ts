// Which registry a profile used last, for a list of profiles of which none is open. It reads the profile's own file without
// the peer, leniently: what is wrong with the file is said when the profile is opened. docs/operating.md, "Profiles".

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { accountFolder } from '../peer/profile-folder.ts'
import { parseRegistryTarget } from '../protocol/invite.ts'

/** HOST:PORT; undefined where the profile has used none, or its file cannot be read. */
export function lastRegistry(name: string, home?: string): string | undefined {
  try {
    const known: unknown = JSON.parse(readFileSync(join(accountFolder(name, home), 'registries.json'), 'utf8'))
    const last = typeof known === 'object' && known !== null && 'last' in known ? known.last : undefined
    const target = typeof last === 'string' ? parseRegistryTarget(last) : undefined
    if (target?.ok !== true) return undefined
    const { host, port } = target.value
    return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
  } catch {
    return undefined
  }
}

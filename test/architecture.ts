// Who may import whom, as data, and the checker that reads it. A folder is a key of the table; a file belongs to the
// longest key that its path begins with. Kept: only a folder's index.ts is seen from another folder; no folder imports
// what its row does not name, be it a folder, a module of the platform or a package; no cycle between folders.
// docs/decisions/0004-compiler-environments.md tells how this guard and the other two divide the work.

import { dirname, join } from 'node:path/posix'

export interface FolderRule {
  readonly folders: readonly string[] | 'all'
  /** Modules of Node.js without `node:`; what a row does not name is refused. */
  readonly platform: readonly string[] | 'all'
  readonly packages: readonly string[] | 'all'
  /** Files that other folders may import; `index.ts` alone where the row does not say. */
  readonly doors?: readonly string[]
}

export type FolderTable = Readonly<Record<string, FolderRule>>

const files = ['fs', 'fs/promises', 'path', 'os', 'util', 'url']
const loops = ['events', 'timers', 'timers/promises', 'perf_hooks', 'process']

/** The second is what a store's thread runs: tests run it without the thread. */
const storeDoors = ['index.ts', 'store/sqlite/index.ts']

/** The house: docs/architecture.md draws the same table. */
export const house: FolderTable = {
  base: { folders: [], platform: [], packages: [] },
  crypto: {
    folders: ['base'],
    platform: ['crypto'],
    packages: ['sodium-native', '@scure/bip39'],
    // The second is loaded when somebody looks at a key, as its list of words is long.
    doors: ['index.ts', 'key-words.ts'],
  },
  link: { folders: ['base', 'crypto'], platform: [], packages: [] },
  protocol: {
    folders: ['base'],
    platform: [],
    packages: ['cborg', 'valibot'],
    // The others are for what must start at once: they load no library.
    doors: ['index.ts', 'account-name.ts', 'invite.ts'],
  },
  net: {
    folders: ['base', 'crypto', 'link'],
    platform: [...loops, 'dgram', 'dns', 'dns/promises', 'net', 'os', 'crypto'],
    packages: [],
  },
  disk: {
    folders: ['base'],
    platform: [...files, ...loops, 'sqlite', 'worker_threads', 'crypto'],
    packages: ['kysely', 'rotating-file-stream'],
    // The second is for what runs inside a store's thread, so that no main thread loads it.
    doors: ['index.ts', 'sqlite/index.ts'],
  },
  'registry/domain': { folders: ['base', 'protocol'], platform: [], packages: [] },
  registry: {
    folders: ['base', 'crypto', 'link', 'protocol', 'net', 'disk', 'registry/domain'],
    platform: [...files, ...loops],
    packages: ['@serenity-kit/opaque', 'kysely', 'pino', 'prom-client', 'valibot'],
    doors: storeDoors,
  },
  'peer/domain': {
    folders: ['base', 'crypto', 'link', 'protocol'],
    platform: [],
    packages: [],
    // The second is for the store's thread, which must not load the rules.
    doors: ['index.ts', 'archive.ts'],
  },
  peer: {
    folders: ['base', 'crypto', 'link', 'protocol', 'net', 'disk', 'peer/domain'],
    platform: [...files, ...loops, 'worker_threads'],
    packages: ['@serenity-kit/opaque', 'kysely', 'pino', 'valibot'],
    // The last two are for who attaches to a running peer, and load none.
    doors: [...storeDoors, 'event-board.ts', 'profile-folder.ts'],
  },
  api: {
    folders: ['base', 'protocol', 'peer'],
    platform: [...files, ...loops, 'net', 'crypto'],
    packages: ['valibot'],
    // The second knows no platform: pages use it as well. The others load the schemas, which who only calls does not need.
    doors: ['index.ts', 'rpc/page.ts', 'rpc/peer-verbs.ts', 'json-event.ts'],
  },
  terminal: {
    folders: ['base', 'protocol', 'api'],
    platform: [...loops, 'readline', 'stream', 'string_decoder', 'tty', 'util'],
    packages: ['string-width'],
    // The second is for commands that must start at once.
    doors: ['index.ts', 'plain-text.ts'],
  },
  cli: {
    folders: ['base', 'protocol', 'api', 'terminal'],
    platform: [...files, ...loops, 'child_process', 'crypto', 'readline', 'stream', 'string_decoder', 'tty'],
    packages: ['smol-toml', 'valibot'],
    // The second is for what must start at once; the others are families of commands of their own.
    doors: ['index.ts', 'quick.ts', 'config/index.ts', 'completion/index.ts', 'doctor/index.ts'],
  },
  gateway: {
    folders: ['base', 'protocol', 'api'],
    platform: [...files, ...loops, 'crypto', 'http', 'net', 'stream'],
    packages: ['valibot', 'ws'],
  },
  // In the browser: types of the API, and of its code only what knows no platform.
  web: {
    folders: ['base', 'protocol', 'api'],
    platform: [],
    packages: ['@base-ui/react', 'react', 'react-dom', 'uplot', 'virtua'],
  },
  bin: { folders: 'all', platform: 'all', packages: ['commander', 'pino', 'valibot'] },
}

interface Import {
  readonly file: string
  readonly specifier: string
  readonly isType: boolean
}

/** Sentences about what in `sources` (path below src -> text) breaks `table`; none where all is well. */
export function findViolations(sources: ReadonlyMap<string, string>, table: FolderTable): string[] {
  const imports = [...sources].flatMap(([file, text]) => importsOf(file, text))
  const violations: string[] = []
  const edges = new Map<string, Set<string>>()
  for (const file of sources.keys()) {
    if (folderOf(file, table) === undefined) violations.push(`${file} is in no folder of the table`)
  }
  for (const item of imports) {
    const violation = item.specifier.startsWith('.') ? checkFile(item, table, edges) : checkOutside(item, table)
    if (violation !== undefined) violations.push(violation)
  }
  return [...violations, ...findCycles(edges)]
}

/** The specifiers of all static and dynamic imports and re-exports, and of the files that workers are started from. */
export function importsOf(file: string, text: string): Import[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '')
  const statement = /(?:^|[;\n])\s*(?:import|export)\b(\s+type\b)?(?:[^'"`;()]*?\bfrom\b)?\s*['"]([^'"\n]+)['"]/g
  const call = /\b(?:import|require)(\s*)\(\s*['"`]([^'"`\n]+)['"`]/g
  const worker = /\bnew URL(\s*)\(\s*['"`]([^'"`\n]+\.[jt]s)['"`]\s*,\s*import\.meta\.url/g
  return [statement, call, worker]
    .flatMap((form) => [...code.matchAll(form)])
    .map((match) => ({ file, specifier: match[2] as string, isType: match[1]?.trim() === 'type' }))
}

function folderOf(path: string, table: FolderTable): string | undefined {
  const owners = Object.keys(table).filter((folder) => path.startsWith(`${folder}/`))
  return owners.toSorted((a, b) => b.length - a.length)[0]
}

function checkFile(item: Import, table: FolderTable, edges: Map<string, Set<string>>): string | undefined {
  const path = join(dirname(item.file), item.specifier)
  const from = folderOf(item.file, table)
  const isTest = item.file.endsWith('.test.ts')
  if (path.startsWith('../')) {
    return isTest ? undefined : `${item.file} imports ${path}, which is outside src`
  }
  const to = folderOf(path, table)
  if (from === undefined || from === to) return undefined
  if (to === undefined) return `${item.file} imports ${path}, which is in no folder of the table`
  if (!isTest) edges.set(from, (edges.get(from) ?? new Set()).add(to))
  if (!allows(ruleOf(from, table).folders, to) && !isTest) return `${item.file} may not import ${to}`
  const doors = (ruleOf(to, table).doors ?? ['index.ts']).map((door) => `${to}/${door}`)
  return doors.includes(path) ? undefined : `${item.file} imports ${path}, but only ${doors.join(' and ')} is visible`
}

function checkOutside(item: Import, table: FolderTable): string | undefined {
  const from = folderOf(item.file, table)
  if (from === undefined || item.file.endsWith('.test.ts')) return undefined
  const rule = ruleOf(from, table)
  if (item.specifier.startsWith('node:')) {
    // A type touches nothing; where there is no platform at all, the compiler does not know it either.
    if (item.isType && rule.platform.length > 0) return undefined
    return allows(rule.platform, item.specifier.slice(5)) ? undefined : `${item.file} may not use ${item.specifier}`
  }
  const name = item.specifier.split('/', item.specifier.startsWith('@') ? 2 : 1).join('/')
  return allows(rule.packages, name) ? undefined : `${item.file} may not use the package ${name}`
}

/** Each cycle once, told from its alphabetically first folder. */
function findCycles(edges: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const cycles = new Set<string>()
  const visit = (trail: readonly string[]): void => {
    for (const next of edges.get(trail.at(-1) as string) ?? []) {
      const start = trail.indexOf(next)
      if (start === -1) visit([...trail, next])
      else if (start === 0 && trail.every((folder) => folder >= next)) cycles.add([...trail, next].join(' -> '))
    }
  }
  for (const folder of edges.keys()) visit([folder])
  return [...cycles].map((cycle) => `the folders import each other: ${cycle}`)
}

function ruleOf(folder: string, table: FolderTable): FolderRule {
  return table[folder] as FolderRule
}

function allows(list: readonly string[] | 'all', name: string): boolean {
  return list === 'all' || list.includes(name)
}

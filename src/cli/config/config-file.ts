// One configuration file as it lies there: what it sets, and everything that is wrong with it, each with its place and
// what to write instead. Invariants: a file that somebody else may have written is not believed; nothing in a file makes
// this throw. docs/operating.md, "Configuration".

import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { parseConfig, statementOf } from './config-text.ts'
import { type ConfigKind, type Setting, type SettingValue, tomlLine, splitKey, valueProblem } from './setting.ts'
import { readStatements, type Statement } from './statement.ts'

/** What is wrong with a file, or strange about it. */
export interface ConfigFinding {
  /** Files with errors are not used; warnings are told. */
  readonly severity: 'error' | 'warning'
  readonly path: string
  readonly line?: number
  readonly column?: number
  readonly text: string
  /** What to write, or to do. */
  readonly mend?: string
  /** A key that no setting has. */
  readonly unknownKey?: string
}

export interface ConfigEntry {
  readonly value: SettingValue
  readonly line: number
}

export interface ConfigFile {
  readonly kind: ConfigKind
  readonly path: string
  /** Undefined where there is no file. */
  readonly text: string | undefined
  readonly entries: ReadonlyMap<string, ConfigEntry>
  readonly findings: readonly ConfigFinding[]
}

const fileBytesMax = 256 * 1_024
const hasModes = process.platform !== 'win32'

/** A file and what it sets. */
export async function readConfigFile(
  kind: ConfigKind,
  path: string,
  settings: readonly Setting[],
): Promise<ConfigFile> {
  const none = { kind, path, text: undefined, entries: new Map<string, ConfigEntry>() }
  const read = readText(path)
  if (read === undefined) return { ...none, findings: [] }
  if (typeof read !== 'string') return { ...none, findings: [read.finding] }
  const reader = new ConfigReader(kind, path, read, settings)
  return await reader.read()
}

class ConfigReader {
  readonly #kind: ConfigKind
  readonly #path: string
  readonly #text: string
  readonly #settings: readonly Setting[]
  readonly #statements: readonly Statement[]
  readonly #entries = new Map<string, ConfigEntry>()
  readonly #findings: ConfigFinding[] = []

  constructor(kind: ConfigKind, path: string, text: string, settings: readonly Setting[]) {
    this.#kind = kind
    this.#path = path
    this.#text = text
    this.#settings = settings
    this.#statements = readStatements(text)
  }

  async read(): Promise<ConfigFile> {
    const parsed = await parseConfig(this.#text)
    if (parsed.ok) this.#readTable(parsed.value, '')
    else this.#tellSyntax(parsed.error)
    const [kind, path, text] = [this.#kind, this.#path, this.#text]
    return { kind, path, text, entries: this.#entries, findings: this.#findings }
  }

  #readTable(table: object, prefix: string): void {
    for (const [name, value] of Object.entries(table)) {
      const key = prefix + name
      const setting = this.#settings.find((known) => known.key === key)
      const isTable = this.#settings.some((known) => splitKey(known.key).table === key)
      if (setting) this.#readSetting(setting, value)
      else if (isTable && isPlainTable(value)) this.#readTable(value, `${key}.`)
      else if (isTable) this.#add('error', key, `${key} is a table of settings`, `write: [${key}]`)
      else this.#tellUnknown(key)
    }
  }

  #readSetting(setting: Setting, value: unknown): void {
    const { key } = setting
    const problem = valueProblem(setting, value)
    if (problem !== undefined) return this.#add('error', key, problem, writeMend(setting))
    if (this.#kind === 'profile' && setting.notInProfile === true) {
      return this.#add(
        'warning',
        key,
        `${key} has no meaning in the file of one profile`,
        "put it into the user's file",
      )
    }
    const { line } = this.#position(key)
    const isPath = setting.form === 'path'
    this.#entries.set(key, {
      value: isPath ? absolutePath(value as string, this.#path) : (value as SettingValue),
      line,
    })
  }

  #tellUnknown(key: string): void {
    const isSecret = /pass(?:word|phrase)|secret|token|invite-?code/i.test(key)
    if (!isSecret) {
      const { line, column } = this.#position(key)
      const text = `${key} is no setting`
      this.#findings.push({ severity: 'warning', path: this.#path, line, column, text, unknownKey: key })
      return
    }
    this.#add('error', key, `${key} looks like a secret, and none is read from here`, 'remove the line')
  }

  #tellSyntax({ line, column, text }: { line: number; column: number; text: string }): void {
    const written = this.#text.split('\n')[line - 1] ?? ''
    const leaf = /^\s*["']?([\w-]+)["']?\s*(?:=|$)/.exec(written)?.[1]
    const setting = this.#settings.find(({ key }) => leaf !== undefined && splitKey(key).leaf === leaf)
    const isCut = line >= this.#text.trimEnd().split('\n').length && !this.#text.endsWith('\n')
    this.#findings.push({
      severity: 'error',
      path: this.#path,
      line,
      column,
      text: isCut ? `${text}; the file ends here: was it cut in half?` : text,
      ...mendOf(setting, written),
    })
  }

  #add(severity: 'error' | 'warning', key: string, text: string, mend: string): void {
    this.#findings.push({ severity, path: this.#path, ...this.#position(key), text, mend })
  }

  #position(key: string): { line: number; column: number } {
    const inside = this.#statements.find(({ path }) => {
      const name = path.join('.').replace(/\[\]$/, '')
      return key === name || key.startsWith(`${name}.`)
    })
    const { line, column } = statementOf(this.#statements, key) ?? inside ?? { line: 1, column: 1 }
    return { line, column }
  }
}

function writeMend({ key, example }: Setting): string {
  const { table, leaf } = splitKey(key)
  return `write: ${tomlLine(leaf, example)}${table === undefined ? '' : `   (below [${table}])`}`
}

/** What to write instead of a line that is no TOML, where it can be told. */
function mendOf(setting: Setting | undefined, written: string): { mend?: string } {
  if (setting) return { mend: writeMend(setting) }
  const table = /^\s*\[\s*([\w.-]+)\s*$/.exec(written)?.[1]
  if (table !== undefined) return { mend: `write: [${table}]` }
  return /^\s*[\w.-]+(?:\s|$)/.test(written) ? { mend: 'a line is KEY = VALUE, and a text stands in quotes' } : {}
}

function isPlainTable(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}

/** `~/` is the home; what is relative begins at the file's own folder, wherever a program was started. */
function absolutePath(text: string, file: string): string {
  return text.startsWith('~/') ? join(homedir(), text.slice(2)) : resolve(dirname(file), text)
}

/** The text, undefined where there is no file, or why it is not used. */
function readText(path: string): string | undefined | { readonly finding: ConfigFinding } {
  const refuse = (text: string, mend?: string) => ({
    finding: { severity: 'error' as const, path, text, ...(mend === undefined ? {} : { mend }) },
  })
  let file: number | undefined
  try {
    // Without O_NONBLOCK a pipe put in its place would keep us for ever.
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    const state = fstatSync(file)
    if (!state.isFile()) return refuse('it is not a plain file')
    const own = process.getuid?.()
    if (own !== undefined && state.uid !== own && state.uid !== 0) {
      return refuse(
        `it belongs to somebody else (user ${state.uid})`,
        `chown ${own} '${path}', if you trust what it says`,
      )
    }
    if (hasModes && (state.mode & 0o002) !== 0) {
      return refuse('everybody may write it', `chmod go-w '${path}', and see what it says`)
    }
    if (state.size > fileBytesMax) return refuse(`it has more than ${fileBytesMax / 1_024} KiB`)
    return decode(readFileSync(file), refuse)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    if (code === 'EISDIR') return refuse('it is a folder')
    const why = error instanceof Error ? error.message : String(error)
    return refuse(
      code === 'EACCES' ? 'it may not be read' : `it cannot be read: ${why}`,
      `ls -ld '${dirname(path)}' '${path}' tells whose they are`,
    )
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

function decode(bytes: Uint8Array, refuse: (text: string, mend?: string) => { finding: ConfigFinding }) {
  const save = 'save it as UTF-8 without a byte order mark'
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
  if (isUtf16) return refuse('it is UTF-16, by its byte order mark', save)
  try {
    // The byte order mark of UTF-8, which some editors write, is taken away here.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return refuse('it is not UTF-8', save)
  }
}

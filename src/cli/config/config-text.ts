// A configuration as text, and edited as text: comments, order and line ends stay. Invariant: an edit is made only where
// reading the result gives the old values with the one change; otherwise nothing is changed, and the person is told where
// to look.

import { isDeepStrictEqual } from 'node:util'
import { fail, ok, type Result } from '../../base/index.ts'
import { type Setting, type SettingValue, splitKey, tomlLine, tomlLiteral } from './setting.ts'
import { readStatements, type Statement } from './statement.ts'

type Table = { [key: string]: unknown }

/** A text that cannot be read. */
export interface SyntaxProblem {
  readonly line: number
  readonly column: number
  /** One sentence without an end. */
  readonly text: string
}

/** What a text sets. */
export async function parseConfig(text: string): Promise<Result<Table, SyntaxProblem>> {
  const { parse, TomlError } = await import('smol-toml')
  try {
    return ok(parse(text))
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const [first = ''] = error.message.replace(/^Invalid TOML document: /, '').split('\n')
    return fail({ line: error.line, column: error.column, text: first })
  }
}

/** Why an edit was not made: the statement that stands in the way, where there is one. */
export interface EditProblem {
  readonly line: number | undefined
}

/** The text with the key set. The text must be one that {@link parseConfig} takes. */
export async function setInText(text: string, key: string, value: SettingValue): Promise<Result<string, EditProblem>> {
  const statements = readStatements(text)
  const statement = statementOf(statements, key)
  const edited =
    statement === undefined
      ? insert(text, statements, key, value)
      : text.slice(0, statement.valueFrom) + tomlLiteral(value) + text.slice(statement.valueTo)
  return await verify(text, edited, key, value)
}

/** The text without the key; as it was where it did not set it. */
export async function unsetInText(text: string, key: string): Promise<Result<string, EditProblem>> {
  const statement = statementOf(readStatements(text), key)
  const edited = statement === undefined ? text : text.slice(0, statement.from) + text.slice(statement.to)
  return await verify(text, edited, key, undefined)
}

/** The statement that sets a key, or the one inside of which it is set. */
export function statementOf(statements: readonly Statement[], key: string): Statement | undefined {
  return statements.find(({ kind, path }) => kind === 'value' && path.join('.') === key)
}

/** A file with every setting as a comment, to begin with. */
export function configTemplate(settings: readonly Setting[], opening: string): string {
  const lines = opening.split('\n').map((line) => `# ${line}`.trimEnd())
  let table: string | undefined
  for (const setting of settings) {
    const { table: inTable, leaf } = splitKey(setting.key)
    if (inTable !== table) lines.push('', `[${inTable}]`)
    table = inTable
    const { about, otherwise, flag, variable } = setting
    const before = variable === undefined ? `${flag} goes first` : `${flag} and ${variable} go first`
    lines.push('', `# ${about}; without it: ${otherwise}. ${before}.`)
    lines.push(`#${tomlLine(leaf, setting.example)}`)
  }
  return `${lines.join('\n')}\n`
}

async function verify(
  before: string,
  after: string,
  key: string,
  value: SettingValue | undefined,
): Promise<Result<string, EditProblem>> {
  const [wanted, found] = [await parseConfig(before), await parseConfig(after)]
  if (!wanted.ok) return fail({ line: wanted.error.line })
  const isDone = found.ok && change(wanted.value, key.split('.'), value) && isDeepStrictEqual(wanted.value, found.value)
  if (isDone) return ok(after)
  const [table] = key.split('.')
  return fail({ line: readStatements(before).find(({ path }) => path[0] === table)?.line })
}

/** Makes the change in what was read; false where something else stands in its place. */
function change(root: Table, path: readonly string[], value: SettingValue | undefined): boolean {
  let table = root
  for (const part of path.slice(0, -1)) {
    if (table[part] === undefined) {
      if (value === undefined) return true
      table[part] = Object.create(null) as Table
    }
    if (typeof table[part] !== 'object' || table[part] === null) return false
    table = table[part] as Table
  }
  const leaf = path.at(-1) as string
  if (value === undefined) delete table[leaf]
  else table[leaf] = value
  return true
}

/** Where the file of `config init` has the key as a comment, else behind the last of its table, else at the end. */
function insert(text: string, statements: readonly Statement[], key: string, value: SettingValue): string {
  const { table, leaf } = splitKey(key)
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n'
  const line = tomlLine(leaf, value) + lineEnd
  const tables = statements.filter(({ kind }) => kind === 'table')
  const header = table === undefined ? undefined : tables.find(({ path }) => path.join('.') === table)
  if (table !== undefined && header === undefined) {
    const gap = text === '' ? '' : lineEnd
    return `${endLine(text, lineEnd)}${gap}[${table}]${lineEnd}${line}`
  }
  const from = header?.to ?? 0
  const to = tables.find((next) => next.from >= from && next !== header)?.from ?? text.length
  const comment = new RegExp(`^#[ \\t]*${leaf}[ \\t]*=[^\\n]*(?:\\n|$)`, 'm').exec(text.slice(from, to))
  const last = statements.findLast((found) => found.kind === 'value' && found.from >= from && found.to <= to)
  const at = comment ? from + comment.index + comment[0].length : (last?.to ?? (table === undefined ? to : from))
  return endLine(text.slice(0, at), lineEnd) + line + text.slice(at)
}

function endLine(text: string, lineEnd: string): string {
  return text === '' || text.endsWith('\n') ? text : text + lineEnd
}

// What a setting is, for whatever table of settings there is: this folder knows TOML files and precedence, and no
// setting by name. docs/operating.md, "Configuration".

/** How a setting is written in a file; `path` is a text whose relative forms begin at the file's folder. */
export type SettingForm = 'text' | 'path' | 'switch' | 'number'
export type SettingValue = string | number | boolean

/** One setting: a row of the table that everything about settings is derived from. */
export interface Setting {
  /** As in a file, with its table before a dot: `server.port`. */
  readonly key: string
  readonly form: SettingForm
  /** What it does, as the beginning of a sentence. */
  readonly about: string
  /** A right value, for the commented file and for errors. */
  readonly example: SettingValue
  /** What holds where nothing sets it: a value, or words in parentheses. */
  readonly otherwise: string
  /** The option of the command line that goes before it. */
  readonly flag: string
  /** The environment variable that goes before files. */
  readonly variable?: string
  /** It makes no sense in the file of one profile. */
  readonly notInProfile?: boolean
  /** What a right value looks like, where this one is not right. */
  readonly problem?: (value: SettingValue) => string | undefined
}

/** Files that may set something, the one that wins first. */
export const configKinds = ['profile', 'user', 'system'] as const
export type ConfigKind = (typeof configKinds)[number]

/** A line that sets something, as TOML. */
export function tomlLine(key: string, value: SettingValue): string {
  return `${key} = ${tomlLiteral(value)}`
}

/** A value as TOML. */
export function tomlLiteral(value: SettingValue): string {
  if (typeof value !== 'string') return String(value)
  // The escapes of JSON are escapes of TOML too; DEL alone is bare in the one and forbidden in the other.
  return JSON.stringify(value).replaceAll('\u007f', String.raw`\u007F`)
}

/** The last part of a key, and its table before it. */
export function splitKey(key: string): { readonly table: string | undefined; readonly leaf: string } {
  const at = key.lastIndexOf('.')
  return at === -1 ? { table: undefined, leaf: key } : { table: key.slice(0, at), leaf: key.slice(at + 1) }
}

/** What is wrong with a value of a file; undefined where it is right. */
export function valueProblem(setting: Setting, value: unknown): string | undefined {
  const wanted = { text: 'string', path: 'string', switch: 'boolean', number: 'number' }[setting.form]
  if (typeof value !== wanted || (wanted === 'number' && !Number.isSafeInteger(value))) {
    const words = {
      text: 'a text in quotes',
      path: 'a path in quotes',
      switch: 'true or false',
      number: 'a whole number',
    }
    return `${setting.key} is ${words[setting.form]}`
  }
  const problem = setting.problem?.(value as SettingValue)
  return problem === undefined ? undefined : `${setting.key}: ${problem}`
}

const truths = ['true', 'yes', 'on', '1']
const untruths = ['false', 'no', 'off', '0']

/** Words of the command line or the environment as a value; undefined where they are none of this form. */
export function readValue(setting: Setting, text: string): SettingValue | undefined {
  if (setting.form === 'number') return /^[0-9]{1,9}$/.test(text) ? Number(text) : undefined
  if (setting.form !== 'switch') return text
  const word = text.toLowerCase()
  return truths.includes(word) ? true : untruths.includes(word) ? false : undefined
}

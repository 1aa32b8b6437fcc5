// `parley config`: the files of settings, for people and for scripts. What it prints goes to standard output, what it did
// and what is wrong to standard error. Invariant: a file is replaced as a whole or not at all, and only by one that reads
// as intended.

import { spawnSync } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import { encodeUtf8, ParleyError, type Result } from '../base/index.ts'
import {
  configTemplate,
  type ConfigFile,
  type EditProblem,
  readConfigFile,
  readValue,
  setInText,
  type SettledSetting,
  type SettingOrigin,
  unsetInText,
  valueProblem,
} from '../cli/config/index.ts'
import { createPrivateFile, ensurePrivateFolder, writePrivateFile } from '../disk/index.ts'
import { complainText } from './complaint.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import { findingText, guessOf, profileConfigFile, readSettings, type Settings, userConfigFile } from './settings.ts'
import { type CommandSetting, settings } from './settings-table.ts'

export interface ConfigOptions {
  readonly config?: string
  readonly home?: string
  readonly profile?: string
}

export interface ConfigGetOptions extends ConfigOptions {
  readonly origin?: boolean
  readonly json?: boolean
}

const opening = `Parley's settings, as TOML. Each is here as a comment, with an example.
What is given on the command line goes before the environment, that before the profile's file, that before this
file, and this before the system's. \`parley config check\` tells what is wrong; \`parley config get --origin\` who won.
Programs that run already read it when they start again.`

export async function initConfig(options: ConfigOptions): Promise<ExitCode> {
  const path = await fileOf(options)
  const isForProfile = options.profile !== undefined
  const rows = isForProfile ? settings.filter(({ notInProfile }) => notInProfile !== true) : settings
  makeFolder(path)
  createPrivateFile(path, encodeUtf8(configTemplate(rows, opening)))
  process.stdout.write(`${path}\n`)
  return exitCodes.done
}

export async function getConfig(key: string | undefined, options: ConfigGetOptions): Promise<ExitCode> {
  if (key !== undefined && settingOf(key) === undefined) return await refuseKey(key)
  const found = await readSettings(options)
  const rows = found.settled.filter(({ setting, value }) =>
    key === undefined ? value !== undefined : setting.key === key,
  )
  const text = options.json === true ? jsonText(rows, key) : plainText(rows, key, options.origin === true)
  if (text !== '') process.stdout.write(`${text}\n`)
  return await tellFaults(found, false)
}

export async function setConfig(key: string, text: string, options: ConfigOptions): Promise<ExitCode> {
  const setting = settingOf(key)
  if (setting === undefined) return await refuseKey(key)
  const value = readValue(setting, text)
  const problem = valueProblem(setting, value ?? text)
  if (value === undefined || problem !== undefined) {
    const hints = [`For instance: parley config set ${key} ${setting.example}`]
    return await complainText({ code: 'badConfig', text: problem ?? `${text} is no value of ${key}`, hints })
  }
  if (options.profile !== undefined && setting.notInProfile === true) {
    const hints = ["Leave --profile out: it goes into the user's file."]
    return await complainText({ code: 'badConfig', text: `${key} has no meaning in the file of one profile`, hints })
  }
  return await edit(options, key, (before) => setInText(before, key, value))
}

export async function unsetConfig(key: string, options: ConfigOptions): Promise<ExitCode> {
  // Also a key that is none, as that is what one wants to be rid of.
  return await edit(options, key, (before) => unsetInText(before, key))
}

export async function checkConfig(options: ConfigGetOptions): Promise<ExitCode> {
  const found = await readSettings(options)
  if (options.json !== true) {
    for (const file of found.files) process.stdout.write(`${await summaryOf(file)}\n`)
    return await tellFaults(found, true)
  }
  const findings = await Promise.all(
    found.files.flatMap((file) => file.findings).map(async (one) => ({ ...one, guess: await guessOf(one.unknownKey) })),
  )
  const files = found.files.map(({ kind, path, text }) => ({ kind, path, exists: text !== undefined }))
  process.stdout.write(`${JSON.stringify({ files, findings, variables: found.problems })}\n`)
  return hasErrors(found) ? exitCodes.usage : exitCodes.done
}

export async function editConfig(options: ConfigOptions): Promise<ExitCode> {
  const path = await fileOf(options)
  const editor = process.env['VISUAL'] || process.env['EDITOR']
  if (editor === undefined || editor === '') {
    const hints = [`The file is ${path}; or: parley config set KEY VALUE`]
    return await complainText({ code: 'badConfig', text: 'neither VISUAL nor EDITOR names an editor', hints })
  }
  if (!existsSync(path)) await initConfig(options)
  // The variable may hold options of the editor: a shell takes them apart, as everybody expects.
  const { status } = spawnSync(`${editor} "$0"`, [], { stdio: 'inherit', shell: '/bin/sh', argv0: path })
  if (status !== 0) return exitCodes.failed
  return await tellFaults(await readSettings(options), true)
}

async function fileOf(options: ConfigOptions): Promise<string> {
  const path =
    options.profile === undefined ? userConfigFile(options) : await profileConfigFile(options.profile, options.home)
  if (path === 'none') throw new ParleyError('noConfig', { details: { path, origin: '--config or PARLEY_CONFIG' } })
  // A link into somebody's collection of settings stays one.
  return existsSync(path) ? realpathSync(path) : path
}

function makeFolder(path: string): void {
  const folder = dirname(path)
  // One that is there already is somebody's own; only what is made here is closed to others.
  if (!existsSync(folder)) ensurePrivateFolder(folder)
}

function settingOf(key: string): CommandSetting | undefined {
  return settings.find((setting) => setting.key === key)
}

async function refuseKey(key: string): Promise<ExitCode> {
  const guess = await guessOf(key)
  return await complainText({
    code: 'badConfig',
    text: `${key} is no setting`,
    hints: guess === undefined ? [] : [guess],
  })
}

async function edit(
  options: ConfigOptions,
  key: string,
  change: (text: string) => Promise<Result<string, EditProblem>>,
): Promise<ExitCode> {
  const path = await fileOf(options)
  const kind = options.profile === undefined ? 'user' : 'profile'
  const file = await readConfigFile(kind, path, settings)
  const before = file.text ?? ''
  const unusable = file.text === undefined ? file.findings[0] : undefined
  if (unusable)
    throw new ParleyError('badConfig', { details: { place: path, problem: unusable.text, mend: unusable.mend } })
  const after = await change(before)
  if (!after.ok) {
    const place = after.error.line === undefined ? path : `${path}:${after.error.line}`
    throw new ParleyError('badConfig', {
      details: {
        place,
        problem: `${key} cannot be changed by itself here; nothing was`,
        mend: 'change it with an editor: parley config edit',
      },
    })
  }
  if (after.value === before) {
    process.stderr.write(`parley: ${path} says so already\n`)
    return exitCodes.done
  }
  makeFolder(path)
  writePrivateFile(path, encodeUtf8(after.value))
  process.stderr.write(`parley: ${path} is changed; what runs already reads it when it starts again\n`)
  const found = await readSettings(options)
  const won = found.settled.find(({ setting }) => setting.key === key)
  const isOverruled =
    won !== undefined && won.origin.kind !== 'default' && !('path' in won.origin && won.origin.path === path)
  if (isOverruled) process.stderr.write(`parley: ${originText(won.origin)} goes before it\n`)
  return exitCodes.done
}

function plainText(rows: readonly SettledSetting[], key: string | undefined, withOrigin: boolean): string {
  return rows
    .map(({ setting, value, origin }) => {
      const text = value === undefined ? setting.otherwise : String(value)
      const behind = withOrigin ? `\t${originText(origin)}` : ''
      return key === undefined ? `${setting.key} = ${text}${behind}` : `${text}${behind}`
    })
    .join('\n')
}

function jsonText(rows: readonly SettledSetting[], key: string | undefined): string {
  const objects = rows.map(({ setting, value, origin }) => ({
    key: setting.key,
    value: value ?? null,
    otherwise: setting.otherwise,
    origin: { ...origin, file: 'path' in origin ? origin.path : undefined, path: undefined },
  }))
  return JSON.stringify(key === undefined ? objects : objects[0])
}

/** Where a value comes from, for people. */
function originText(origin: SettingOrigin): string {
  if (origin.kind === 'default') return 'default'
  return origin.kind === 'environment' ? origin.variable : `${origin.path}:${origin.line}`
}

async function summaryOf({ kind, path, text, findings }: ConfigFile): Promise<string> {
  const errors = findings.filter(({ severity }) => severity === 'error').length
  const state = errors > 0 ? 'not right' : text === undefined ? 'not there' : findings.length > 0 ? 'strange' : 'right'
  return `${kind.padEnd(8)} ${state.padEnd(10)} ${path}`
}

function hasErrors({ files, problems }: Settings): boolean {
  return problems.length > 0 || files.some(({ findings }) => findings.some(({ severity }) => severity === 'error'))
}

/** Every fault on standard error. */
async function tellFaults(found: Settings, isCheck: boolean): Promise<ExitCode> {
  const findings = found.files.flatMap((file) => file.findings)
  for (const finding of findings) {
    process.stderr.write(`${isCheck ? '' : 'parley: '}${finding.severity}: ${await findingText(finding)}\n`)
  }
  for (const { variable, text } of found.problems) process.stderr.write(`error: ${variable}: ${text}\n`)
  return hasErrors(found) ? exitCodes.usage : exitCodes.done
}

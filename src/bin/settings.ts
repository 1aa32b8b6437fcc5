// The configuration of this machine, and how it fills the options that were not given on the command line: one place for
// every command, before it runs. Precedence: command line, environment, profile's file, user's, system's, default.
// docs/operating.md, "Configuration".

import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { ParleyError } from '../base/index.ts'
import {
  type ConfigFile,
  type ConfigFinding,
  type ConfigKind,
  readConfigFile,
  settle,
  type SettledSetting,
  type SettingValue,
  type VariableProblem,
} from '../cli/config/index.ts'
import { configFolder, systemConfigFile } from './folder.ts'
import { type CommandSetting, isFor, optionName, settings } from './settings-table.ts'

/** Where to look, by the command line. */
export interface SettingsPlace {
  /** `--config`; absent: PARLEY_CONFIG, or the usual file. */
  readonly config?: string | undefined
  readonly home?: string | undefined
  /** The account's name, where it is known. */
  readonly profile?: string | undefined
}

/** Said instead of a file: none is read. */
const noFile = 'none'

export interface Settings {
  readonly files: readonly ConfigFile[]
  readonly settled: readonly SettledSetting[]
  readonly problems: readonly VariableProblem[]
}

/** The file that `parley config set` writes; `none` where no file is read. */
export function userConfigFile({ config, home }: SettingsPlace): string {
  const given = config ?? process.env['PARLEY_CONFIG']
  return given !== undefined && given !== '' ? given : join(home ?? configFolder(), 'config.toml')
}

/** The file of one profile. */
export async function profileConfigFile(profile: string, home?: string): Promise<string> {
  const { accountFolder } = await import('../peer/profile-folder.ts')
  return join(accountFolder(profile, home), 'config.toml')
}

const read = async (kind: ConfigKind, path: string): Promise<ConfigFile> => readConfigFile(kind, path, settings)

/**
 * Reads every file there is. Throws ParleyError `noConfig` {path, origin} where the one that was named is missing.
 */
export async function readSettings(place: SettingsPlace): Promise<Settings> {
  const user = userConfigFile(place)
  const files: ConfigFile[] = []
  if (user !== noFile) {
    const named = place.config === undefined ? process.env['PARLEY_CONFIG'] && 'PARLEY_CONFIG' : '--config'
    if (named !== undefined && named !== '' && !existsSync(user)) {
      throw new ParleyError('noConfig', { details: { path: user, origin: named } })
    }
    files.push(await read('user', user), await read('system', systemConfigFile()))
    const profile = place.profile ?? (await profileOf(settle(settings, files, process.env).settled, place.home))
    const { nameProblem } = await import('../protocol/account-name.ts')
    // A name that is none is refused by the command; nothing of it becomes a path here.
    const isName = profile !== undefined && nameProblem(profile) === undefined
    const path = !isName ? undefined : await profileConfigFile(profile, place.home)
    if (path !== undefined) files.unshift(await read('profile', path))
  }
  return { files, ...settle(settings, files, process.env) }
}

/** Commands whose first argument is the own account. */
const ownNameCommands = ['chat', 'daemon', 'web']
/** Commands that look at the configuration themselves, or must run whatever it says. */
const unsettledCommands = ['config', 'doctor', 'paths', 'completion', 'complete-names', 'manual', 'try', 'help']

/**
 * Fills what was not given on the command line, before the command runs. Throws ParleyError `noConfig`, or `badConfig`
 * with `place`, `problem` and what to write.
 */
export async function applySettings(command: Command): Promise<void> {
  try {
    await fill(command)
  } catch (error) {
    if (command.opts<{ json?: boolean }>().json === true) {
      const { errorText } = await import('../terminal/index.ts')
      const { code, text, hints } = errorText(error)
      process.stdout.write(`${JSON.stringify({ type: 'error', code, text: [text, ...hints].join('\n') })}\n`)
    }
    throw error
  }
}

async function fill(command: Command): Promise<void> {
  const { config, color, home, profile, clientName } = command.optsWithGlobals<Record<string, string | undefined>>()
  if (color !== undefined) applyColour(color, true)
  const name = topName(command)
  if (unsettledCommands.includes(name)) return
  const ownName = ownNameCommands.includes(name) ? command.args[0] : undefined
  const given = ownName ?? clientName ?? profile
  const found = await readSettings({ config, home, profile: given })
  for (const line of await warningLines(found)) process.stderr.write(`parley: ${line}\n`)
  refuseErrors(found)
  const set = found.settled.filter(({ value }) => value !== undefined)
  const colour = set.find(({ setting }) => setting.key === 'color')
  if (colour && color === undefined) applyColour(String(colour.value), false)
  const own = set.filter(({ setting }) => isFor(setting, name) && canFill(command, setting))
  const isLeft = own.some(isForOpening) && (await isRunning(given ?? settledProfile(found.settled), home))
  for (const one of own) {
    if (!(isLeft && isForOpening(one))) fillOption(command, one.setting, one.value as SettingValue)
  }
}

/** What a file says to whoever opens a peer, and not to who comes to a running one, which has its own. */
function isForOpening({ setting, origin }: SettledSetting): boolean {
  return (setting.key === 'registry' || setting.key === 'port') && origin.kind !== 'environment'
}

async function isRunning(given: string | undefined, home: string | undefined): Promise<boolean> {
  const { attachPeer, chooseProfile } = await import('../api/index.ts')
  const place = home === undefined ? {} : { home }
  try {
    const peer = await attachPeer({ name: chooseProfile({ ...place, given }), ...place })
    await peer?.close()
    return peer !== undefined
  } catch {
    // Whatever is wrong there, the command meets it too and says so.
    return false
  }
}

function canFill(command: Command, setting: CommandSetting): boolean {
  const name = optionName(setting)
  // Its own account is an argument of `chat`, which looks for it among its options where it is absent.
  const isOwnName = setting.key === 'profile' && ownNameCommands.includes(command.name())
  const isThere = isOwnName || command.options.some((known) => known.attributeName() === name)
  return isThere && command.getOptionValueSource(name) !== 'cli'
}

/** Warnings as lines for people. */
export async function warningLines({ files }: Settings): Promise<string[]> {
  const findings = files.flatMap((file) => file.findings).filter(({ severity }) => severity === 'warning')
  return await Promise.all(findings.map((finding) => findingText(finding)))
}

/** A finding as one line: where, what, and what to write or do. */
export async function findingText(finding: ConfigFinding): Promise<string> {
  const { text, mend } = finding
  const advice = mend ?? (await guessOf(finding.unknownKey))
  return `${placeOf(finding)}: ${text}${advice === undefined ? '' : `; ${advice}`}`
}

/** PATH:LINE:COLUMN, as editors understand it. */
export function placeOf({ path, line, column }: ConfigFinding): string {
  return line === undefined ? path : `${path}:${line}:${column ?? 1}`
}

const allSettings = '`parley config init --config all.toml` writes a file that names every one'

/** What somebody meant who wrote a key that no setting has. */
export async function guessOf(key: string | undefined): Promise<string | undefined> {
  if (key === undefined) return undefined
  const keys = settings.map((setting) => setting.key)
  // What starts a registry is `parley registry`, but `registry` is where peers go.
  const server = key.startsWith('registry.') ? key.replace('registry.', 'server.') : undefined
  if (server !== undefined && keys.includes(server)) return `did you mean ${server}?`
  const { nearestWord } = await import('../terminal/index.ts')
  const nearest = nearestWord(key, keys)
  return nearest === undefined ? allSettings : `did you mean ${nearest}?`
}

function refuseErrors({ files, problems }: Settings): void {
  const error = files.flatMap((file) => file.findings).find(({ severity }) => severity === 'error')
  if (error) {
    const { text, mend } = error
    throw new ParleyError('badConfig', { details: { place: placeOf(error), problem: text, mend } })
  }
  const [wrong] = problems
  if (wrong) throw new ParleyError('badConfig', { details: { place: wrong.variable, problem: wrong.text } })
}

/** The name of the command, or of the one it is a part of. */
function topName(command: Command): string {
  let top = command
  while (top.parent?.parent) top = top.parent
  return top.name()
}

function fillOption(command: Command, setting: CommandSetting, value: SettingValue): void {
  const name = optionName(setting)
  const parse = command.options.find((known) => known.attributeName() === name)?.parseArg
  command.setOptionValueWithSource(name, parse ? parse(String(value), undefined) : value, 'config')
}

/** For all that decides about colours later. `isSure`: also against NO_COLOR and FORCE_COLOR. */
function applyColour(mode: string, isSure: boolean): void {
  const { env } = process
  if (mode === 'auto' || (!isSure && (isSet(env['NO_COLOR']) || isSet(env['FORCE_COLOR'])))) return
  env['NO_COLOR'] = mode === 'never' ? '1' : ''
  env['FORCE_COLOR'] = mode === 'never' ? '' : '1'
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== ''
}

/** The profile that a command is about where it was not told; undefined where that cannot be known, or changes nothing. */
async function profileOf(settled: readonly SettledSetting[], home: string | undefined): Promise<string | undefined> {
  const named = settledProfile(settled)
  if (named !== undefined) return named
  const { profileFolder } = await import('../peer/profile-folder.ts')
  const folder = profileFolder(home)
  const withFile =
    existsSync(folder) && readdirSync(folder).some((name) => existsSync(join(folder, name, 'config.toml')))
  if (!withFile) return undefined
  try {
    const { chooseProfile } = await import('../api/index.ts')
    return chooseProfile({ home })
  } catch {
    // The command says itself that it does not know which profile.
    return undefined
  }
}

/** The account that the settings name. */
export function settledProfile(settled: readonly SettledSetting[]): string | undefined {
  const found = settled.find(({ setting }) => setting.key === 'profile')?.value
  return found === undefined ? undefined : String(found)
}

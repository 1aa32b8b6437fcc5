// Where Parley keeps its things unless told: one folder for all of them (PARLEY_HOME), or the folders of the XDG Base
// Directory Specification and their relatives on other systems.

import { homedir } from 'node:os'
import { join } from 'node:path'

type Environment = Readonly<Record<string, string | undefined>>

/** The folder of a registry's key and store. */
export function registryFolder(environment: Environment = process.env, platform: string = process.platform): string {
  return join(dataFolder(environment, platform), 'registry')
}

/** The folder of everything that Parley keeps for good. */
export function dataFolder(environment: Environment, platform: string): string {
  const own = environment['PARLEY_HOME']
  if (own !== undefined && own !== '') return own
  const xdg = environment['XDG_DATA_HOME']
  if (xdg !== undefined && xdg !== '') return join(xdg, 'parley')
  if (platform === 'win32') return join(environment['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'Parley')
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'parley')
  return join(homedir(), '.local', 'share', 'parley')
}

/** The folder of the user's configuration. */
export function configFolder(environment: Environment = process.env, platform: string = process.platform): string {
  const own = environment['PARLEY_HOME']
  if (own !== undefined && own !== '') return own
  const xdg = environment['XDG_CONFIG_HOME']
  if (xdg !== undefined && xdg !== '') return join(xdg, 'parley')
  if (platform === 'win32') return join(environment['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'Parley')
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'parley')
  return join(homedir(), '.config', 'parley')
}

/** The configuration of the whole machine. */
export function systemConfigFile(environment: Environment = process.env, platform: string = process.platform): string {
  if (platform === 'win32')
    return join(environment['ProgramData'] ?? String.raw`C:\ProgramData`, 'Parley', 'config.toml')
  if (platform === 'darwin') return '/Library/Application Support/parley/config.toml'
  return '/etc/parley/config.toml'
}

/** Code that was compiled before, as the launcher keeps it: may be removed at any time. */
export function cacheFolder(environment: Environment = process.env): string {
  const xdg = environment['XDG_CACHE_HOME']
  return join(xdg !== undefined && xdg !== '' ? xdg : join(homedir(), '.cache'), 'parley')
}

// Where the registry keeps its things unless told: one folder for all of Parley (PARLEY_HOME), or the data folder of the
// XDG Base Directory Specification and its relatives on other systems.

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

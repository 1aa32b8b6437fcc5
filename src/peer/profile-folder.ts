// Where profiles are: a folder of its own for each account. It loads nothing but paths, so that a command which only
// attaches to a running peer finds its socket at once. docs/operating.md, "Profiles".

import { homedir } from 'node:os'
import { join } from 'node:path'
import { foldName } from '../protocol/account-name.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** The folder in which each account has a folder of its own: `home`, or `PARLEY_HOME`, or the system's data folder. */
export function profileFolder(
  home?: string,
  environment: Environment = process.env,
  platform: string = process.platform,
): string {
  return home ?? join(dataFolder(environment, platform), 'peers')
}

/** The folder of one account. Names that differ in case only are one account. */
export function accountFolder(name: string, home?: string): string {
  return join(profileFolder(home), foldName(name))
}

function dataFolder(environment: Environment, platform: string): string {
  const own = environment['PARLEY_HOME']
  if (own !== undefined && own !== '') return own
  const xdg = environment['XDG_DATA_HOME']
  if (xdg !== undefined && xdg !== '') return join(xdg, 'parley')
  if (platform === 'win32') return join(environment['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'Parley')
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'parley')
  return join(homedir(), '.local', 'share', 'parley')
}

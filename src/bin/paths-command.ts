// `parley paths`: where everything is, also what is not there yet.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { accountFolder, profileFolder } from '../peer/profile-folder.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import { cacheFolder, dataFolder, registryFolder, systemConfigFile } from './folder.ts'
import { readSettings, type Settings, settledProfile, userConfigFile } from './settings.ts'

export interface PathsOptions {
  readonly config?: string
  readonly home?: string
  readonly profile?: string
  readonly json?: boolean
}

export async function printPaths(options: PathsOptions): Promise<ExitCode> {
  const paths = await pathsOf(options)
  const lines = Object.entries(paths).map(([name, path]) => `${name.padEnd(15)}${path}`)
  process.stdout.write(`${options.json === true ? JSON.stringify(paths) : lines.join('\n')}\n`)
  return exitCodes.done
}

async function pathsOf(options: PathsOptions): Promise<Record<string, string>> {
  const { home } = options
  const settings = await settingsThere(options)
  const value = (key: string): string | undefined => {
    const found = settings?.settled.find(({ setting }) => setting.key === key)?.value
    return found === undefined ? undefined : String(found)
  }
  const profile = options.profile ?? (settings && settledProfile(settings.settled))
  const folder = profile === undefined ? undefined : accountFolder(profile, home)
  const [log, registryLog] = [value('log'), value('server.log')]
  return {
    config: userConfigFile(options),
    systemConfig: systemConfigFile(),
    data: home ?? dataFolder(process.env, process.platform),
    profiles: profileFolder(home),
    registry: value('server.data') ?? registryFolder(),
    cache: cacheFolder(),
    ...(folder !== undefined && {
      profile: folder,
      profileConfig: join(folder, 'config.toml'),
      socket: socketOf(folder),
    }),
    ...(log !== undefined && { log }),
    ...(registryLog !== undefined && { registryLog }),
  }
}

/** A configuration that cannot be read is no reason not to say where it is. */
async function settingsThere(options: PathsOptions): Promise<Settings | undefined> {
  try {
    return await readSettings(options)
  } catch {
    return undefined
  }
}

/** Where the usual path is too long for a socket, another one is written down beside it. */
function socketOf(folder: string): string {
  try {
    const note: unknown = JSON.parse(readFileSync(join(folder, 'peer.socket.json'), 'utf8'))
    if (typeof note === 'object' && note !== null && 'path' in note && typeof note.path === 'string') return note.path
  } catch {
    // There is none, mostly.
  }
  return join(folder, 'peer.sock')
}

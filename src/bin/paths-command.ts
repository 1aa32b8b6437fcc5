// `parley paths`: where everything is.

import { type ExitCode, exitCodes } from './exit-code.ts'
import { registryFolder } from './folder.ts'

export interface PathsOptions {
  readonly home?: string
  readonly json?: boolean
}

export async function printPaths(options: PathsOptions): Promise<ExitCode> {
  const { profileFolder } = await import('../peer/index.ts')
  const paths = { profiles: profileFolder(options.home), registry: registryFolder() }
  const lines = Object.entries(paths).map(([name, path]) => `${name.padEnd(10)}${path}`)
  process.stdout.write(`${options.json === true ? JSON.stringify(paths) : lines.join('\n')}\n`)
  return exitCodes.done
}

// `parley registry`: starts a registry, prints where it listens and the line to join, and serves until it is told to
// end. Results go to standard output, the log to standard error.

import { formatAddress, type ParleyError } from '../base/index.ts'
import { isIP } from 'node:net'
import { resolveHost } from '../net/index.ts'
import { RegistryServer } from '../registry/index.ts'
import { complain } from './complaint.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import { registryFolder } from './folder.ts'
import { terminationOfProcess } from './termination.ts'

export interface RegistryCommandOptions {
  readonly host: string
  readonly port: number
  readonly data?: string
  readonly name?: string
}

export async function runRegistry(options: RegistryCommandOptions): Promise<ExitCode> {
  const { signal } = terminationOfProcess()
  const data = options.data ?? registryFolder()
  let broken: ParleyError | undefined
  const { promise: ended, resolve: end } = Promise.withResolvers<void>()
  signal.addEventListener('abort', () => end(), { once: true })
  if (signal.aborted) end()
  let server: RegistryServer
  try {
    server = await RegistryServer.open({
      data,
      host: await literalOf(options.host),
      port: options.port,
      ...(options.name === undefined ? {} : { name: options.name }),
      log: process.stderr,
      onFatal: (error) => {
        broken = error
        end()
      },
    })
  } catch (error) {
    return complain(error)
  }
  // Nobody who stops reading the log or the announcement stops the registry.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  process.stdout.write(announcement(server, data))
  await ended
  await server.stop()
  if (broken === undefined) return exitCodes.done
  return complain(broken)
}

async function literalOf(host: string): Promise<string> {
  if (isIP(host) !== 0) return host
  const [first] = await resolveHost(host, 0)
  return first?.host ?? host
}

function announcement(server: RegistryServer, data: string): string {
  return [
    `Parley registry "${server.name}" listens on ${formatAddress(server.address)} (UDP); its data is in ${data}`,
    `Key      ${server.fingerprint}`,
    `Invite   ${server.invite}`,
    `To join  npx parley chat YOURNAME --registry ${server.invite}`,
    '',
    '',
  ].join('\n')
}

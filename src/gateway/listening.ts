// Starts to listen, and tells in the project's own errors why that is not possible.

import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ParleyError } from '../base/index.ts'

/** The port. Rejects with ParleyError `pagePortInUse`, `pagePortForbidden` or `hostNotLocal`, with `host` and `port`. */
export async function listen(server: Server, host: string, port: number): Promise<number> {
  server.listen({ host, port, exclusive: true })
  try {
    await once(server, 'listening')
  } catch (cause) {
    throw listenError(cause, host, port)
  }
  return (server.address() as AddressInfo).port
}

function listenError(cause: unknown, host: string, port: number): unknown {
  const details = { host, port }
  switch ((cause as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return new ParleyError('pagePortInUse', {
        message: `TCP port ${port} is in use`,
        retryable: true,
        details,
        cause,
      })
    case 'EACCES':
      return new ParleyError('pagePortForbidden', { details, cause })
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new ParleyError('hostNotLocal', { details, cause })
    case undefined:
    default:
      return cause
  }
}

// Names become addresses here, at the edge, once: the core knows IP literals only.

import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { ParleyError, type Address } from '../base/index.ts'

/** Addresses of one name that are used at most. */
const addressesMax = 8

/**
 * The addresses of a host name or literal, as the system orders them.
 * @throws ParleyError `nameNotFound` (retryable) where there is none.
 */
export async function resolveHost(host: string, port: number): Promise<readonly Address[]> {
  if (isIP(host) !== 0) return [{ host, port }]
  try {
    const found = await lookup(host, { all: true })
    return found.slice(0, addressesMax).map(({ address }) => ({ host: address, port }))
  } catch (cause) {
    throw new ParleyError('nameNotFound', {
      message: `no address is known for ${host}`,
      retryable: true,
      details: { host },
      cause,
    })
  }
}

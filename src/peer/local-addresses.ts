// Addresses of this machine's own interfaces, for peers on the same network: the registry sees only the outside one.

import { networkInterfaces } from 'node:os'
import type { Address } from '../base/index.ts'
import { addressesPerPeerMax } from '../protocol/index.ts'

/** Where others on the same network reach a socket that is bound to `bound`. */
export function localAddresses(bound: Address): readonly Address[] {
  const { host, port } = bound
  if (host !== '::' && host !== '0.0.0.0') return [bound]
  return Object.values(networkInterfaces())
    .flatMap((found) => found ?? [])
    .filter(({ internal, address, family }) => {
      // Link-local addresses mean something with a zone only, which is this machine's own.
      const isLinkLocal = /^fe[89ab]/i.test(address)
      return !internal && !isLinkLocal && (family === 'IPv4' || host === '::')
    })
    .slice(0, addressesPerPeerMax)
    .map(({ address }) => ({ host: address, port }))
}

// A UDP address: an IP literal and a port. Names are resolved at the edge (net), never in the core.

export interface Address {
  /** An IPv4 or IPv6 literal, without brackets. */
  readonly host: string
  /** 1 to 65535. */
  readonly port: number
}

/** The address as people write it: `192.0.2.1:4747`, `[2001:db8::1]:4747`. Also used as a map key. */
export function formatAddress(address: Address): string {
  return address.host.includes(':') ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`
}

export function sameAddress(a: Address, b: Address): boolean {
  return a.port === b.port && a.host === b.host
}

/** Whether the host is this very machine, by its literal. */
export function isLoopbackHost(host: string): boolean {
  return host === '::1' || host.startsWith('127.') || host.startsWith('::ffff:127.')
}

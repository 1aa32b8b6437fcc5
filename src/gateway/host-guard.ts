// The first guard, before any routing: a request names this server exactly as it listens. A page of a foreign name that
// was made to resolve to this machine (DNS rebinding) sends its own name in Host, and gets nothing. Exactly one Host, and
// only the origin form of a target (RFC 9112 section 3.2.1): with a second name in the request, two readers could differ.

import { isIPv6 } from 'node:net'
import { type Refusal, refusal } from './refusal.ts'

/** The only values of Host that a server bound to `host` takes: lower case, with the port. */
export function allowedHosts(host: string, port: number): ReadonlySet<string> {
  // Browsers leave the port of http out; a server on port 80 would otherwise refuse its own page.
  const named = (name: string): string[] => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`])
  if (host === '127.0.0.1' || host === 'localhost') return new Set([...named('127.0.0.1'), ...named('localhost')])
  if (host === '::1') return new Set([...named('[::1]'), ...named('localhost')])
  return new Set(named(isIPv6(host) ? `[${host}]` : host.toLowerCase()))
}

/** `rawHeaders` as node:http has them: names and values by turns, doubles included. */
export function checkHost(
  target: string | undefined,
  rawHeaders: readonly string[],
  allowed: ReadonlySet<string>,
): Refusal | undefined {
  if (target === undefined || !target.startsWith('/')) return refusal(403, 'The target must be a path.')
  const hosts = headerValues(rawHeaders, 'host')
  if (hosts.length !== 1) return refusal(403, 'Exactly one Host is needed.')
  // Compared as it stands: no lower case, no dot at the end, no spaces are mended, as browsers send none of them.
  return allowed.has(hosts[0] as string) ? undefined : refusal(403, 'This name is not served here.')
}

/** All values of one header, `name` in lower case. */
export function headerValues(rawHeaders: readonly string[], name: string): string[] {
  return rawHeaders.filter((_value, at) => at % 2 === 1 && (rawHeaders[at - 1] as string).toLowerCase() === name)
}

// Which of a peer's own addresses may be told to whom. A peer's word about its addresses is not to be trusted: told to
// others, a victim's address would draw their probes (bad input 20 and 65 of the catalogue, docs/threat-model.md). So the
// observed address goes to everybody, an own one only if it is private, and only to a peer on the same site.

import { type Address, isLoopbackHost, sameAddress } from '../../base/index.ts'
import { addressesPerPeerMax } from '../../protocol/index.ts'

type Scope = 'loopback' | 'private' | 'public'

/** How far an IP literal reaches. */
export function scopeOf(host: string): Scope {
  const plain = plainHost(host)
  if (isLoopbackHost(plain)) return 'loopback'
  if (plain.includes(':')) return /^f[cd][0-9a-f]{2}:|^fe[89ab][0-9a-f]:/.test(plain) ? 'private' : 'public'
  const [a = 0, b = 0] = plain.split('.').map(Number)
  const isPrivate = a === 10 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168) || (a === 169 && b === 254)
  return isPrivate ? 'private' : 'public'
}

/** Whether two observed hosts are behind one router, as far as can be told: one host, one IPv6 /64, or both private. */
export function sameSite(a: string, b: string): boolean {
  const [first, second] = [plainHost(a), plainHost(b)]
  if (first === second) return true
  const scope = scopeOf(first)
  if (scope !== scopeOf(second)) return scope !== 'public' && scopeOf(second) !== 'public'
  if (scope !== 'public') return true
  if (!first.includes(':') || !second.includes(':')) return false
  return networkOf(first) === networkOf(second)
}

/** What counts as one host for a limit: the address, or of an IPv6 one the /64, all of which one machine may have. */
export function hostKey(host: string): string {
  const plain = plainHost(host)
  return plain.includes(':') ? networkOf(plain) : plain
}

/** The addresses of one peer for another: the observed one first, then those own ones that the other may know. */
export function addressesFor(
  other: Address,
  peer: { readonly address: Address; readonly ownAddresses: readonly Address[] },
): readonly Address[] {
  const addresses: Address[] = [peer.address]
  if (!sameSite(other.host, peer.address.host)) return addresses
  const sameMachine = scopeOf(other.host) === 'loopback' && scopeOf(peer.address.host) === 'loopback'
  for (const own of peer.ownAddresses) {
    const scope = scopeOf(own.host)
    if (scope === 'public' || (scope === 'loopback' && !sameMachine)) continue
    if (addresses.length < addressesPerPeerMax && !addresses.some((known) => sameAddress(known, own))) {
      addresses.push(own)
    }
  }
  return addresses
}

/** Lower case, and an IPv4 address in IPv6 clothes as the IPv4 address it is. */
function plainHost(host: string): string {
  return host.toLowerCase().replace(/^::ffff:(?=[0-9.]+$)/, '')
}

/** The first 64 bits of an IPv6 literal, written out. */
function networkOf(host: string): string {
  const [head = '', tail] = host.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros =
    tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0')
  return [...before, ...zeros, ...after]
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')
}

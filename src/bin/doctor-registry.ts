// What the doctor sees of the network: the registry, the way there and back, the clock and the size of datagrams. Each
// sentence says what was seen from here; what cannot be known from one machine is said to be unknown.

import { createSocket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'
import { type Address, equalBytes, formatAddress, isLoopbackHost } from '../base/index.ts'
import type { Finding } from '../cli/doctor/index.ts'
import { fingerprint } from '../crypto/index.ts'
import { resolveHost } from '../net/index.ts'
import { registryProtocolVersion } from '../protocol/index.ts'
import { errorText } from '../terminal/index.ts'
import type { RegistryChoice } from '../peer/index.ts'
import { type Probed, RegistryProbe, type Visit } from './registry-probe.ts'

/** Beyond these the clock is worth a word, ms. */
const clockWarningMs = 30_000
const clockProblemMs = 600_000
const slowMs = 500
const punchMs = 700
/** Sizes of docs/protocol/link.md 7.4. */
const networkDatagramBytes = 1_452
const loopbackDatagramBytes = 32_700

export interface NetworkOptions {
  readonly choice: RegistryChoice
  readonly timeoutMs: number
  /** The literal to bind; absent: every address, as a peer does. */
  readonly host?: string
}

/** Everything about the registry and the way there. */
export async function examineNetwork({ choice, timeoutMs, host }: NetworkOptions): Promise<Finding[]> {
  const { target } = choice
  const place = formatAddress(target)
  let addresses: readonly Address[]
  try {
    addresses = await resolveHost(target.host, target.port)
  } catch (error) {
    return [nameProblem(target.host, errorText(error).text)]
  }
  const found = addresses.map((address) => formatAddress(address)).join(', ')
  const named: Finding[] = found === place ? [] : [{ check: 'name', level: 'ok', text: `${target.host} is ${found}` }]
  await using probe = new RegistryProbe()
  try {
    await probe.open(host)
  } catch (error) {
    const mend = 'see whether a firewall or a limit keeps programs from opening UDP sockets'
    return [
      ...named,
      { check: 'udp out', level: 'problem', text: 'no UDP socket can be opened', cause: errorText(error).text, mend },
    ]
  }
  const visit = await probe.visit(addresses, choice.key, timeoutMs)
  const known = registryFinding(visit, choice, place)
  if (visit.key === undefined) return [...named, known, await silenceFinding(visit, addresses, timeoutMs)].flat()
  const bytes = await probe.findDatagramBytes(isLoopback(visit) ? loopbackDatagramBytes : networkDatagramBytes)
  const port = probe.local.port
  const wayOut: Finding = {
    check: 'udp out',
    level: 'ok',
    text: `datagrams leave from port ${port}, and answers come back`,
  }
  return [
    ...named,
    known,
    wayOut,
    await wayIn(probe, visit, addresses, choice.key, timeoutMs, host),
    clockFinding(visit),
    sizeFinding(bytes, isLoopback(visit)),
  ].flat()
}

function nameProblem(name: string, cause: string): Finding {
  const mend =
    'see whether the name is spelled right and this machine is on line; or use the address instead of the name'
  return { check: 'registry', level: 'problem', text: `${name} has no address`, cause, mend }
}

function registryFinding(visit: Visit, { key, otherKey, target }: RegistryChoice, place: string): Finding[] {
  const check = 'registry'
  const { down, probed, stats } = visit
  const mendKey = 'ask who runs it, by another way, for its fingerprint, and do not go on if it differs'
  if (down?.kind === 'wrongKey') {
    const text = `${place} shows another key than the one that is pinned`
    const cause = `known ${fingerprint(key as Uint8Array)}, shown ${fingerprint(down.remoteKey)}: a new installation, or somebody in between`
    return [{ check, level: 'problem', text, cause, mend: mendKey }]
  }
  if (visit.key === undefined) return []
  const findings: Finding[] = []
  if (otherKey && !equalBytes(otherKey, visit.key)) {
    const cause = `the invite has ${fingerprint(otherKey)}, the profile pinned ${fingerprint(visit.key)}`
    findings.push({
      check,
      level: 'problem',
      text: 'the invite link has another key than the one that is pinned',
      cause,
      mend: mendKey,
    })
  }
  const rtt = `${(stats?.minRttMs ?? 0).toFixed(1)} ms there and back`
  const pinned =
    key === undefined ? `its key is not pinned yet: ${fingerprint(visit.key)}` : 'its key is the one that is known'
  if (probed) {
    const text = `"${probed.registry}" at ${place} answers, ${rtt}; ${pinned}; protocol ${probed.version}`
    const isSlow = (stats?.minRttMs ?? 0) > slowMs
    const slow = isSlow ? { cause: 'the way is long or crowded', mend: 'nothing here; messages take that long' } : {}
    findings.push({ check, level: isSlow ? 'warning' : 'ok', text, ...slow })
    if (probed.version !== registryProtocolVersion) {
      const versions = `it speaks version ${probed.version} of the protocol, this Parley ${registryProtocolVersion}`
      findings.push({
        check: 'version',
        level: 'problem',
        text: versions,
        mend: 'install the same version of Parley on both sides',
      })
    }
    return findings
  }
  const text = `${formatAddress(target)} answers, ${rtt}; ${pinned}`
  const cause = visit.isOlder
    ? 'it is older than this Parley, and does not say how it sees us'
    : 'it closed the link, or was too slow'
  findings.push({ check, level: 'warning', text, cause, mend: 'update the registry, or try again' })
  return findings
}

/** Nobody answered: what can be told apart is whether the machine itself says that nothing listens there. */
async function silenceFinding({ down }: Visit, addresses: readonly Address[], timeoutMs: number): Promise<Finding[]> {
  if (down?.kind === 'wrongKey')
    return [{ check: 'udp out', level: 'ok', text: 'datagrams leave, and answers come back' }]
  const place = addresses.map((address) => formatAddress(address)).join(', ')
  const refused = (
    await Promise.all(addresses.map((address) => isRefused(address, Math.min(timeoutMs, 1_000))))
  ).includes(true)
  const waited = `no registry answers at ${place} within ${(timeoutMs / 1_000).toFixed(0)} s`
  if (refused) {
    const text = `${waited}; the machine says that nothing listens there`
    const mend = 'start the registry, or see whether the port is right'
    return [
      { check: 'registry', level: 'problem', text, cause: 'the registry is stopped, or has another port', mend },
      { check: 'udp out', level: 'ok', text: 'datagrams leave, and the machine there answers' },
    ]
  }
  const cause = 'the registry is stopped, has another key, or UDP is not let through here, on the way, or there'
  const mend = 'see whether it runs and whether its firewall lets its UDP port in; then try from another network'
  return [
    { check: 'registry', level: 'problem', text: waited, cause, mend },
    {
      check: 'udp out',
      level: 'warning',
      text: 'unknown: nothing came back, which a firewall here would explain as well',
      mend: 'try another registry, or another network',
    },
  ]
}

/** Whether the machine there answers that the port is closed, which the platform tells a connected socket only. */
async function isRefused({ host, port }: Address, timeoutMs: number): Promise<boolean> {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4')
  try {
    return await new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(false), timeoutMs)
      const settle = (error: Error | null): void => {
        if (!error) return
        clearTimeout(timer)
        resolve('code' in error && error.code === 'ECONNREFUSED')
      }
      socket.on('error', settle)
      // What no registry reads: of an unknown type.
      socket.connect(port, host, () => socket.send(Uint8Array.of(0xff), settle))
    })
  } finally {
    socket.close()
  }
}

/** How we are seen from outside, and whether a socket that we never wrote to gets through. */
async function wayIn(
  probe: RegistryProbe,
  visit: Visit,
  addresses: readonly Address[],
  key: Uint8Array | undefined,
  timeoutMs: number,
  host: string | undefined,
): Promise<Finding> {
  const check = 'udp in'
  const seen = visit.probed?.observed
  if (!seen)
    return {
      check,
      level: 'warning',
      text: 'unknown: the registry does not say how it sees us',
      mend: 'update the registry',
    }
  await using other = new RegistryProbe()
  await other.open(host)
  const second = await other.visit(addresses, key ?? visit.key, timeoutMs)
  other.punch(seen)
  const isReached = await probe.hears(second.probed?.observed.port ?? other.local.port, punchMs)
  const port = seen.port === probe.local.port ? 'the same port' : `port ${seen.port} instead of ${probe.local.port}`
  const where = `the registry sees us as ${formatAddress(seen)}`
  if (isOwnAddress(seen.host)) {
    const unknown = 'whether a firewall towards other networks lets strangers in cannot be seen from here'
    if (isReached)
      return {
        check,
        level: 'ok',
        text: `${where}, an address of this machine; a second socket reaches us there; ${unknown}`,
      }
    const mend = "let UDP to Parley's port in; without that, peers still reach you where both sides send first"
    return {
      check,
      level: 'warning',
      text: `${where}, an address of this machine, and a second socket does not reach us there`,
      cause: 'a firewall on this machine',
      mend,
    }
  }
  const behind = `${where}, behind a router that gives ${port}`
  if (isReached)
    return { check, level: 'ok', text: `${behind}; a second socket, which we never wrote to, reaches us there` }
  const text = `${behind}; a second socket of ours does not reach us there`
  return {
    check,
    level: 'ok',
    text: `${text}, which says little: many routers do not lead back inside, and peers open the way by sending first`,
  }
}

/** How far the two clocks are apart. */
export function clockFinding({
  probed,
  askedAt,
}: Pick<Visit, 'askedAt'> & { probed?: Pick<Probed, 'now'> }): Finding[] {
  if (!probed || askedAt === undefined) return []
  const offsetMs = askedAt - probed.now
  const size = Math.abs(offsetMs)
  const amount = size < 1_000 ? `${Math.round(size)} ms` : `${(size / 1_000).toFixed(size < 60_000 ? 1 : 0)} s`
  const text = `this machine is ${amount} ${offsetMs < 0 ? 'behind' : 'ahead of'} the registry`
  if (size < clockWarningMs) return [{ check: 'clock', level: 'ok', text }]
  const cause = 'one of the two clocks is not set by the network'
  const mend = 'turn on the time of the network (timedatectl set-ntp true), here or there'
  return [
    {
      check: 'clock',
      level: size < clockProblemMs ? 'warning' : 'problem',
      text: `${text}; times of messages are as wrong`,
      cause,
      mend,
    },
  ]
}

function sizeFinding(bytes: number, isLocal: boolean): Finding {
  const check = 'datagrams'
  const text = `datagrams of ${bytes} bytes come through${isLocal ? ' on this machine' : ''}`
  if (bytes >= networkDatagramBytes) return { check, level: 'ok', text }
  const cause = 'the way carries no larger ones (a tunnel, a mobile network), or was too crowded to try'
  return {
    check,
    level: 'warning',
    text: `${text}, larger ones did not`,
    cause,
    mend: 'nothing needs it; only large files are slower',
  }
}

function isLoopback({ address }: Visit): boolean {
  return address !== undefined && isLoopbackHost(address.host)
}

function isOwnAddress(host: string): boolean {
  return (
    isLoopbackHost(host) ||
    Object.values(networkInterfaces()).some((found) => found?.some(({ address }) => address === host))
  )
}

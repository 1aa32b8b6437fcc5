// How people write a registry: an invite link `parley://KEY@HOST:PORT`, which carries the registry's key, or HOST:PORT,
// which does not (then the key is shown once and pinned). docs/protocol/registry.md, "Invite link".

import { fail, fromBase64Url, ok, type Result, toBase64Url } from '../base/index.ts'

/** The port a registry listens on unless told otherwise. */
export const defaultRegistryPort = 4747

export interface RegistryTarget {
  /** An IP literal without brackets, or a host name. */
  readonly host: string
  readonly port: number
  /** The registry's link key, 32 bytes, where the writer gave it. */
  readonly key?: Uint8Array
}

export type InviteProblem = 'empty' | 'tooLong' | 'scheme' | 'key' | 'host' | 'port'

const textCharactersMax = 512
const hostShape = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\])$/

/** `parley://KEY@HOST:PORT`; an IPv6 host is put into brackets. */
export function formatInvite(target: { host: string; port: number; key: Uint8Array }): string {
  const host = target.host.includes(':') ? `[${target.host}]` : target.host
  return `parley://${toBase64Url(target.key)}@${host}:${target.port}`
}

/** Reads an invite link or HOST[:PORT]. */
export function parseRegistryTarget(text: string): Result<RegistryTarget, InviteProblem> {
  if (text === '') return fail('empty')
  if (text.length > textCharactersMax) return fail('tooLong')
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(text)
  if (!scheme) return parsePlace(text)
  if (scheme[1]?.toLowerCase() !== 'parley') return fail('scheme')
  const rest = text.slice(scheme[0].length).replace(/\/$/, '')
  const at = rest.indexOf('@')
  const key = at < 0 ? undefined : fromBase64Url(rest.slice(0, at))
  if (key?.length !== 32) return fail('key')
  const place = parsePlace(rest.slice(at + 1))
  return place.ok ? ok({ ...place.value, key }) : place
}

function parsePlace(text: string): Result<RegistryTarget, InviteProblem> {
  const colon = text.startsWith('[') ? text.indexOf(':', text.indexOf(']')) : text.lastIndexOf(':')
  const host = colon < 0 ? text : text.slice(0, colon)
  if (!hostShape.test(host)) return fail('host')
  const portText = colon < 0 ? String(defaultRegistryPort) : text.slice(colon + 1)
  const port = /^[0-9]{1,5}$/.test(portText) ? Number(portText) : 0
  if (port < 1 || port > 65_535) return fail('port')
  return ok({ host: host.replace(/^\[|\]$/g, ''), port })
}

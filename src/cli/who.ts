// `parley who`: who is known at the registry, and who is there. It must start fast, so it loads next to nothing.

import type { Client } from '../api/index.ts'
import { ParleyError } from '../base/index.ts'
import { visibleLine } from '../terminal/plain-text.ts'
import { type CommandDesk, type Outcome, registryStanding, until } from './command-desk.ts'

export interface WhoRequest {
  readonly onlineOnly: boolean
  /** How long to wait for the registry where the peer has just started. */
  readonly timeoutMs: number
}

export async function who(desk: CommandDesk, { onlineOnly, timeoutMs }: WhoRequest): Promise<Outcome> {
  const { peer, results, warn } = desk
  await tableIsWhole(desk, timeoutMs)
  const known = await peer.clients()
  const clients = onlineOnly ? known.filter(({ status }) => status === 'online') : known
  if (results.form === 'json') {
    results.object({ type: 'clients', clients, ...(onlineOnly ? { onlineOnly } : {}) })
    return undefined
  }
  if (clients.length === 0) warn(onlineOnly ? 'nobody else is online' : 'nobody else is known here yet')
  else for (const line of tableLines(clients)) results.line(line)
  return undefined
}

/** Rejects with why not, where nobody can say who is there. */
async function tableIsWhole({ peer, signal, timer }: CommandDesk, timeoutMs: number): Promise<void> {
  if (peer.registryState() === 'online') return
  let isWhole = false
  const stop = peer.subscribe((event) => {
    isWhole ||= event.type === 'directory'
  })
  const end = AbortSignal.any([signal, timer(timeoutMs)])
  const standing = await registryStanding(peer, end)
  if (standing === undefined) await until(peer, end, () => isWhole || peer.registryState() !== 'online')
  stop()
  if (isWhole || (standing === undefined && peer.registryState() === 'online')) return
  const { registry, reason } = standing ?? (await peer.status())
  if (reason !== undefined) throw new ParleyError(reason.code, { details: { registry, ...reason.details } })
  throw new ParleyError('registryUnreachable', { details: { registry }, retryable: true })
}

function tableLines(clients: readonly Client[]): string[] {
  const rows = [
    ['NAME', 'STATUS', 'ROAD'],
    ...clients.map(({ name, status, busy, road }) => [
      visibleLine(name),
      busy === true ? `${status}, busy` : status,
      road ?? '-',
    ]),
  ] as [string, string, string][]
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => (row[column] as string).length)))
  return rows.map(([name, status, road]) =>
    `${name.padEnd(widths[0] as number)}  ${status.padEnd(widths[1] as number)}  ${road}`.trimEnd(),
  )
}

// The guard of what changes something: every POST and every WebSocket names the origin it comes from, and it is this
// server's own under the very name in Host. A form or script of another page cannot choose its Origin; `null` (a file, a
// sandboxed frame) and another port are other origins. Programs which are no browsers set the header themselves.

import { headerValues } from './host-guard.ts'
import { type Refusal, refusal } from './refusal.ts'

/** After `checkHost`, which made sure that the one Host is ours. */
export function checkOrigin(rawHeaders: readonly string[]): Refusal | undefined {
  const [host] = headerValues(rawHeaders, 'host')
  const origins = headerValues(rawHeaders, 'origin')
  if (origins.length === 1 && host !== undefined && origins[0] === `http://${host}`) return undefined
  return refusal(403, 'This origin may not ask.')
}

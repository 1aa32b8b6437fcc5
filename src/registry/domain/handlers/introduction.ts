// Introductions: each side gets the other's keys and addresses, a secret of the pair, and a moment to start at, so that
// both first datagrams leave together and open both routers. docs/protocol/registry.md, "Introduction".

import type { Address } from '../../../base/index.ts'
import { foldName } from '../../../protocol/index.ts'
import type { SessionAccount } from '../session.ts'
import { addressesFor } from '../site.ts'
import { refuseUnknownName } from './directory.ts'
import type { AccountHandler } from './handler-context.ts'

const delayMsMax = 5_000
const secretBytes = 32

export const introduce: AccountHandler<'introduce'> = (context, now, session, request) => {
  const key = foldName(request.to)
  session.ownAddresses = request.addresses
  const other = context.sessionsOf(key).find((candidate) => candidate !== session)
  if (!other?.account) {
    return context.store.account(
      key,
      context.afterCommit(session, request, (read, account) => {
        if (account) context.refuse(read, session, request, 'away')
        else refuseUnknownName(context, read, session, request, key)
      }),
    )
  }
  context.figures.count('introductions')
  const secret = context.random.bytes(secretBytes)
  const delays = startDelays(context.rttMs(session), context.rttMs(other))
  context.answer(now, session, {
    t: 'introduction',
    r: request.q,
    ...card(other.account, addressesFor(session.address, other)),
    secret,
    delayMs: delays.first,
  })
  context.push(now, other, {
    t: 'introduced',
    ...card(session.account, addressesFor(other.address, session)),
    secret,
    delayMs: delays.second,
  })
}

function card({ name, identity, devices }: SessionAccount, addresses: readonly Address[]) {
  return { name, identity, devices, addresses: [...addresses] }
}

/**
 * How long each side waits so that both start together: word reaches a side after half its round trip, so the nearer one
 * waits for half the difference.
 */
export function startDelays(firstRttMs: number, secondRttMs: number): { first: number; second: number } {
  const halfDifferenceMs = Math.min(Math.abs(secondRttMs - firstRttMs) / 2, delayMsMax)
  return firstRttMs < secondRttMs ? { first: halfDifferenceMs, second: 0 } : { first: 0, second: halfDifferenceMs }
}

// Names to keys: look-up, prekeys of others, and what is said about a name that nobody has.
// docs/protocol/registry.md, "Names", "Prekeys".

import type { MonotonicMs } from '../../../base/index.ts'
import { accountNameCharactersMax, foldName } from '../../../protocol/index.ts'
import { nearestNames } from '../nearest-names.ts'
import type { Session } from '../session.ts'
import type { AccountHandler, HandlerContext, RequestHead } from './handler-context.ts'

export const lookup: AccountHandler<'lookup'> = (context, now, session, request) => {
  const key = foldName(request.name)
  if (key.length > accountNameCharactersMax) return refuseUnknownName(context, now, session, request, key)
  context.store.account(
    key,
    context.afterCommit(session, request, (found, account) => {
      if (!account) return refuseUnknownName(context, found, session, request, key)
      const online = context.presence.isOnline(key)
      const busy = context.presence.isBusy(key)
      context.answer(found, session, { t: 'account', r: request.q, ...account, online, ...(busy && { busy }) })
    }),
  )
}

export const takePrekey: AccountHandler<'takePrekey'> = (context, _now, session, request) => {
  const key = foldName(request.name)
  context.store.takePrekey(
    key,
    context.afterCommit(session, request, (taken, outcome) => {
      if (outcome.kind === 'unknownName') return refuseUnknownName(context, taken, session, request, key)
      if (outcome.kind === 'noPrekey') return context.refuse(taken, session, request, 'noPrekey')
      context.answer(taken, session, { t: 'prekey', r: request.q, ...outcome.account, prekey: outcome.prekey })
    }),
  )
}

/** Refuses with the names that may have been meant. */
export function refuseUnknownName(
  context: HandlerContext,
  now: MonotonicMs,
  session: Session,
  request: RequestHead,
  key: string,
): void {
  // Two more than any name has is still near one; what is longer is near none.
  if (key === '' || key.length > accountNameCharactersMax + 2) {
    return context.refuse(now, session, request, 'unknownName', { nearest: [] })
  }
  context.store.namesLike(
    key,
    context.limits.nearestCandidatesMax,
    context.afterCommit(session, request, (found, candidates) =>
      context.refuse(found, session, request, 'unknownName', { nearest: [...nearestNames(key, candidates)] }),
    ),
  )
}

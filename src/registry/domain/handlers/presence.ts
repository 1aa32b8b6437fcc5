// Who is busy, the presence table once more, and signals from one person to another about a private session. Invariants:
// signals are carried, never kept; what a signal means is the peers' business. docs/protocol/registry.md, "Presence",
// "Signals".

import { foldName } from '../../../protocol/index.ts'
import { refuseUnknownName } from './directory.ts'
import type { AccountHandler } from './handler-context.ts'

export const setBusy: AccountHandler<'setBusy'> = (context, now, session, request) => {
  session.isBusy = request.busy
  context.tellBusy(now, session.account.key)
  context.answer(now, session, { t: 'done', r: request.q })
}

/** The answer comes after the last page, so that who has it has the table. */
export const refresh: AccountHandler<'refresh'> = (context, now, session, request) => {
  for (const page of context.presence.snapshot()) context.sendBytes(now, session, page)
  context.answer(now, session, { t: 'done', r: request.q })
}

export const signal: AccountHandler<'signal'> = (context, now, session, request) => {
  const key = foldName(request.to)
  const other = context.sessionsOf(key).find((candidate) => candidate !== session)
  if (!other || !context.presence.isOnline(key)) {
    return context.store.account(
      key,
      context.afterCommit(session, request, (read, account) => {
        if (account) context.refuse(read, session, request, 'away')
        else refuseUnknownName(context, read, session, request, key)
      }),
    )
  }
  const { kind, id } = request
  context.push(now, other, { t: 'signal', from: session.account.name, kind, id })
  context.answer(now, session, { t: 'done', r: request.q })
}

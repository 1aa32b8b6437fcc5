// What waits for people who are away. Invariants: `deposited` is said only after the commit; a row leaves only when its
// owner collects it or it expires (S5), and its sender is told of either; a full box is said to the sender (S6).
// docs/protocol/registry.md, "Mailbox", "Notices".

import type { MonotonicMs } from '../../../base/index.ts'
import { foldName, pageBytesMax, pageEntriesMax } from '../../../protocol/index.ts'
import type { MailQuota } from '../store.ts'
import { refuseUnknownName } from './directory.ts'
import type { AccountHandler, HandlerContext } from './handler-context.ts'

export const deposit: AccountHandler<'deposit'> = (context, _now, session, request) => {
  const recipient = foldName(request.to)
  const sender = session.account.name
  const at = context.wallMs()
  context.store.deposit(
    {
      recipient,
      sender,
      id: request.id,
      envelope: request.envelope,
      at,
      expires: at + context.policy.mailboxKeepMs,
      quota: quotaOf(context),
    },
    context.afterCommit(session, request, (committed, outcome) => {
      switch (outcome.kind) {
        case 'kept':
          context.answer(committed, session, { t: 'deposited', r: request.q, expires: outcome.expires })
          if (!outcome.isNew) return
          context.events.add({ type: 'deposited', from: sender, to: recipient, bytes: request.envelope.length })
          context.pushToAccount(committed, recipient, { t: 'mailWaiting' })
          // Who is believed on line and leaves mail waiting may be gone without a word.
          if (context.presence.isOnline(recipient)) context.liveness.ask(committed, recipient)
          return
        case 'unknownName':
          return refuseUnknownName(context, committed, session, request, recipient)
        case 'storeQuota':
          return context.refuse(committed, session, request, 'registryFull')
        case 'mailboxFull':
        case 'senderQuota':
          return context.refuse(committed, session, request, outcome.kind)
      }
    }),
  )
}

function quotaOf({ policy, limits }: HandlerContext): MailQuota {
  return {
    messagesMax: policy.mailboxMessagesMax,
    bytesMax: policy.mailboxBytesMax,
    perSenderMax: policy.mailboxMessagesPerSenderMax,
    outstandingMax: limits.outstandingPerSenderMax,
    rowsMax: limits.mailRowsMax,
    totalBytesMax: limits.mailBytesMax,
  }
}

export const fetchMail: AccountHandler<'fetchMail'> = (context, _now, session, request) => {
  context.store.fetchMail(
    { account: session.account.key, after: request.after, rowsMax: pageEntriesMax, bytesMax: pageBytesMax },
    context.afterCommit(session, request, (read, page) =>
      context.answer(read, session, { t: 'mail', r: request.q, rows: [...page.rows], more: page.more }),
    ),
  )
}

export const collect: AccountHandler<'collect'> = (context, _now, session, request) => {
  const { name } = session.account
  context.store.collect(
    { name, rows: request.rows, at: context.wallMs() },
    context.afterCommit(session, request, (committed, outcome) => {
      if (outcome.kind === 'foreignRow') return context.refuse(committed, session, request, 'foreignRow')
      context.answer(committed, session, { t: 'done', r: request.q })
      if (outcome.rows > 0) context.events.add({ type: 'collected', name, rows: outcome.rows })
      tellSenders(context, committed, outcome.senders)
    }),
  )
}

export const fetchNotices: AccountHandler<'fetchNotices'> = (context, _now, session, request) => {
  context.store.fetchNotices(
    { account: session.account.key, after: request.after, rowsMax: pageEntriesMax, bytesMax: pageBytesMax },
    context.afterCommit(session, request, (read, page) =>
      context.answer(read, session, { t: 'notices', r: request.q, rows: [...page.rows], more: page.more }),
    ),
  )
}

export const noticed: AccountHandler<'noticed'> = (context, _now, session, request) => {
  context.store.removeNotices(
    session.account.key,
    request.rows,
    context.afterCommit(session, request, (committed, outcome) => {
      if (outcome === 'foreignRow') context.refuse(committed, session, request, 'foreignRow')
      else context.answer(committed, session, { t: 'done', r: request.q })
    }),
  )
}

/** Senders that are on line hear of new notices at once; the others find their number in the next welcome. */
export function tellSenders(context: HandlerContext, now: MonotonicMs, senders: readonly string[]): void {
  for (const sender of senders) context.pushToAccount(now, sender, { t: 'noticesWaiting' })
}

// The public channel: what is said in it, what was said, and who has heard how much. Invariant: `said` is answered, and
// others are told, only after the commit. docs/protocol/registry.md, "Channel".

import { pageEntriesMax } from '../../../protocol/index.ts'
import { sayingOf, sayProblem } from '../channel-board.ts'
import type { AccountHandler } from './handler-context.ts'

/** Bytes of texts in one page: with 200 short ones, names, ids and times take another 20,000. */
const channelPageBytesMax = 50_000

export const say: AccountHandler<'say'> = (context, now, session, request) => {
  const problem = sayProblem(request.text)
  if (problem) return context.refuse(now, session, request, problem === 'empty' ? 'badRequest' : problem)
  const saying = sayingOf(context, session.account.name, request.id, request.text)
  context.store.say(
    saying,
    context.afterCommit(session, request, (committed, said) => {
      const { number, at } = said
      const online = said.isNew ? context.channel.tell(committed, saying, said) : context.channel.onlineThen(number)
      context.answer(committed, session, { t: 'said', r: request.q, number, at, online })
    }),
  )
}

export const fetchChannel: AccountHandler<'fetchChannel'> = (context, _now, session, request) => {
  context.store.fetchChannel(
    { after: request.after, rowsMax: pageEntriesMax, bytesMax: channelPageBytesMax },
    context.afterCommit(session, request, (read, page) =>
      context.answer(read, session, { t: 'channelRows', r: request.q, rows: [...page.rows], more: page.more }),
    ),
  )
}

export const heard: AccountHandler<'heard'> = (context, _now, session, request) => {
  const { account } = session
  context.store.markHeard(
    { account: account.key, upTo: request.upTo },
    context.afterCommit(session, request, (committed, moved) => {
      context.answer(committed, session, { t: 'done', r: request.q })
      context.channel.noteHeard(committed, account, moved)
    }),
  )
}

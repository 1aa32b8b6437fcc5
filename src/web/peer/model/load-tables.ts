// All that the page shows of a peer, asked for at once. What cannot be had is as it was: a list that is a little old is
// better than an empty page.

import type { PeerApi } from '../../../api/index.ts'
import { sameName } from './conversation-key.ts'
import type { ChatRequest, PageState } from './page-state.ts'
import { byName } from './reduce-people.ts'

type Tables = Pick<PageState, 'conversations' | 'clients' | 'friends' | 'rooms' | 'requests' | 'asked'> & {
  readonly status: NonNullable<PageState['status']>
}

/** `stateOf`: the state of now. Rejects where not even the status can be had. */
export async function loadTables(peer: PeerApi, stateOf: () => PageState): Promise<Tables> {
  const [status, conversations, clients, friends, rooms] = await Promise.all([
    peer.status(),
    peer.conversations().catch(() => stateOf().conversations),
    peer.clients().catch(() => stateOf().clients),
    peer.friends().catch(() => stateOf().friends),
    peer.rooms().catch(() => stateOf().rooms),
  ])
  const former = stateOf()
  return {
    status,
    conversations,
    clients: clients.toSorted(byName),
    friends: friends.toSorted(byName),
    rooms: rooms.toSorted((one, other) => one.room - other.room),
    requests: status.requests.map((from) => known(former.requests, from)),
    asked: status.asked === undefined ? undefined : known(former.asked ? [former.asked] : [], status.asked),
  }
}

/** The request with the time at which it came, where this page saw it come. */
function known(requests: readonly ChatRequest[], from: string): ChatRequest {
  return requests.find((request) => sameName(request.from, from)) ?? { from }
}

// How the lists of people follow comings and goings, friendships, blocks and private chats.

import { unreachable } from '../../../base/index.ts'
import type { Client, Friend, PeerEvent, PeerStatus, Road } from '../../../api/index.ts'
import { sameName } from './conversation-key.ts'
import type { PageState } from './page-state.ts'

type EventOf<Type extends PeerEvent['type']> = Extract<PeerEvent, { readonly type: Type }>

export function reducePresence(state: PageState, { name, status, busy }: EventOf<'presence'>): PageState {
  const change = (former: Client | undefined): Client => ({
    name: former?.name ?? name,
    status,
    ...(busy === true ? { busy } : {}),
    // A road was that of the link that is gone now.
    ...(status === 'online' && former?.road !== undefined ? { road: former.road } : {}),
  })
  const friends = state.friends.map((friend) => (sameName(friend.name, name) ? { ...friend, status } : friend))
  return { ...state, clients: upsertClient(state.clients, name, change), friends }
}

/** A message just went, or came, this way. */
export function reduceRoad(state: PageState, name: string, road: Road): PageState {
  const client = state.clients.find((other) => sameName(other.name, name))
  if (client === undefined || client.road === road) return state
  return { ...state, clients: state.clients.map((other) => (other === client ? { ...client, road } : other)) }
}

export function reduceFriend(state: PageState, { friend }: EventOf<'friend'>): PageState {
  const others = state.friends.filter(({ name }) => !sameName(name, friend.name))
  const isListed = friend.isFriend || friend.isBlocked
  const friends = isListed ? [...others, friend].toSorted(byName) : others
  return { ...state, friends }
}

export function reduceSession(
  state: PageState,
  event: EventOf<'chatRequest' | 'chatRequestOver' | 'chatRefused' | 'chatOpened' | 'chatClosed'>,
  now: number,
): PageState {
  switch (event.type) {
    case 'chatRequest': {
      const others = withoutRequest(state, event.from)
      return { ...state, requests: [...others, { from: event.from, since: now }] }
    }
    case 'chatRequestOver':
      return { ...state, requests: withoutRequest(state, event.from) }
    case 'chatRefused':
      return { ...state, asked: undefined }
    case 'chatOpened': {
      const requests = withoutRequest(state, event.name)
      return { ...withStatus(state, { session: event.name }), requests, asked: undefined }
    }
    case 'chatClosed':
      return withStatus(state, { session: undefined })
    default:
      return unreachable(event)
  }
}

export function reduceIdentity(state: PageState, { name, pinned, offered }: EventOf<'identityChanged'>): PageState {
  const former = state.status?.changedIdentities ?? []
  const others = former.filter((other) => !sameName(other.name, name))
  return withStatus(state, { changedIdentities: [...others, { name, pinned, offered }] })
}

/** The status with some of its fields changed; a field that is undefined is taken away. */
export function withStatus(
  state: PageState,
  change: { readonly [Field in keyof PeerStatus]?: PeerStatus[Field] | undefined },
): PageState {
  if (state.status === undefined) return state
  const fields = Object.entries({ ...state.status, ...change }).filter(([, value]) => value !== undefined)
  return { ...state, status: Object.fromEntries(fields) as unknown as PeerStatus }
}

export function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  const [a, b] = [one.name.toLowerCase(), other.name.toLowerCase()]
  return a < b ? -1 : a > b ? 1 : 0
}

/** What is known of somebody, whoever the list of friends or the registry tells of them. */
export function presenceOf(state: PageState, name: string): Client | undefined {
  const client = state.clients.find((other) => sameName(other.name, name))
  if (client !== undefined) return client
  const friend: Friend | undefined = state.friends.find((other) => sameName(other.name, name))
  return friend?.status === undefined ? undefined : { name: friend.name, status: friend.status }
}

function upsertClient(
  clients: readonly Client[],
  name: string,
  change: (former: Client | undefined) => Client,
): readonly Client[] {
  const former = clients.find((client) => sameName(client.name, name))
  if (former === undefined) return [...clients, change(undefined)].toSorted(byName)
  return clients.map((client) => (client === former ? change(former) : client))
}

function withoutRequest(state: PageState, from: string) {
  return state.requests.filter((request) => !sameName(request.from, from))
}

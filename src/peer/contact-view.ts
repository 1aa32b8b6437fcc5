// What is known of a person, gathered: the friend list, who is there, the keys, and by which roads messages went.

import { ParleyError } from '../base/index.ts'
import { foldName, nameProblem } from '../protocol/index.ts'
import type { KnownFriend, RoadRun, TalkPage } from './domain/index.ts'
import type { Peer } from './peer.ts'
import type { KeyText } from './peer-insight.ts'

export interface ContactView extends KnownFriend {
  readonly busy?: boolean
  readonly key?: KeyText
  readonly offered?: KeyText
  readonly rttMs?: number
  readonly roads: readonly RoadRun[]
}

type OwnPeer = Pick<Peer, 'name' | 'askStore' | 'account' | 'insight' | 'clients'>

/** Messages whose roads are looked at. */
const roadsOf = 500

/** Rejects with `badName` {name, problem}; with `unknownName` {name, nearest} where nobody knows the name. */
export async function contactOf(peer: OwnPeer, name: string): Promise<ContactView> {
  const problem = nameProblem(name)
  if (problem) throw new ParleyError('badName', { details: { name: name.slice(0, 64), problem } })
  const folded = foldName(name)
  const last = { key: { kind: 'person', name }, own: peer.name, count: 1 } as const
  const [friends, clients, facts, roads, page] = await Promise.all([
    peer.account.friends(),
    peer.clients(),
    peer.insight.person(name),
    peer.askStore<readonly RoadRun[]>((store, done) => store.roadRuns({ name, limit: roadsOf }, done)),
    peer.askStore<TalkPage>((store, done) => store.talkPage(last, done)),
  ])
  const friend = friends.find((each) => foldName(each.name) === folded)
  const client = clients.find((each) => foldName(each.name) === folded)
  const isKnown = friend || client || facts || page.entries.length > 0 || folded === foldName(peer.name)
  const found = isKnown ? undefined : await lookUp(peer, name)
  const status = client ? (client.online ? 'online' : 'away') : found?.status
  return {
    name: client?.name ?? found?.name ?? facts?.name ?? friend?.name ?? name,
    isFriend: false,
    isBlocked: false,
    ...(status && { status }),
    ...(client?.road && { road: client.road }),
    ...friend,
    ...((client?.busy ?? found?.busy) && { busy: true }),
    ...(facts && { key: facts.key }),
    ...(facts?.offered && { offered: facts.offered }),
    ...(facts?.rttMs !== undefined && { rttMs: facts.rttMs }),
    roads,
  }
}

interface Found {
  readonly name: string
  readonly status: 'online' | 'away'
  readonly busy: boolean
}

/** The registry's word, for names that nothing here knows. */
async function lookUp(peer: OwnPeer, name: string): Promise<Found | undefined> {
  const finding = await peer.account.lookUp(name)
  if (finding.kind === 'unknown') throw new ParleyError('unknownName', { details: { name, nearest: finding.nearest } })
  return finding.kind === 'found' ? finding : undefined
}

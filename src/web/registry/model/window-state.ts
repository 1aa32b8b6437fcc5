// What the window knows of its registry: a snapshot, and what batches changed since. Pure: a new state for each batch, so
// that whoever draws sees by identity what is other than before. Invariant: lines are in the order of their numbers, none
// twice, and no more of them are kept than a window can use.

import type {
  RegistryAbout,
  RegistryBatch,
  RegistryFigures,
  RegistryLogLine,
  RegistryPeer,
  RegistrySeries,
  RegistrySnapshot,
} from '../../../api/index.ts'

export interface WindowState {
  readonly about: RegistryAbout
  readonly figures: RegistryFigures
  readonly series: RegistrySeries
  /** By name. */
  readonly peers: ReadonlyMap<string, RegistryPeer>
  readonly lines: readonly RegistryLogLine[]
}

export const linesKept = 5_000
/** Ten minutes. */
export const secondsShown = 600

export function stateOf({ about, figures, series, peers, lines }: RegistrySnapshot): WindowState {
  return { about, figures, series, peers: new Map(peers.map((peer) => [peer.name, peer])), lines }
}

/** The state after a batch. What the batch does not tell stays the same object. */
export function withBatch(state: WindowState, { figures, series, peers, gone, lines }: RegistryBatch): WindowState {
  return {
    ...state,
    ...(figures && { figures }),
    ...(series && { series: withSeconds(state.series, series) }),
    ...((peers || gone) && { peers: withRows(state.peers, peers, gone) }),
    ...(lines && { lines: withLines(state.lines, lines) }),
  }
}

/** After the line was lost: the new snapshot, with the lines that were seen before it. */
export function resumed(before: WindowState, snapshot: RegistrySnapshot): WindowState {
  const after = stateOf(snapshot)
  // A registry that was started anew counts its lines from 1 again.
  const isSame = before.about.startedAt === after.about.startedAt
  return isSame ? { ...after, lines: withLines(before.lines, after.lines) } : after
}

function withSeconds(before: RegistrySeries, news: RegistrySeries): RegistrySeries {
  return {
    endsAt: news.endsAt,
    messages: join(before.messages, news.messages),
    logins: join(before.logins, news.logins),
    limits: join(before.limits, news.limits),
  }
}

function join(old: readonly number[], added: readonly number[]): readonly number[] {
  return [...old, ...added].slice(-secondsShown)
}

function withRows(
  before: ReadonlyMap<string, RegistryPeer>,
  changed: readonly RegistryPeer[] = [],
  gone: readonly string[] = [],
): ReadonlyMap<string, RegistryPeer> {
  const rows = new Map(before)
  for (const name of gone) rows.delete(name)
  for (const peer of changed) rows.set(peer.name, peer)
  return rows
}

function withLines(before: readonly RegistryLogLine[], news: readonly RegistryLogLine[]): readonly RegistryLogLine[] {
  const last = before.at(-1)?.number ?? 0
  const added = news.filter(({ number }) => number > last)
  return added.length === 0 ? before : [...before, ...added].slice(-linesKept)
}

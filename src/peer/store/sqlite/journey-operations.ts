// What is known of the way of a message, and by which roads messages with somebody went.

import type { DatabaseSync } from 'node:sqlite'
import { toHex } from '../../../base/index.ts'
import { foldName } from '../../../protocol/index.ts'
import type { RoadRun, TalkStep } from '../../domain/index.ts'
import { isOwnRow } from './channel-source.ts'
import type { PersonRow } from './person-source.ts'
import type { CopyRow, Own, RoomRow } from './room-source.ts'
import { ownOf, type TalkReaders } from './talk-operations.ts'

type Ends = Pick<PersonRow, 'road' | 'state' | 'reason' | 'mailbox_at' | 'settled_at'>

const runsMax = 20

export function journeyOperations(database: DatabaseSync, readers: TalkReaders) {
  const roads = database.prepare(
    `SELECT iif(state = 'mailbox', 'mailbox', road) AS road, coalesce(received_at, settled_at, mailbox_at, sent_at) AS at
     FROM (SELECT * FROM message WHERE folded = :folded AND room IS NULL ORDER BY row DESC LIMIT :limit)
     WHERE road IS NOT NULL OR state = 'mailbox' ORDER BY row DESC`,
  )
  return {
    journey: ({ own, id }: { own: string; id: string }): TalkStep[] | undefined => journeyOf(readers, ownOf(own), id),

    roadRuns: ({ name, limit }: { name: string; limit: number }): RoadRun[] => {
      const runs: { road: RoadRun['road']; from: number; to: number; messages: number }[] = []
      for (const row of roads.iterate({ folded: foldName(name), limit })) {
        const { road, at } = row as unknown as { road: RoadRun['road']; at: number }
        const run = runs.at(-1)
        if (run?.road !== road) {
          if (runs.push({ road, from: at, to: at, messages: 1 }) > runsMax) break
        } else {
          run.from = Math.min(run.from, at)
          run.to = Math.max(run.to, at)
          run.messages += 1
        }
      }
      return runs.slice(0, runsMax)
    },
  }
}

/** An own message before one of somebody else who used the same id. */
function journeyOf({ persons, rooms, channel }: TalkReaders, own: Own, id: string): TalkStep[] | undefined {
  const [person] = persons.byId(id)
  if (person?.device === null) return byTime([kept(person.sent_at), ...endsOf(person)])
  const found = rooms.byId(id)
  const room = found.find((row) => row.folded === own.folded) ?? found[0]
  const draft = rooms.draft(id) ?? channel.draft(id)
  if (draft) return [kept(draft.sent_at)]
  if (room?.folded === own.folded) return byTime(ownRoomSteps(room, rooms.copies(room)))
  if (person) return arrivalOf(person)
  if (room) {
    const copy = rooms.copies(room).find(({ device, folded }) => device !== null && folded === room.folded)
    return copy ? arrivalOf(copy) : []
  }
  const row = channel.byId(id).at(-1)
  if (!row) return undefined
  // The channel's times are the registry's, which has what it tells.
  return [{ at: row.at, step: isOwnRow(row, own) ? 'mailbox' : 'received' }]
}

function ownRoomSteps(row: RoomRow, copies: readonly CopyRow[]): TalkStep[] {
  const sent = copies.filter((copy) => copy.device === null && toHex(row.id) !== '')
  return [kept(row.at), ...sent.flatMap((copy) => endsOf(copy).map((step) => ({ ...step, to: copy.name })))]
}

function endsOf({ road, state, reason, mailbox_at: mailboxAt, settled_at: settledAt }: Ends): TalkStep[] {
  const steps: TalkStep[] = []
  if (mailboxAt !== null) steps.push({ at: mailboxAt, step: 'mailbox', road: 'mailbox' })
  if (settledAt === null || state === null || state === 'kept' || state === 'mailbox') return steps
  steps.push({ at: settledAt, step: state, ...(road !== null && { road }), ...(reason !== null && { reason }) })
  return steps
}

function arrivalOf({ received_at: at, road }: Pick<PersonRow, 'received_at' | 'road'>): TalkStep[] {
  return at === null ? [] : [{ at, step: 'received', ...(road !== null && { road }) }]
}

function kept(at: number): TalkStep {
  return { at, step: 'kept' }
}

/** What is known first stays first where the clock was set back. */
function byTime(steps: readonly TalkStep[]): TalkStep[] {
  const [first, ...others] = steps
  return first ? [first, ...others.toSorted((a, b) => a.at - b.at)] : []
}

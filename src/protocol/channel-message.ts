// The public channel of a registry: one list of numbered messages, kept for a while, told to everybody. The registry can
// read it, and everybody knows. docs/protocol/registry.md, "Channel".

import * as v from 'valibot'
import { accountName, count, messageId, text, wallTime } from './field.ts'
import { pageEntriesMax } from './limits.ts'

const q = count

const channelRow = v.object({
  /** From 1, without gaps as given; old ones are dropped. */
  number: count,
  id: messageId,
  /** Absent where the registry's own console spoke. */
  from: v.optional(accountName),
  at: wallTime,
  text,
})
export type ChannelRow = v.InferOutput<typeof channelRow>

export const channelRequests = [
  /** Idempotent by sender and id. */
  v.object({ t: v.literal('say'), q, id: messageId, text }),
  v.object({ t: v.literal('fetchChannel'), q, after: count }),
  /** Everything up to this number is on the disk of this device's peer. */
  v.object({ t: v.literal('heard'), q, upTo: count }),
] as const

export const channelAnswers = [
  /** It is on the registry's disk under this number; `online` others are told now. */
  v.object({ t: v.literal('said'), r: q, number: count, at: wallTime, online: count }),
  v.object({
    t: v.literal('channelRows'),
    r: q,
    rows: v.pipe(v.array(channelRow), v.maxLength(pageEntriesMax)),
    more: v.boolean(),
  }),
] as const

export const channelPushes = [
  v.object({ t: v.literal('channel'), row: channelRow }),
  /** Who has an own message of the channel since the last push about it; `total` of all so far. */
  v.object({
    t: v.literal('channelHeard'),
    entries: v.pipe(
      v.array(
        v.object({
          id: messageId,
          number: count,
          names: v.pipe(v.array(accountName), v.maxLength(pageEntriesMax)),
          total: count,
        }),
      ),
      v.maxLength(pageEntriesMax),
    ),
  }),
] as const

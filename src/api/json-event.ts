// The objects of `parley chat --json`, one per line on standard output: the stable form of a face's events for programs.
// Fields are only ever added; `schema` in `ready` counts changes that break readers. docs/json.md is the document, and a
// test holds its examples against these schemas.

import * as v from 'valibot'
import { messageStates, presenceStates, registryStates, roads } from './peer-api.ts'

/** Grows when a field changes its meaning or goes away, never when one is added. */
export const jsonSchemaVersion = 1

const id = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/))
const name = v.string()
/** ISO 8601 in UTC with milliseconds. */
const time = v.pipe(v.string(), v.isoTimestamp())
const road = v.picklist(roads)
const ms = v.pipe(v.number(), v.minValue(0))
const client = v.object({ name, status: v.picklist(presenceStates), road: v.optional(road) })
const failure = { code: v.string(), text: v.string() }

const historyEntry = v.object({
  id,
  from: name,
  to: name,
  text: v.string(),
  sentAt: time,
  receivedAt: v.optional(time),
  road: v.optional(road),
  state: v.optional(v.picklist(messageStates)),
})

export const jsonEventSchema = v.variant('type', [
  v.object({
    type: v.literal('ready'),
    name,
    registry: v.string(),
    port: v.number(),
    fingerprint: v.string(),
    schema: v.literal(jsonSchemaVersion),
  }),
  v.object({ type: v.literal('sent'), id, to: name, text: v.string(), at: time }),
  v.object({
    type: v.literal('message'),
    id,
    from: name,
    conversation: name,
    text: v.string(),
    road,
    sentAt: time,
    receivedAt: time,
    gapBefore: v.optional(v.number()),
  }),
  v.object({
    type: v.literal('state'),
    id,
    to: name,
    state: v.picklist(messageStates),
    road: v.optional(road),
    ms: v.optional(ms),
    reason: v.optional(v.object(failure)),
  }),
  v.object({ type: v.literal('presence'), name, status: v.picklist(presenceStates) }),
  v.object({ type: v.literal('directory'), count: v.number() }),
  v.object({ type: v.literal('clients'), clients: v.array(client) }),
  v.object({ type: v.literal('history'), name, messages: v.array(historyEntry) }),
  v.object({ type: v.literal('registry'), state: v.picklist(registryStates), reason: v.optional(v.object(failure)) }),
  v.object({ type: v.literal('identityChanged'), name, pinned: v.string(), offered: v.string() }),
  v.object({ type: v.literal('opened'), name: v.optional(name) }),
  v.object({ type: v.literal('accepted'), name }),
  v.object({ type: v.literal('help'), text: v.string() }),
  v.object({ type: v.literal('warning'), ...failure }),
  v.object({ type: v.literal('error'), ...failure, line: v.optional(v.number()) }),
])

export type JsonEvent = v.InferOutput<typeof jsonEventSchema>

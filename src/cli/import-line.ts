// One line of an export (JSONL) read back. Decodes with bounds, and says what is wrong; never throws.

import * as v from 'valibot'
import { messageStates, roads, type ImportedMessage } from '../api/index.ts'
import { fail, ok, type Result } from '../base/index.ts'
import { nameProblem, textBytesMax } from '../protocol/index.ts'
import { exportSchema } from './export-jsonl.ts'

/** Longest line: a text of which every byte is escaped, and its fields. */
export const importLineBytesMax = 6 * textBytesMax + 8_192

const accountName = v.pipe(
  v.string(),
  v.check((name) => nameProblem(name) === undefined, 'no name'),
)
const time = v.pipe(
  v.string(),
  v.isoTimestamp(),
  v.transform((text) => Date.parse(text)),
)
const key = v.variant('kind', [
  v.object({ kind: v.literal('person'), name: accountName }),
  v.object({ kind: v.literal('room'), room: v.pipe(v.number(), v.safeInteger(), v.minValue(1)) }),
  v.object({ kind: v.literal('channel') }),
])
const head = v.object({ type: v.literal('export'), schema: v.number(), name: accountName })
const message = v.object({
  type: v.literal('entry'),
  kind: v.literal('message'),
  key,
  id: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/, 'no id')),
  from: v.optional(accountName),
  isOwn: v.boolean(),
  text: v.pipe(
    v.string(),
    v.check((text) => Buffer.byteLength(text) <= textBytesMax, 'too long'),
  ),
  sentAt: time,
  receivedAt: v.optional(time),
  road: v.optional(v.picklist(roads)),
  state: v.optional(v.picklist(messageStates)),
})
const typed = v.looseObject({ type: v.string(), kind: v.optional(v.string()) })

export type ImportLine =
  | { readonly kind: 'head'; readonly name: string }
  | { readonly kind: 'message'; readonly message: ImportedMessage }
  /** A heading, a change in a room, or what a later version wrote. */
  | { readonly kind: 'other' }

/** What is wrong, as the end of a sentence. */
export function readImportLine(text: string): Result<ImportLine, string> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return fail('it is no JSON')
  }
  const any = v.safeParse(typed, value)
  if (!any.success) return fail('it is no object with a `type`')
  if (any.output.type === 'export') return readHead(value)
  if (any.output.type !== 'entry' || any.output.kind !== 'message') return ok({ kind: 'other' })
  const entry = v.safeParse(message, value)
  if (!entry.success) return fail(problemOf(entry.issues))
  const { type: _type, kind: _kind, ...fields } = entry.output
  return ok({ kind: 'message', message: withoutUndefined(fields) })
}

function readHead(value: unknown): Result<ImportLine, string> {
  const read = v.safeParse(head, value)
  if (!read.success) return fail(problemOf(read.issues))
  const { schema, name } = read.output
  if (schema !== exportSchema) return fail(`its schema is ${schema}; this Parley reads ${exportSchema}`)
  return ok({ kind: 'head', name })
}

function problemOf(issues: readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]): string {
  const path = v.getDotPath(issues[0])
  return path === null ? 'it has another form' : `\`${path}\` is missing or wrong`
}

/** A field that is absent and one that is undefined are two things to whoever reads on. */
function withoutUndefined(fields: Record<string, unknown>): ImportedMessage {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as unknown as ImportedMessage
}

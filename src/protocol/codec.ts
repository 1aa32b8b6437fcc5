// Protocol messages as CBOR (RFC 8949), deterministic on the way out and strict on the way in: no duplicate keys, no
// indefinite lengths, no tags, no NaN, bounded size and depth. A decoder answers with a Result and never throws.

import { decode, encode, type DecodeOptions } from 'cborg'
import * as v from 'valibot'
import { fail, ok, type Result } from '../base/index.ts'

export type CodecError = 'tooLarge' | 'notCbor' | 'wrongShape'

const strict: DecodeOptions = {
  strict: true,
  rejectDuplicateMapKeys: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowInfinity: false,
  allowNaN: false,
  allowBigInt: false,
}

/** Deepest nesting of any message of ours is 4; twice that leaves room for additions. */
const depthMax = 8

/** Encodes a plain value (numbers, text, byte strings, arrays, objects without undefined fields). */
export function encodeMessage(value: object): Uint8Array {
  return encode(withoutUndefined(value))
}

/** Decodes one value of the schema's shape that fills `bytes` exactly. */
export function decodeMessage<S extends v.GenericSchema>(
  schema: S,
  bytes: Uint8Array,
  bytesMax: number,
): Result<v.InferOutput<S>, CodecError> {
  const value = decodeValue(bytes, bytesMax)
  if (!value.ok) return value
  const parsed = v.safeParse(schema, value.value)
  return parsed.success ? ok(parsed.output) : fail('wrongShape')
}

/** One schema for each value of the field `t`: what {@link decodeTyped} reads a message with. */
export type TypedSchemas<Output> = ReadonlyMap<unknown, v.GenericSchema<unknown, Output>>

/** The options of a variant by their type, so that a decoder finds the one without trying the others. */
export function byType<Output>(variant: {
  readonly options: readonly (v.GenericSchema<unknown, Output> & {
    readonly entries: { readonly t: { readonly literal: unknown } }
  })[]
}): TypedSchemas<Output> {
  return new Map(variant.options.map((option) => [option.entries.t.literal, option]))
}

/** As {@link decodeMessage}, with the schema that `pick` chooses for the value. */
export function decodeTyped<Output>(
  pick: (value: object) => TypedSchemas<Output>,
  bytes: Uint8Array,
  bytesMax: number,
): Result<Output, CodecError> {
  const value = decodeValue(bytes, bytesMax)
  if (!value.ok) return value
  const map = value.value
  if (typeof map !== 'object' || map === null || !('t' in map)) return fail('wrongShape')
  const schema = pick(map).get(map.t)
  const parsed = schema && v.safeParse(schema, map)
  return parsed?.success === true ? ok(parsed.output) : fail('wrongShape')
}

function decodeValue(bytes: Uint8Array, bytesMax: number): Result<unknown, CodecError> {
  if (bytes.length > bytesMax) return fail('tooLarge')
  try {
    return deeperThan(bytes, depthMax) ? fail('notCbor') : ok(decode(bytes, strict) as unknown)
  } catch {
    return fail('notCbor')
  }
}

/** Fields that are absent are left out, as the decoder refuses `undefined`. */
function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined))
}

/** Nesting of arrays and maps, counted on the heads alone, before anything is built: 100,000 levels cost one pass. */
function deeperThan(bytes: Uint8Array, limit: number): boolean {
  const open: number[] = []
  let at = 0
  while (at < bytes.length) {
    const head = bytes[at] as number
    const kind = head >> 5
    const short = head & 31
    if (short > 27) return true
    const extra = short < 24 ? 0 : 1 << (short - 24)
    let count = short < 24 ? short : 0
    for (let i = 0; i < extra; i++) count = count * 256 + (bytes[at + 1 + i] ?? 0)
    at += 1 + extra
    if (kind === 2 || kind === 3) at += count
    const items = kind === 4 ? count : kind === 5 ? 2 * count : 0
    if (open.length > 0) open[open.length - 1] = (open[open.length - 1] as number) - 1
    if (items > 0) open.push(items)
    if (open.length > limit) return true
    while (open.length > 0 && (open[open.length - 1] as number) <= 0) open.pop()
  }
  return false
}

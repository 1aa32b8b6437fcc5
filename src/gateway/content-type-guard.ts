// What is posted is JSON and says so. A form of another page can post three types without asking first (text/plain among
// them); application/json is not one of them, so that a browser asks by a preflight, which is refused.

import { headerValues } from './host-guard.ts'
import { type Refusal, refusal } from './refusal.ts'

export function checkContentType(rawHeaders: readonly string[]): Refusal | undefined {
  const types = headerValues(rawHeaders, 'content-type')
  const isJson = types.length === 1 && /^application\/json(?:;\s*charset=utf-8)?$/i.test(types[0] as string)
  return isJson ? undefined : refusal(415, 'The content type must be application/json.')
}

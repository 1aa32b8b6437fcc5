// What may be the text of a message. Invariant: the text that is kept is the text that travels: well-formed Unicode, as a
// lone surrogate has no UTF-8 and would come back as another text. docs/protocol/peer.md, "Texts".

import { encodeUtf8, fail, ok, type Result } from '../../base/index.ts'
import { textBytesMax } from '../../protocol/index.ts'
import type { Reason } from './peer-event.ts'

/** The text to keep and send, or why it is none. */
export function readText(typed: string): Result<string, Reason> {
  if (typed === '') return fail({ code: 'emptyText', details: {} })
  const text = typed.toWellFormed()
  // A UTF-16 unit is at least one byte and at most three: only texts in between need counting.
  const bytes = text.length * 3 <= textBytesMax ? 0 : encodeUtf8(text).length
  if (bytes > textBytesMax) return fail({ code: 'textTooLong', details: { bytes, limit: textBytesMax } })
  return ok(text)
}

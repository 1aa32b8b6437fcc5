// What the commands of a chat work with: the peer, the face, the person to ask, and what is open.

import { ParleyError } from '../base/index.ts'
import type { PeerApi } from '../api/index.ts'
import type { ErrorText } from './error-text.ts'
import type { FaceEvent } from './face-event.ts'
import type { Ask } from './question.ts'
import type { Roll } from './roll.ts'

/** Where plain lines go. */
export type Opened =
  | { readonly kind: 'person'; readonly name: string }
  | { readonly kind: 'room'; readonly room: number; readonly name: string }

export interface ChatDesk {
  readonly peer: PeerApi
  readonly roll: Roll
  readonly ask: Ask
  show(event: FaceEvent): void
  /** Shows an error and remembers its code for the exit code. */
  fail(error: ErrorText): void
  readonly opened: Opened | undefined
  open(opened: Opened | undefined): void
  /** The partner of the private chat that is open, be it shown or not. */
  readonly session: string | undefined
  /** Who asks for a private chat. */
  readonly askers: readonly string[]
}

/** What a command that cannot be done throws. */
export function refusal(code: string, details: Record<string, unknown> = {}): ParleyError {
  return new ParleyError(code, { details })
}

/** The code of what was thrown, where it is one of ours. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof ParleyError ? error.code : undefined
}

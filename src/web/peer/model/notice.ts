// A notice: what happened that is no message. The log of notices keeps the latest.

import type { ConversationKey } from '../../../api/index.ts'
import type { Happening, NoticeTone } from '../words/notice-words.ts'
import type { PageState } from './page-state.ts'

export interface Notice {
  /** Counts up. */
  readonly id: number
  /** Wall ms. */
  readonly at: number
  readonly tone: NoticeTone
  readonly text: string
  /** What to open for more. */
  readonly key?: ConversationKey
  /** Shown for a moment as well, not only in the log. */
  readonly isToast: boolean
}

const noticesMax = 200

/** The state with one notice more. */
export function addNotice(state: PageState, { isQuiet = false, ...happening }: Happening, now: number): PageState {
  const id = (state.notices.at(-1)?.id ?? 0) + 1
  const notice: Notice = { ...happening, id, at: now, isToast: !isQuiet }
  return { ...state, notices: [...state.notices, notice].slice(-noticesMax) }
}

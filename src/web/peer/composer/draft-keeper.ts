// What stands in the box of one conversation and is not sent: kept at the peer a moment after the last key, at once when
// the box is left. Kept: what another face typed appears only in a box that nobody touched since; what was sent is no
// draft any more.

import type { ConversationKey } from '../../../api/index.ts'
import { sameKey } from '../model/index.ts'

export interface DraftOptions {
  readonly key: ConversationKey
  /** The draft as the peer has it. */
  readonly text: string
  readonly save: (key: ConversationKey, text: string) => Promise<void>
  /** Runs it after so many ms, unless the answer is called before. */
  readonly later: (ms: number, run: () => void) => () => void
  /** Another face changed it: the box shows this now. */
  readonly onOther: (text: string) => void
}

const saveAfterMs = 600

export class DraftKeeper {
  readonly #options: DraftOptions
  /** What the peer has, or will have when its answer is here. */
  #saved: string
  #text: string
  #stop: (() => void) | undefined

  constructor(options: DraftOptions) {
    this.#options = options
    this.#saved = options.text
    this.#text = options.text
  }

  /** The box holds this now. */
  type(text: string): void {
    this.#text = text
    this.#stop?.()
    this.#stop = this.#text === this.#saved ? undefined : this.#options.later(saveAfterMs, () => this.flush())
  }

  /** Keeps it now: the box is left, or the page goes. */
  flush(): void {
    this.#stop?.()
    this.#stop = undefined
    if (this.#text === this.#saved) return
    const [before, text] = [this.#saved, this.#text]
    this.#saved = text
    this.#options.save(this.#options.key, text).catch(() => {
      // The line is lost: the next key, or the next flush, tries again.
      if (this.#saved === text) this.#saved = before
    })
  }

  /** The line is back, and the peer has this: what was typed or sent meanwhile is newer. */
  resume(text: string): void {
    this.hear(this.#options.key, text)
    this.flush()
  }

  /** A `draft` event of any face. */
  hear(key: ConversationKey, text: string): void {
    if (!sameKey(key, this.#options.key)) return
    // The echo of what was typed here, or something is typed here right now.
    const isTouched = this.#text !== this.#saved
    this.#saved = text
    if (isTouched || text === this.#text) return
    this.#text = text
    this.#options.onOther(text)
  }
}

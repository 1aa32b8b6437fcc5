// Changes of a transcript on their way to the screen. A list that grows at its start must be told so, apart from what
// happens at its end; so changes of one kind go together, and those of two kinds one after the other.

import type { ChangeKind, TranscriptView } from './transcript-model.ts'

/** What is drawn at once. */
export interface Stage<Extra> {
  readonly kind: ChangeKind
  readonly view: TranscriptView
  readonly extra: Extra
}

export interface StagedOptions<Extra> {
  /** Draws it, whole, before it returns. */
  readonly draw: (stage: Stage<Extra>) => void
  readonly now: () => number
  /** Runs it soon; `ms` 0: before the screen is painted. */
  readonly later: (ms: number, run: () => void) => void
}

/** So many changes are drawn at once, as a message and its marks are; more within the time wait for its end. */
const burst = 5
const burstMs = 80

export class StagedChanges<Extra> {
  readonly #options: StagedOptions<Extra>
  #stages: Stage<Extra>[] = []
  /** When what is staged is drawn. */
  #dueAt = Infinity
  /** When the last ones were drawn. */
  #drawnAt: readonly number[] = []
  #isOver = false

  constructor(options: StagedOptions<Extra>) {
    this.#options = options
  }

  /** `patienceMs`: something that changes the same place is about to come, and is worth waiting for. */
  push(stage: Stage<Extra>, patienceMs = 0): void {
    const last = this.#stages.at(-1)
    // What was replaced before it was drawn need not be.
    if (stage.kind === 'reset') this.#stages = [stage]
    else if (last !== undefined && stage.kind === 'end' && last.kind !== 'start') {
      this.#stages = [...this.#stages.slice(0, -1), { ...stage, kind: last.kind }]
    } else this.#stages.push(stage)
    const now = this.#options.now()
    const oldest = this.#drawnAt.length < burst ? -Infinity : (this.#drawnAt[0] as number)
    const waitMs = Math.max(0, patienceMs, burstMs - (now - oldest))
    if (now + waitMs >= this.#dueAt) return
    this.#dueAt = now + waitMs
    this.#options.later(waitMs, () => this.#draw())
  }

  /** Nothing is drawn any more. */
  end(): void {
    this.#isOver = true
  }

  #draw(): void {
    // An earlier call drew it already.
    if (this.#stages.length === 0) return
    this.#dueAt = Infinity
    this.#drawnAt = [...this.#drawnAt, this.#options.now()].slice(-burst)
    const stages = this.#stages
    this.#stages = []
    if (this.#isOver) return
    for (const stage of stages) this.#options.draw(stage)
  }
}

// Questions that the program asks the person: one at a time, the next line is the answer. An answer never becomes a
// command, and a secret one is neither shown nor remembered anywhere.

export interface Question {
  readonly text: string
  /** Not shown while it is typed. */
  readonly isSecret: boolean
}

/** Resolves with the answer, or undefined where there is none: cancelled, or the input ended. */
export type Ask = (question: Question) => Promise<string | undefined>

interface Waiting {
  readonly question: Question
  readonly answer: (line: string | undefined) => void
}

export class Questions {
  readonly #waiting: Waiting[] = []
  readonly #onAsked: (question: Question) => void
  #whenAsked: (() => void) | undefined
  #isOver = false

  /** `onAsked` hears of a question when its turn has come. */
  constructor(onAsked: (question: Question) => void) {
    this.#onAsked = onAsked
  }

  /** The question whose answer the next line is. */
  get current(): Question | undefined {
    return this.#waiting[0]?.question
  }

  readonly ask: Ask = async (question) => {
    if (this.#isOver) return undefined
    return await new Promise((answer) => {
      this.#waiting.push({ question, answer })
      if (this.#waiting.length === 1) this.#turn()
    })
  }

  /** Gives a line, or undefined for none, to the current question; false where there is no question. */
  answer(line: string | undefined): boolean {
    const asked = this.#waiting.shift()
    if (asked === undefined) return false
    asked.answer(line)
    if (this.#waiting.length > 0) this.#turn()
    return true
  }

  /** Calls `told` once, as soon as a question waits for its answer; takes the place of the one before. */
  whenAsked(told: () => void): void {
    if (this.current === undefined) this.#whenAsked = told
    else told()
  }

  /** Nobody answers any more. */
  end(): void {
    this.#isOver = true
    for (const { answer } of this.#waiting.splice(0)) answer(undefined)
  }

  #turn(): void {
    this.#onAsked((this.#waiting[0] as Waiting).question)
    const told = this.#whenAsked
    this.#whenAsked = undefined
    told?.()
  }
}

/** `y` and `yes`, as they are typed. */
export function isYes(answer: string | undefined): boolean {
  return /^\s*(?:y|yes)\s*$/i.test(answer ?? '')
}

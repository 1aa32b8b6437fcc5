// Sends that are in progress: as many as one commit can take, so that a burst of lines needs few commits, and no more than
// memory may be held for. Invariant: whoever asks for room gets it as soon as half of the window is free.

export interface SendWindowLimits {
  readonly sendsMax: number
  /** Characters of their lines. */
  readonly charactersMax: number
}

export class SendWindow {
  readonly #limits: SendWindowLimits
  #sends = 0
  #characters = 0
  #waiting: (() => void)[] = []

  constructor(limits: SendWindowLimits) {
    this.#limits = limits
  }

  /** Whether one more has to wait for {@link room}. */
  get isFull(): boolean {
    return this.#sends >= this.#limits.sendsMax || this.#characters >= this.#limits.charactersMax
  }

  /** Counts a send until it settles, which must not be by a rejection. */
  add(line: string, send: Promise<unknown>): void {
    this.#sends += 1
    this.#characters += line.length
    void send.then(() => {
      this.#sends -= 1
      this.#characters -= line.length
      if (this.#isAtMost(0.5)) for (const resolve of this.#waiting.splice(0)) resolve()
    })
  }

  /** Resolves when half of the window is free. */
  room(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#isAtMost(0.5)) resolve()
      else this.#waiting.push(resolve)
    })
  }

  #isAtMost(share: number): boolean {
    const { sendsMax, charactersMax } = this.#limits
    return this.#sends <= sendsMax * share && this.#characters <= charactersMax * share
  }
}

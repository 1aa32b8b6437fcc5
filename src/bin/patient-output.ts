// Standard output and error of a program that serves others: whoever reads them slowly, or not at all, must not make it
// wait. Invariant: a write returns at once; what is not read within bounds is lost and counted.

interface Pipe {
  readonly _handle?: { readonly setBlocking?: (isBlocking: boolean) => void }
}

/** What may wait for a reader. */
const waitingBytesMax = 1024 * 1024
/** How long the end of the program waits for a reader, ms. */
const farewellMs = 1_000

export class PatientOutput {
  readonly isTTY: boolean
  readonly #stream: NodeJS.WriteStream
  #lost = 0

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream
    this.isTTY = stream.isTTY
    // Nobody who goes away stops us.
    stream.on('error', () => undefined)
    // The platform writes to pipes of its own accord only when they take it, and waits until then, all else standing still.
    // eslint-disable-next-line no-underscore-dangle
    if (!stream.isTTY) (stream as unknown as Pipe)._handle?.setBlocking?.(false)
  }

  /** Whole lines. */
  write(text: string): void {
    if (this.#stream.writableLength > waitingBytesMax) {
      this.#lost += 1
      return
    }
    const lost = this.#lost
    this.#lost = 0
    this.#stream.write(lost === 0 ? text : `parley: ${lost} lines were lost here, as nobody read them\n${text}`)
  }
}

/** For the end of a program: what nobody reads does not keep it. */
export function leaveUnread(): void {
  setTimeout(() => process.exit(), farewellMs).unref()
}

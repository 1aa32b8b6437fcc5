// Another Parley, started by this one as a real process: the same program with other arguments. It does not outlive us:
// the channel between the two closes with us, and that ends it.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

/** Longer than a peer takes to say goodbye. */
const patienceMs = 8_000
/** Enough of what it said last for an error message. */
const complaintsMax = 2_000

/** What is tried here is Parley, and not what somebody set for their own. */
const unset = { PARLEY_CONFIG: 'none', PARLEY_PROFILE: '', PARLEY_REGISTRY: '', PARLEY_LOG: '' }

export class ChildProgram {
  readonly #child: ChildProcess
  #complaints = ''

  constructor(args: readonly string[], onOutput: (bytes: Uint8Array) => void) {
    const self = process.argv[1] as string
    this.#child = spawn(process.execPath, [...process.execArgv, self, ...args], {
      stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
      // Not in the terminal's group: its Ctrl-C is for the person's own chat.
      detached: true,
      env: { ...process.env, ...unset, NO_COLOR: '1' },
    })
    this.#child.on('error', (error) => (this.#complaints += error.message))
    this.#child.stdin?.on('error', () => undefined)
    this.#child.stdout?.on('data', onOutput)
    this.#child.stderr?.on('data', (bytes: Uint8Array) => {
      this.#complaints = (this.#complaints + Buffer.from(bytes).toString('utf8')).slice(-complaintsMax)
    })
    // We end when our own work is done, not when it ends; its pipes close with it.
    this.#child.unref()
    this.#child.channel?.unref()
  }

  /** What it said on standard error last. */
  get complaints(): string {
    return this.#complaints.trim()
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  write(text: string): void {
    this.#child.stdin?.write(text)
  }

  /** Ends its input and waits for its end; it is killed where it takes too long. */
  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.hasEnded) return
    const ended = once(this.#child, 'exit')
    this.#child.kill(signal)
    const patience = setTimeout(() => this.#child.kill('SIGKILL'), patienceMs)
    await ended
    clearTimeout(patience)
  }

  /** For the very end of this process, when nothing can be waited for. */
  kill(): void {
    if (!this.hasEnded) this.#child.kill('SIGKILL')
  }

  /** Resolves when it has ended by itself. */
  async ended(): Promise<void> {
    if (!this.hasEnded) await once(this.#child, 'exit')
  }
}

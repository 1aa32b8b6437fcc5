// Somebody to talk with in `parley try`: a `parley chat --json` in its own process, told what to say here.

import type { JsonEvent } from '../../api/index.ts'
import { ChildProgram } from './child-program.ts'

type Listener = (event: JsonEvent) => void

export class Companion {
  readonly name: string
  /** Resolves when the companion has logged in and knows who is there. */
  readonly online: Promise<unknown>
  readonly #program: ChildProgram
  readonly #listeners = new Set<Listener>()
  #rest = ''

  constructor(name: string, registry: string, home: string) {
    this.name = name
    const args = ['chat', name, '--json', '--registry', registry, '--home', home]
    this.#program = new ChildProgram(args, (bytes) => this.#read(bytes))
    this.online = this.next((event): event is JsonEvent => event.type === 'directory')
    // Whoever waits for it hears of a failure; nobody has to.
    this.online.catch(() => undefined)
  }

  get program(): ChildProgram {
    return this.#program
  }

  /** One line of input, as a person would type it. */
  command(line: string): void {
    this.#program.write(`${line}\n`)
  }

  say(to: string, text: string): void {
    this.command(`/send ${to} ${text}`)
  }

  onEvent(listener: Listener): void {
    this.#listeners.add(listener)
  }

  /** The next event that fits. Rejects when the process ends before. */
  async next<E extends JsonEvent>(fits: (event: JsonEvent) => event is E): Promise<E> {
    return await new Promise<E>((resolve, reject) => {
      const listener: Listener = (event) => {
        if (!fits(event)) return
        this.#listeners.delete(listener)
        resolve(event)
      }
      this.#listeners.add(listener)
      void this.#program.ended().then(() => reject(new Error(`${this.name} ended: ${this.#program.complaints}`)))
    })
  }

  /** Says goodbye as a person does, and is gone when this resolves. */
  async leave(): Promise<void> {
    this.command('/quit')
    await this.#program.ended()
  }

  /** The texts of the whole history with somebody, oldest first, as it is in this companion's store. */
  async textsWith(name: string): Promise<{ from: string; text: string }[]> {
    const answer = this.next((event): event is JsonEvent & { type: 'history' } => event.type === 'history')
    this.command(`/history ${name} 10000`)
    return (await answer).messages.map(({ from, text }) => ({ from, text }))
  }

  #read(bytes: Uint8Array): void {
    const lines = (this.#rest + Buffer.from(bytes).toString('utf8')).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) {
      const event = JSON.parse(line) as JsonEvent
      for (const listener of this.#listeners) listener(event)
    }
  }
}

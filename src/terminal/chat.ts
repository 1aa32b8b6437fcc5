// One person's chat, whatever it looks like: reads their lines, asks the peer, and hands everything that is to be shown
// to the face, in one order. It knows the open conversation, the names for completion, which own messages are still on
// their way, and when it is over.

import { unreachable } from '../base/index.ts'
import { foldName, textBytesMax } from '../protocol/index.ts'
import type { PeerApi, PeerEvent, Reason } from '../api/index.ts'
import { errorText, type ErrorText, problemText, reasonText } from './error-text.ts'
import type { Departure, FaceEvent, FaceResult } from './face-event.ts'
import { helpText } from './help-text.ts'
import { type Command, readLine } from './verbs.ts'

/** Messages that `/history NAME` shows when no number is given. */
export const historyCountDefault = 20

export class Chat {
  readonly #peer: PeerApi
  readonly #show: (event: FaceEvent) => void
  readonly #unsubscribe: () => void
  readonly #departed: Promise<Departure>
  #depart: (departure: Departure) => void = () => undefined
  #departure: Departure | undefined
  #conversation: string | undefined
  /** Names as their owners spell them, by their folded form. */
  readonly #names = new Map<string, string>()
  readonly #spokenWith = new Set<string>()
  readonly #unsettled = new Set<string>()
  #whenSettled: (() => void)[] = []
  #wasOnline = false
  #failure: string | undefined

  constructor(peer: PeerApi, show: (event: FaceEvent) => void) {
    this.#peer = peer
    this.#show = show
    this.#departed = new Promise((resolve) => (this.#depart = resolve))
    this.#unsubscribe = peer.subscribe((event) => this.#hear(event))
    const { name, registry, port, fingerprint } = peer
    show({ type: 'ready', name, registry, port, fingerprint })
    this.#followRegistry(peer.registryState())
    void this.#learnNames()
  }

  get conversation(): string | undefined {
    return this.#conversation
  }

  get unsettled(): number {
    return this.#unsettled.size
  }

  get hasLeft(): boolean {
    return this.#departure !== undefined
  }

  /** Resolves when the chat is over, with the first reason for it. */
  get departed(): Promise<Departure> {
    return this.#departed
  }

  /** Names for completion, in their own spelling. */
  names(): string[] {
    return [...this.#names.values()].toSorted((a, b) => a.localeCompare(b))
  }

  /** Whether the person has had to do with somebody in this run, so that their coming and going matters. */
  isFamiliar(name: string): boolean {
    const folded = foldName(name)
    return this.#spokenWith.has(folded) || (this.#conversation !== undefined && foldName(this.#conversation) === folded)
  }

  leave(departure: Departure): void {
    this.#departure ??= departure
    this.#depart(departure)
  }

  /** Ends listening; the face has shown its last event. */
  finish(departure: Departure): FaceResult {
    this.#unsubscribe()
    const failure = this.#failure === undefined ? {} : { failure: this.#failure }
    return { departure, ...failure, unsettled: this.#unsettled.size }
  }

  /** Does what a line says. False where the line was refused and should be kept for editing. */
  async enter(line: string, number?: number): Promise<boolean> {
    const read = readLine(line, this.#conversation)
    if (read === undefined || this.#departure !== undefined) return true
    if (!read.ok) {
      this.fail(problemText(read.error), number)
      return true
    }
    try {
      return await this.#run(read.value, number)
    } catch (error) {
      this.fail(errorText(error), number)
      return true
    }
  }

  /** Shows an error and remembers its code for the exit code. */
  fail(error: ErrorText, line?: number): void {
    this.#failure ??= error.code
    this.#show({ type: 'error', error, ...(line === undefined ? {} : { line }) })
  }

  /** Resolves when no own message of this run is kept here only, or when `signal` fires. */
  async settle(signal: AbortSignal): Promise<void> {
    if (this.#unsettled.size === 0 || signal.aborted) return
    await new Promise<void>((resolve) => {
      this.#whenSettled.push(resolve)
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
  }

  async #run(command: Command, line: number | undefined): Promise<boolean> {
    switch (command.verb) {
      case 'send':
        return this.#send(command.to, command.text, line)
      case 'open':
        this.#open(command.name)
        return true
      case 'clients':
        this.#show({ type: 'clients', clients: await this.#peer.clients() })
        return true
      case 'history':
        await this.#history(command.name, command.count)
        return true
      case 'accept':
        await this.#peer.acceptIdentity(command.name)
        this.#show({ type: 'accepted', name: command.name })
        return true
      case 'help':
        this.#show({ type: 'help', text: helpText(command.about) })
        return true
      case 'quit':
        this.leave('quit')
        return true
      default:
        return unreachable(command)
    }
  }

  async #send(to: string, text: string, line: number | undefined): Promise<boolean> {
    const bytes = Buffer.byteLength(text)
    if (bytes > textBytesMax) {
      this.fail(reasonText({ code: 'textTooLong', details: { bytes, limit: textBytesMax } }), line)
      return false
    }
    this.#spokenWith.add(foldName(to))
    await this.#peer.send(to, text)
    return true
  }

  #open(name: string | undefined): void {
    this.#conversation = name === undefined ? undefined : (this.#names.get(foldName(name)) ?? name)
    const opened = this.#conversation
    this.#show({ type: 'opened', ...(opened === undefined ? {} : { name: opened }) })
  }

  async #history(name: string, count: number | undefined): Promise<void> {
    const messages = await this.#peer.history(name, count ?? historyCountDefault)
    this.#show({ type: 'history', name, messages, whole: count !== undefined })
  }

  #hear(event: PeerEvent): void {
    if (event.type === 'sent') this.#unsettled.add(event.id)
    if (event.type === 'message') this.#meet(event.from)
    if (event.type === 'presence') this.#names.set(foldName(event.name), event.name)
    this.#show(event)
    if (event.type === 'state' && event.state !== 'kept') this.#settled(event.id, event.reason)
    if (event.type === 'directory') void this.#learnNames()
    if (event.type === 'registry') this.#followRegistry(event.state, event.reason)
  }

  #meet(name: string): void {
    this.#names.set(foldName(name), name)
    this.#spokenWith.add(foldName(name))
  }

  #settled(id: string, reason: Reason | undefined): void {
    if (!this.#unsettled.delete(id)) return
    if (reason !== undefined) this.#failure ??= reason.code
    if (this.#unsettled.size > 0) return
    for (const resolve of this.#whenSettled.splice(0)) resolve()
  }

  #followRegistry(state: ReturnType<PeerApi['registryState']>, reason?: Reason): void {
    if (state === 'online') this.#wasOnline = true
    if (state !== 'refused' && state !== 'wrongKey') return
    if (reason !== undefined) this.fail(reasonText(reason))
    // Somebody who was in keeps the window and the history; somebody who never was has nothing to stay for.
    if (!this.#wasOnline) this.leave(state)
  }

  /** Names are a convenience: where they cannot be had, completion has fewer of them. */
  async #learnNames(): Promise<void> {
    try {
      for (const client of await this.#peer.clients()) this.#names.set(foldName(client.name), client.name)
    } catch {
      // The next presence event brings what this did not.
    }
  }
}

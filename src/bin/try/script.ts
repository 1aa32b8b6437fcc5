// The scripted conversation of `parley try` off a terminal: sends to somebody who is here and to somebody who is away,
// prints the transcript as it happens, and then asks every store, ours and the companions', whether each message is in
// it exactly once and in order. docs/operating.md, "parley try".

import type { PeerEvent, Road } from '../../api/index.ts'
import { duration, plainLines } from '../../terminal/index.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { adaAnswer, adaHello, graceAnswer, graceEcho } from './companion-lines.ts'
import type { Companion } from './companion.ts'
import { adaName, graceName, type Stage } from './stage.ts'

/** What takes longer than this is not going to happen. */
const patienceMs = 30_000

interface ScriptOptions {
  /** When the command began, monotonic. */
  readonly startedAt: number
  readonly signal: AbortSignal
  readonly write: (line: string) => void
}

const toAda = [
  'Hello Ada',
  'letters of all kinds: äöü, 日本語, مرحبا, 👩‍👩‍👧',
  'two lines\nin one message',
  `a long one: ${'0123456789'.repeat(6_000)}`,
]
const toGrace = ['Hello Grace, are you there?', 'and a second one, in order']

export async function runScript(stage: Stage, options: ScriptOptions): Promise<ExitCode> {
  const { peer } = stage
  const ledger = new Ledger(stage, options)
  const timeout = AbortSignal.any([options.signal, AbortSignal.timeout(patienceMs)])
  try {
    stage.ada.say(peer.name, adaHello)
    await ledger.until(() => ledger.received.length === 1, timeout)
    for (const text of toAda) await peer.send(adaName, text)
    await stage.graceIsAway
    for (const text of toGrace) await peer.send(graceName, text)
    const expected = 1 + toAda.length + toGrace.length
    await ledger.until(() => ledger.isAllStored() && ledger.received.length === expected, timeout)
    const faults = await findFaults(stage)
    for (const fault of faults) options.write(`FAULT: ${fault}`)
    options.write(ledger.summary(faults.length === 0))
    return faults.length === 0 ? exitCodes.done : exitCodes.failed
  } catch (error) {
    options.write(`FAULT: ${error instanceof Error ? error.message : String(error)}`)
    options.write(ledger.summary(false))
    return exitCodes.failed
  } finally {
    ledger.close()
  }
}

/** What the peer told: every event printed, own messages and their end counted. */
class Ledger {
  readonly received: { from: string; text: string }[] = []
  readonly #texts = new Map<string, string>()
  readonly #stored = new Map<string, Road | undefined>()
  readonly #options: ScriptOptions
  readonly #unsubscribe: () => void
  #firstStoredMs: number | undefined
  #changed: () => void = () => undefined

  constructor({ peer }: Stage, options: ScriptOptions) {
    this.#options = options
    this.#unsubscribe = peer.subscribe((event) => this.#hear(event))
  }

  isAllStored(): boolean {
    return this.#stored.size === this.#texts.size
  }

  close(): void {
    this.#unsubscribe()
  }

  async until(holds: () => boolean, signal: AbortSignal): Promise<void> {
    while (!holds()) {
      await new Promise<void>((resolve, reject) => {
        this.#changed = resolve
        const stop = (): void =>
          reject(new Error(`waited too long: ${this.#texts.size - this.#stored.size} not stored`))
        if (signal.aborted) stop()
        else signal.addEventListener('abort', stop, { once: true })
      })
    }
  }

  summary(isProved: boolean): string {
    const ways = [...this.#stored.values()]
    const counted = (road: Road): number => ways.filter((way) => way === road).length
    const first = this.#firstStoredMs === undefined ? 'never' : `after ${duration(this.#firstStoredMs)}`
    const total = this.#texts.size + this.received.length
    const verdict = isProved
      ? `${total} messages, each stored exactly once and in order`
      : `${total} messages, not proved`
    return `${verdict}: ${this.#texts.size} sent (${counted('direct')} direct, ${counted('mailbox')} by the mailbox), ${this.received.length} received; the first was stored ${first}`
  }

  #hear(event: PeerEvent): void {
    if (event.type === 'sent') this.#texts.set(event.id, event.text)
    if (event.type === 'message') this.received.push({ from: event.from, text: event.text })
    if (event.type === 'state' && event.state === 'stored') this.#stored.set(event.id, event.road)
    // A message that is shown has been stored here.
    const isStored = event.type === 'message' || (event.type === 'state' && event.state === 'stored')
    if (isStored) this.#firstStoredMs ??= performance.now() - this.#options.startedAt
    if (event.type === 'account' || event.type === 'read' || event.type === 'draft') return
    const shown = event.type === 'presence' ? { ...event, isNews: true } : event
    for (const line of plainLines(shown, Date.now(), this.#texts)) {
      this.#options.write(line.length > 160 ? `${line.slice(0, 160)} ... (${line.length} characters)` : line)
    }
    this.#changed()
  }
}

/** Reads every store and compares it with what must be there. */
async function findFaults(stage: Stage): Promise<string[]> {
  const { peer, ada } = stage
  const grace = stage.grace()
  const you = peer.name
  const adaSaid = [adaHello, ...toAda.map((text, i) => adaAnswer(i + 1, text))]
  const graceSaid = [graceAnswer, ...toGrace.slice(1).map((text) => graceEcho(text))]
  const own = await Promise.all([adaName, graceName].map((name) => peer.history(name, 10_000)))
  return [
    ...compare(`${adaName}'s store, from you`, await textsOf(ada, you, you), toAda),
    ...compare(`${adaName}'s store, from her`, await textsOf(ada, you, adaName), adaSaid),
    ...compare(`${graceName}'s store, from you`, grace ? await textsOf(grace, you, you) : [], toGrace),
    ...compare(`${graceName}'s store, from her`, grace ? await textsOf(grace, you, graceName) : [], graceSaid),
    ...compare('your store, to Ada', ownTexts(own[0], you), toAda),
    ...compare('your store, from Ada', ownTexts(own[0], adaName), adaSaid),
    ...compare('your store, to Grace', ownTexts(own[1], you), toGrace),
    ...compare('your store, from Grace', ownTexts(own[1], graceName), graceSaid),
  ]
}

async function textsOf(companion: Companion, other: string, from: string): Promise<string[]> {
  return (await companion.textsWith(other)).filter((entry) => entry.from === from).map((entry) => entry.text)
}

function ownTexts(entries: readonly { from: string; text: string }[] | undefined, from: string): string[] {
  return (entries ?? []).filter((entry) => entry.from === from).map((entry) => entry.text)
}

function compare(where: string, found: readonly string[], expected: readonly string[]): string[] {
  const isSame = found.length === expected.length && expected.every((text, i) => found[i] === text)
  return isSame ? [] : [`${where}: ${found.length} messages instead of ${expected.length}, or in another order`]
}

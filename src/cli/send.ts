// `parley send`: hands messages to the peer and tells how far they came. Invariants: an outcome of done means that every
// message reached what was waited for; whatever is accepted and not there yet is told as such; what is refused leaves
// nothing behind, and neither does a message to a name that nobody could ask for.

import { randomBytes } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { ConversationKey, PeerApi } from '../api/index.ts'
import { ParleyError } from '../base/index.ts'
import { foldName, textBytesMax } from '../protocol/index.ts'
import { errorText, jsonLine, readLines, reasonText, SendWindow, visibleLine } from '../terminal/index.ts'
import { type CommandDesk, type Outcome, registryStanding } from './command-desk.ts'
import { conversationOf, wordOf } from './conversation-word.ts'
import { Deliveries, type OwnEvent } from './deliveries.ts'
import type { Wait } from './fate.ts'

export interface SendRequest {
  /** NAME, #ROOM or `everyone`. */
  readonly to: string
  /** One message; or a stream of which each line is one. */
  readonly what: { readonly text: string } | { readonly lines: Readable }
  readonly wait: Wait
  /** From the start for one message; for lines, from the end of their stream. */
  readonly timeoutMs: number
}

/** Sends in progress at once, as the line face has it. */
const windowLimits = { sendsMax: 1_024, charactersMax: 4 * 1024 * 1024 }

export async function send(desk: CommandDesk, request: SendRequest): Promise<Outcome> {
  const { peer, results } = desk
  const { what, wait, timeoutMs } = request
  const end = AbortSignal.any([desk.signal, desk.timer(timeoutMs)])
  const key = await conversationOf(peer, request.to)
  await ensureAcceptable(peer, key, end)
  const onEvent = (event: OwnEvent): void => {
    const line = results.form === 'json' ? jsonLine(event) : undefined
    if (line !== undefined) results.line(line)
  }
  using deliveries = new Deliveries(peer, wait, onEvent)
  using identity = new IdentityWatch(desk, key)
  let problem: Outcome
  if ('text' in what) {
    await post(peer, key, what.text, deliveries)
    await deliveries.settled(AbortSignal.any([end, identity.changed]))
  } else {
    problem = await postLines(desk, key, what.lines, deliveries)
    await deliveries.settled(AbortSignal.any([desk.signal, identity.changed, desk.timer(timeoutMs)]))
  }
  if (results.form === 'plain' && (deliveries.counts.accepted > 0 || problem === undefined)) {
    results.line(`${wordOf(key)}: ${'text' in what ? (deliveries.last?.phrase() ?? '') : summary(deliveries)}`)
  }
  if (problem !== undefined || deliveries.failure !== undefined) return problem ?? deliveries.failure
  if (deliveries.unsettled === 0) return undefined
  return identity.changed.aborted ? 'identityChanged' : 'undelivered'
}

/** Hears whether the recipient shows another identity meanwhile: then waiting is in vain, and the user must know. */
class IdentityWatch {
  readonly #change = new AbortController()
  readonly #stop: () => void

  constructor({ peer, results, warn }: CommandDesk, key: ConversationKey) {
    this.#stop = peer.subscribe((event) => {
      if (event.type !== 'identityChanged' || key.kind !== 'person') return
      if (foldName(event.name) !== foldName(key.name)) return
      if (results.form === 'json') results.object(event)
      const { text, hints } = reasonText({ code: event.type, details: { ...event } })
      warn([text, ...hints].join('\n  '))
      this.#change.abort()
    })
  }

  get changed(): AbortSignal {
    return this.#change.signal
  }

  [Symbol.dispose](): void {
    this.#stop()
  }
}

/** Hands over one message under an id of our own; resolves with it once it is accepted. */
export async function post(peer: PeerApi, key: ConversationKey, text: string, deliveries: Deliveries): Promise<string> {
  const id = randomBytes(16).toString('hex')
  deliveries.expect(id, key)
  try {
    if (key.kind === 'person') await peer.send(key.name, text, { id })
    else if (key.kind === 'room') await peer.sendToRoom(key.room, text, { id })
    else await peer.sendToAll(text, { id })
  } catch (error) {
    deliveries.forget(id)
    throw error
  }
  deliveries.accept(id)
  return id
}

/**
 * Waits until the registry is there or known to be away. Rejects where the message could go nowhere: a registry that does
 * not let us in, or a name that this profile does not know while nobody can be asked.
 */
export async function ensureAcceptable(peer: PeerApi, key: ConversationKey, end: AbortSignal): Promise<void> {
  const standing = await registryStanding(peer, end)
  if (standing === undefined) return
  const { state, reason, registry } = standing
  if (state === 'refused' || state === 'wrongKey')
    throw refusal(reason ?? { code: 'registryUnreachable', details: { registry } })
  if (key.kind !== 'person' || (await isKnown(peer, key.name))) return
  if (state === 'loggedOut' && reason !== undefined && reason.code !== 'byRequest') throw refusal(reason)
  throw new ParleyError('nobodyToAsk', { details: { registry, name: key.name }, retryable: true })
}

function refusal({ code, details }: { readonly code: string; readonly details: Readonly<Record<string, unknown>> }) {
  return new ParleyError(code, { details: { ...details } })
}

async function isKnown(peer: PeerApi, name: string): Promise<boolean> {
  const fold = foldName(name)
  if (fold === foldName(peer.name)) return true
  if ((await peer.clients()).some((client) => foldName(client.name) === fold)) return true
  return (await peer.history(name, 1)).length > 0
}

/** Stops at the first line that cannot be sent, and says which; what came before it is on its way. */
async function postLines(
  { peer, results, signal, warn }: CommandDesk,
  key: ConversationKey,
  input: Readable,
  deliveries: Deliveries,
): Promise<Outcome> {
  const window = new SendWindow(windowLimits)
  const sends = new Set<Promise<void>>()
  let failed: { readonly line: number; readonly error: unknown } | undefined
  let number = 0
  const stop = (): void => void input.destroy()
  signal.addEventListener('abort', stop, { once: true })
  try {
    for await (const line of readLines(input, textBytesMax)) {
      number++
      if (failed !== undefined || signal.aborted) break
      if ('tooLong' in line) {
        failed = { line: number, error: new ParleyError('lineTooLong', { details: { limit: line.tooLong } }) }
        break
      }
      if (line.text === '') continue
      const at = number
      const task = post(peer, key, line.text, deliveries).then(
        () => undefined,
        (error: unknown) => {
          if (failed === undefined || at < failed.line) failed = { line: at, error }
        },
      )
      sends.add(task)
      void task.then(() => sends.delete(task))
      window.add(line.text, task)
      if (window.isFull) await window.room()
      await results.drained()
    }
  } catch {
    // The input broke off, or was closed by us: the same as its end.
  }
  input.destroy()
  signal.removeEventListener('abort', stop)
  await Promise.all(sends)
  if (failed === undefined) return undefined
  const { code, text } = errorText(failed.error)
  const told = `line ${failed.line}: ${text}; stopped there, ${deliveries.counts.accepted} before it are on their way`
  if (results.form === 'json') results.object({ type: 'error', code, text: told, line: failed.line })
  warn(told)
  return code
}

function summary({ counts: { accepted, reached, failed }, unsettled }: Deliveries): string {
  const parts = [
    `${accepted} ${accepted === 1 ? 'message' : 'messages'}`,
    `${reached} there`,
    unsettled > 0 ? `${unsettled} on the way` : '',
    failed > 0 ? `${failed} not sent` : '',
  ]
  return visibleLine(parts.filter((part) => part !== '').join(', '))
}

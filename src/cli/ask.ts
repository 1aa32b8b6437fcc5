// `parley ask`: a question to one person, and the answer on standard output. Invariant: what is printed was said after the
// question was, as far as their clock and our peer can tell.

import type { MessageEvent, PeerEvent } from '../api/index.ts'
import { foldName } from '../protocol/index.ts'
import { isoTime, jsonLine, visibleLine } from '../terminal/index.ts'
import { type CommandDesk, fired, type Outcome } from './command-desk.ts'
import { accountNameOf } from './conversation-word.ts'
import { Deliveries } from './deliveries.ts'
import { ensureAcceptable, post } from './send.ts'

export interface AskRequest {
  readonly name: string
  readonly question: string
  /** The answers that count; empty: any. */
  readonly choices: readonly string[]
  readonly timeoutMs: number
}

export interface Answered {
  readonly outcome: Outcome
  /** Which of the choices it is, from 0. */
  readonly choice?: number
}

/** How far their clock may be behind ours and what they say after they got the question still be an answer, ms. */
const clockSlackMs = 120_000

export async function ask(desk: CommandDesk, { name, question, choices, timeoutMs }: AskRequest): Promise<Answered> {
  const { peer, results } = desk
  const end = AbortSignal.any([desk.signal, results.closed, desk.timer(timeoutMs)])
  const key = { kind: 'person', name: accountNameOf(name) } as const
  await ensureAcceptable(peer, key, end)
  const over = new AbortController()
  const wait = new AnswerWait(name, choices)
  using deliveries = new Deliveries(peer, 'stored', (event) => {
    wait.hear(event)
    const line = results.form === 'json' ? jsonLine(event) : undefined
    if (line !== undefined) results.line(line)
  })
  const stop = peer.subscribe((event) => {
    if (event.type === 'message') wait.hear(event)
    if (wait.answer !== undefined || deliveries.failure !== undefined) over.abort()
  })
  try {
    const text = choices.length === 0 ? question : `${question} (${choices.join(' / ')})`
    await post(peer, key, text, deliveries)
    if (wait.answer === undefined && deliveries.failure === undefined) await fired(AbortSignal.any([end, over.signal]))
  } finally {
    stop()
  }
  if (wait.answer === undefined) {
    const late = deliveries.failure === undefined ? `no answer within ${timeoutMs / 1_000} s; ` : ''
    // On standard error, where a person looks for why nothing was printed; for programs there is the exit code.
    if (!desk.signal.aborted && deliveries.last !== undefined) {
      desk.warn(`${visibleLine(name)}: ${late}the question is ${deliveries.last.phrase()}`)
    }
    return { outcome: deliveries.failure ?? 'undelivered' }
  }
  tell(desk, wait.answer)
  return { outcome: undefined, ...(wait.answer.choice === undefined ? {} : { choice: wait.answer.choice }) }
}

interface Answer {
  readonly event: MessageEvent
  /** As the choice is spelled, or what they wrote. */
  readonly text: string
  readonly choice?: number
}

class AnswerWait {
  readonly #name: string
  readonly #choices: readonly string[]
  readonly #folded: readonly string[]
  #askedAt: number | undefined
  #isStored = false
  answer: Answer | undefined

  constructor(name: string, choices: readonly string[]) {
    this.#name = foldName(name)
    this.#choices = choices
    this.#folded = choices.map((choice) => choice.toLowerCase())
  }

  hear(event: PeerEvent): void {
    if (event.type === 'sent') this.#askedAt = event.at
    else if (event.type === 'state') this.#isStored ||= event.state === 'stored'
    else if (event.type === 'message' && this.#isLater(event)) this.#take(event)
  }

  /** What they wrote before they had the question may come after it was sent: out of a mailbox, or of their outbox. */
  #isLater({ from, sentAt }: MessageEvent): boolean {
    if (this.#askedAt === undefined || foldName(from) !== this.#name) return false
    return sentAt >= this.#askedAt - (this.#isStored ? clockSlackMs : 0)
  }

  #take(event: MessageEvent): void {
    if (this.answer !== undefined) return
    if (this.#choices.length === 0) this.answer = { event, text: event.text }
    const choice = this.#folded.indexOf(event.text.trim().toLowerCase())
    if (choice >= 0) this.answer = { event, text: this.#choices[choice] as string, choice }
  }
}

function tell({ results }: CommandDesk, { event, text, choice }: Answer): void {
  if (results.form === 'plain') {
    results.line(visibleLine(text))
    return
  }
  const { id, from, sentAt } = event
  results.object({
    type: 'answer',
    id,
    from,
    text,
    sentAt: isoTime(sentAt),
    ...(choice === undefined ? {} : { choice }),
  })
}

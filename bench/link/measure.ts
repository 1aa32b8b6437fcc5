// One measurement: two fresh processes, a warm-up, a window of time. Nothing is counted before the code is warm.

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { Job } from './contender.ts'
import type { ContenderName, FromSide, ToSide } from './process.ts'

const warmUpMs = 700
const windowMs = 2_000

export interface Measurement {
  /** Messages and payload bytes that arrived per second of the window. */
  readonly messagesPerSecond: number
  readonly bytesPerSecond: number
  readonly unordered: number
  /** Round trips in microseconds; empty for other jobs. */
  readonly rttUs: readonly number[]
}

class Side {
  readonly #child: ChildProcess

  constructor() {
    this.#child = fork(new URL('./process.ts', import.meta.url), { execArgv: ['--expose-gc'], stdio: 'inherit' })
  }

  tell(message: ToSide): void {
    this.#child.send(message)
  }

  async hear<K extends FromSide['kind']>(kind: K): Promise<FromSide & { kind: K }> {
    for (;;) {
      const [message] = (await once(this.#child, 'message')) as [FromSide]
      if (message.kind === kind) return message as FromSide & { kind: K }
    }
  }

  count(): Promise<FromSide & { kind: 'count' }> {
    const answer = this.hear('count')
    this.tell({ kind: 'count' })
    return answer
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL')
    await once(this.#child, 'exit')
  }
}

export async function measure(contender: ContenderName, job: Job): Promise<Measurement> {
  await using receiver = new Side()
  await using sender = new Side()
  const listening = receiver.hear('listening')
  receiver.tell({ kind: 'receive', contender, job })
  const { target } = await listening
  const sent = sender.hear('sent')
  sender.tell({ kind: 'send', contender, job, target, forMs: warmUpMs + windowMs + 500 })
  if (job === 'roundTrip') {
    return { messagesPerSecond: 0, bytesPerSecond: 0, unordered: 0, rttUs: (await sent).rttUs }
  }
  await new Promise((resolve) => setTimeout(resolve, warmUpMs))
  const before = await receiver.count()
  await new Promise((resolve) => setTimeout(resolve, windowMs))
  const after = await receiver.count()
  const seconds = (after.at - before.at) / 1000
  return {
    messagesPerSecond: (after.messages - before.messages) / seconds,
    bytesPerSecond: (after.bytes - before.bytes) / seconds,
    unordered: after.unordered,
    rttUs: [],
  }
}

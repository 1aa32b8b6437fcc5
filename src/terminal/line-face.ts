// The faces for pipes and programs, plain and JSON: commands as lines on the input, events as lines on the output, each
// written as it happens. Reads with bounds, waits while the output is full, ends quietly when it is closed, and at the
// end of input gives what was sent a bounded time to settle.

import type { Readable, Writable } from 'node:stream'
import { textBytesMax } from '../protocol/index.ts'
import type { PeerApi } from '../api/index.ts'
import { Chat } from './chat.ts'
import { reasonText } from './error-text.ts'
import type { FaceEvent, FaceResult } from './face-event.ts'
import { jsonLine } from './json-lines.ts'
import { readLines } from './line-reader.ts'
import { plainLines } from './plain-lines.ts'

export interface LineFaceOptions {
  readonly input: Readable
  readonly output: Writable
  readonly form: 'plain' | 'json'
  readonly nowMs: () => number
  /** Ends the face from outside: SIGTERM, Ctrl-C. */
  readonly signal: AbortSignal
  /** How long the end of input waits for own messages to settle. */
  readonly settleMs?: number
}

/** Longer than the direct budget of 2.5 s, so that what does not go directly has reached the mailbox. */
export const settleMsDefault = 6_000

/** A whole message, its verb and a name. */
const lineBytesMax = textBytesMax + 512
/** Sends in progress at once; each is a commit, and commits that wait together share one. */
const sendsMax = 64
/** What a reader who does not read may make us hold. */
const outputBytesMax = 64 * 1024 * 1024

export async function runLineFace(peer: PeerApi, options: LineFaceOptions): Promise<FaceResult> {
  const { input, output, signal } = options
  const write = lineWriter(options)
  let chat: Chat | undefined
  const closed = (): void => chat?.leave('outputClosed')
  output.on('error', closed)
  chat = new Chat(peer, (event) => {
    if (output.writableLength > outputBytesMax) closed()
    else write(event)
  })
  const interrupt = (): void => chat.leave('interrupted')
  signal.addEventListener('abort', interrupt)
  if (signal.aborted) interrupt()
  const reading = readCommands(chat, options)
  const departure = await chat.departed
  // A chat that ended by itself must not wait for input that may never end.
  input.destroy()
  await reading
  if (departure === 'quit' || departure === 'inputEnded') {
    const timeout = AbortSignal.timeout(options.settleMs ?? settleMsDefault)
    await chat.settle(AbortSignal.any([signal, timeout]))
  }
  signal.removeEventListener('abort', interrupt)
  const result = chat.finish(departure)
  await flushed(output)
  return result
}

async function readCommands(chat: Chat, options: LineFaceOptions): Promise<void> {
  const running = new Set<Promise<void>>()
  let number = 0
  try {
    for await (const line of readLines(options.input, lineBytesMax)) {
      number++
      if ('tooLong' in line) {
        chat.fail(reasonText({ code: 'lineTooLong', details: { limit: line.tooLong } }), number)
        continue
      }
      // Sends overlap and stay in order; anything else sees what came before it done.
      const isSend = /^\/?(?:send|msg|message|m)\s/i.test(line.text)
      if (!isSend || running.size >= sendsMax) await Promise.all(running)
      const task = chat.enter(line.text, number).then(() => void running.delete(task))
      running.add(task)
      if (!isSend) await task
      if (options.output.writableNeedDrain) await drained(options.output)
    }
    await Promise.all(running)
    chat.leave('inputEnded')
  } catch {
    // The input broke off (or was closed by us): the same as its end.
    chat.leave('inputEnded')
  }
}

function lineWriter({ output, form, nowMs }: LineFaceOptions): (event: FaceEvent) => void {
  if (form === 'json') return (event) => void output.write(`${jsonLine(event)}\n`)
  const texts = new Map<string, string>()
  return (event) => {
    if (event.type === 'sent') texts.set(event.id, event.text)
    const lines = plainLines(event, nowMs(), texts)
    if (event.type === 'state' && event.state !== 'kept' && event.state !== 'mailbox') texts.delete(event.id)
    if (lines.length > 0) output.write(`${lines.join('\n')}\n`)
  }
}

/** Resolves when the output takes more, or never will. */
async function drained(output: Writable): Promise<void> {
  await new Promise<void>((resolve) => {
    const events = ['drain', 'close', 'error'] as const
    const go = (): void => {
      for (const event of events) output.off(event, go)
      resolve()
    }
    for (const event of events) output.on(event, go)
  })
}

async function flushed(output: Writable): Promise<void> {
  if (output.destroyed || output.errored || output.writableLength === 0) return
  await new Promise<void>((resolve) => void output.write('', () => resolve()))
}

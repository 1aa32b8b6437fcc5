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
import { LineOutput } from './line-output.ts'
import { readLines } from './line-reader.ts'
import { PlainLog } from './plain-log.ts'
import { Questions } from './question.ts'
import { isSendingLine } from './read-line.ts'
import { SendWindow } from './send-window.ts'

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
/** Sends in progress at once: those that wait together share a commit, so few at once are many commits. */
const windowLimits = { sendsMax: 8_192, charactersMax: 8 * 1024 * 1024 }
/** What a reader who does not read may make us hold. */
const outputBytesMax = 64 * 1024 * 1024

export async function runLineFace(peer: PeerApi, options: LineFaceOptions): Promise<FaceResult> {
  const { input, output, signal } = options
  const lines = new LineOutput(output)
  const write = lineWriter(lines, options, () => peer.name)
  let chat: Chat | undefined
  const closed = (): void => chat?.leave('outputClosed')
  output.on('error', closed)
  const show = (event: FaceEvent): void => {
    if (lines.waiting > outputBytesMax) closed()
    else write(event)
  }
  const questions = new Questions(({ text, isSecret }) => show({ type: 'question', text, isSecret }))
  // Who reads may be a program that has not heard of the question: the person or the program begins.
  chat = new Chat(peer, { show, ask: questions.ask, isAttended: false })
  const interrupt = (): void => chat.leave('interrupted')
  signal.addEventListener('abort', interrupt)
  if (signal.aborted) interrupt()
  const reading = readCommands(chat, questions, options)
  const departure = await chat.departed
  // A chat that ended by itself must not wait for input that may never end.
  input.destroy()
  questions.end()
  await reading
  if (departure === 'quit' || departure === 'inputEnded') {
    const timeout = AbortSignal.timeout(options.settleMs ?? settleMsDefault)
    await chat.settle(AbortSignal.any([signal, timeout]))
  }
  signal.removeEventListener('abort', interrupt)
  if (departure === 'interrupted' || departure === 'quit') show({ type: 'exiting' })
  const result = chat.finish(departure)
  await lines.flush()
  return result
}

async function readCommands(chat: Chat, questions: Questions, options: LineFaceOptions): Promise<void> {
  const running = new Set<Promise<void>>()
  const window = new SendWindow(windowLimits)
  let number = 0
  // A command that asks waits for lines that come after it.
  let command = Promise.resolve()
  const nextTurn = async (): Promise<void> =>
    await new Promise((resolve) => {
      questions.whenAsked(resolve)
      void command.then(resolve)
    })
  try {
    for await (const line of readLines(options.input, lineBytesMax)) {
      number++
      if ('tooLong' in line) {
        questions.answer(undefined)
        chat.fail(reasonText({ code: 'lineTooLong', details: { limit: line.tooLong } }), number)
        await nextTurn()
        continue
      }
      if (questions.answer(line.text)) {
        await nextTurn()
        continue
      }
      // Sends overlap and stay in order; anything else sees what came before it done.
      const isSend = isSendingLine(line.text, chat.opened !== undefined)
      if (!isSend) await Promise.all(running)
      else if (window.isFull) await window.room()
      const task = chat.enter(line.text, number).then(() => void running.delete(task))
      running.add(task)
      if (isSend) window.add(line.text, task)
      else {
        command = task
        await nextTurn()
      }
      if (options.output.writableNeedDrain) await drained(options.output)
    }
    questions.end()
    await Promise.all(running)
    chat.leave('inputEnded')
  } catch {
    // The input broke off (or was closed by us): the same as its end.
    questions.end()
    chat.leave('inputEnded')
  }
}

function lineWriter(
  output: LineOutput,
  { form, nowMs }: LineFaceOptions,
  self: () => string,
): (event: FaceEvent) => void {
  if (form === 'json') {
    return (event) => {
      const line = jsonLine(event)
      if (line !== undefined) output.write(line)
    }
  }
  const log = new PlainLog(nowMs, self)
  return (event) => {
    const lines = log.lines(event)
    if (lines.length > 0) output.write(lines.join('\n'))
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

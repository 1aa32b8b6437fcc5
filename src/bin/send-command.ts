// `parley send`: the message out of its words or its standard input.

import { ParleyError } from '../base/index.ts'
import { readMessageText, send, type SendRequest, type Wait } from '../cli/index.ts'
import { Results } from '../cli/quick.ts'
import type { ExitCode } from './exit-code.ts'
import { type OneShotOptions, refuse, runOneShot } from './one-shot.ts'

export interface SendOptions extends OneShotOptions {
  readonly lines?: boolean
  readonly wait?: Wait
}

const timeoutDefaultS = 10

export async function runSend(to: string, words: readonly string[], options: SendOptions): Promise<ExitCode> {
  const results = new Results(process.stdout, options.json === true ? 'json' : 'plain')
  let what: SendRequest['what']
  try {
    // Before a peer is opened: what cannot be sent needs none.
    what = await readWhat(words, options.lines === true)
  } catch (error) {
    return refuse(error, results)
  }
  const { wait = 'mailbox', timeout = timeoutDefaultS } = options
  return runOneShot(options, (desk) => send(desk, { to, what, wait, timeoutMs: timeout * 1_000 }), results)
}

async function readWhat(words: readonly string[], isLines: boolean): Promise<SendRequest['what']> {
  const isPiped = words.length === 0 ? !process.stdin.isTTY : words.length === 1 && words[0] === '-'
  if (isLines) {
    if (words.length > 0 && !isPiped) throw usage('parley send NAME --lines takes its messages from standard input')
    return { lines: process.stdin }
  }
  if (isPiped) return { text: await readMessageText(process.stdin) }
  if (words.length === 0) throw usage('parley send NAME TEXT, or give the text on standard input')
  return { text: words.join(' ') }
}

function usage(text: string): ParleyError {
  return new ParleyError('usage', { details: { usage: text } })
}

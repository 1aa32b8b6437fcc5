// The registry's log: one JSON object per line, or, on a terminal, one readable line. Names and outcomes only: never
// contents, keys in full, or addresses. Text that a peer chose cannot reach the terminal's controls.

import { pino, type Logger } from 'pino'
import { fingerprint } from '../crypto/index.ts'
import type { RegistryEvent } from './domain/index.ts'

export type RegistryLog = Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'fatal'>

/** Where log lines go: `process.stderr`, or anything that takes text. */
export interface LogStream {
  readonly isTTY?: boolean
  write(text: string): unknown
}

export function openRegistryLog(stream: LogStream, level: 'debug' | 'info' | 'warn' = 'info'): RegistryLog {
  const options = { level, base: null, timestamp: () => `,"time":"${new Date().toISOString()}"` }
  const plain = { write: (line: string) => void stream.write(stream.isTTY ? readable(line) : line) }
  return pino({ ...options, formatters: { level: (label) => ({ level: label }) } }, plain)
}

/** Writes one event of the rules to the log. */
export function logRegistryEvent(log: RegistryLog, event: RegistryEvent): void {
  const { type, ...fields } = event
  switch (event.type) {
    case 'claimed':
      return log.info({ name: event.name, identity: fingerprint(event.identity) }, 'name given')
    case 'loggedIn':
      return log.info(fields, 'logged in')
    case 'left':
      return log.info(fields, 'left')
    case 'expired':
      return log.info(fields, 'mail expired')
    case 'closing':
      return log.info(fields, 'link closed')
    case 'deposited':
    case 'collected':
    case 'refused':
      return log.debug(fields, type)
    case 'storeFailure':
      return log.error(fields, 'the store failed')
    case 'clockJumped':
      return log.warn(fields, 'the wall clock jumped; no mail expires until it has run evenly for a while')
    case 'eventsDropped':
      return log.warn(fields, 'events were not logged')
  }
}

function readable(line: string): string {
  const { time = '', level = '', msg = '', ...fields } = JSON.parse(line) as Partial<Record<string, string>>
  const clock = time.slice(11, 19)
  const rest = Object.entries(fields).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  return `${[clock, level.padEnd(5), msg, ...rest].join(' ').replace(controls, '\ufffd')}\n`
}

/** Control, formatting (bidirectional, zero width) and line separators. */
const controls = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

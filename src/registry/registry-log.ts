// The registry's log: who was there when, from which address, and what the registry did about it; as JSON for programs or
// in lines for people, to several places at once. Never contents and never keys in full; addresses only where the
// operator has not turned them off. Text that a peer chose cannot reach a terminal's controls. docs/operating.md, "Logs".

import { pino, type Logger } from 'pino'
import { type Address, formatAddress } from '../base/index.ts'
import { fingerprint } from '../crypto/index.ts'
import { formatLogLine, type LogForm } from '../disk/index.ts'
import type { RegistryEvent } from './domain/index.ts'

export type LogLevel = 'debug' | 'info' | 'warn'

/** Where log lines go: `process.stderr`, a file, or anything that takes text. */
export interface LogStream {
  readonly isTTY?: boolean
  /** Absent: for a console on a terminal, else JSON. */
  readonly form?: LogForm
  write(text: string): unknown
}

export interface RegistryLogOptions {
  readonly level?: LogLevel | undefined
  /** Whether lines tell where peers are; absent: yes. */
  readonly addresses?: boolean | undefined
}

/** What the registry's link to a peer tells beside the rules' own events. */
export interface LinkNote {
  readonly type: 'linkUp' | 'linkMoved'
  readonly session: number
  readonly address: Address
}

type Fields = Readonly<Record<string, unknown>>

export class RegistryLog {
  readonly #logger: Logger
  readonly #showsAddresses: boolean

  constructor(streams: readonly LogStream[], { level = 'info', addresses = true }: RegistryLogOptions = {}) {
    this.#showsAddresses = addresses
    const write = (line: string): void => {
      for (const stream of streams) stream.write(formatLogLine(line, formOf(stream)))
    }
    const formatters = { level: (label: string) => ({ level: label }) }
    this.#logger = pino({ level, base: null, timestamp, formatters }, { write })
  }

  /** The registry's own doings. */
  info(fields: Fields, text: string): void {
    this.#logger.info(fields, text)
  }

  fatal(fields: Fields, text: string): void {
    this.#logger.fatal(fields, text)
  }

  noteLink({ type, session, address }: LinkNote): void {
    this.#logger.debug({ session, ...this.#at(address) }, type === 'linkUp' ? 'link up' : 'link moved')
  }

  /** Writes one event of the rules; `address` is where its session is seen, where it has one. */
  note(event: RegistryEvent, address?: Address): void {
    const { type, ...fields } = event
    const log = this.#logger
    switch (event.type) {
      case 'claimed':
        return log.info({ name: event.name, identity: fingerprint(event.identity) }, 'name given')
      case 'loggedIn':
        return log.info({ ...fields, ...this.#at(address) }, 'logged in')
      case 'hello':
        return log.debug({ ...fields, ...this.#at(address) }, 'life sign')
      case 'left':
        return log.info(fields, event.cause === 'silent' ? 'terminated after silence' : 'left')
      case 'freed':
        return log.info(fields, 'name freed')
      case 'suspended':
        return log.info(fields, 'account suspended')
      case 'resumed':
        return log.info(fields, 'account no longer suspended')
      case 'disconnected':
        return log.info(fields, 'disconnected by the administrator')
      case 'inviteMade':
        return log.info({ expires: new Date(event.expires).toISOString() }, 'invite code made')
      case 'tableUpdated':
        return log.info(fields, 'table of clients updated')
      case 'expired':
        return log.info(fields, 'mail expired')
      case 'closing':
        return log.info({ ...fields, ...this.#at(address) }, 'link closed')
      case 'channel':
        return log.info({ from: event.from, characters: event.text.length }, 'said to everybody')
      case 'refused': {
        const where = { ...fields, ...this.#at(address) }
        // Somebody wants a name of somebody else: the operator may be asked about it.
        return event.error === 'nameTaken' ? log.info(where, 'name taken') : log.debug(where, type)
      }
      // Who writes to whom, and who sits with whom, is nobody's business unless somebody looks for a fault.
      case 'deposited':
      case 'collected':
      case 'room':
        return log.debug(fields, type)
      case 'storeFailure':
        return log.error(fields, 'the store failed')
      case 'clockJumped':
        return log.warn(fields, 'the wall clock jumped; no mail expires until it has run evenly for a while')
      case 'eventsDropped':
        return log.warn(fields, 'events were not logged')
    }
  }

  #at(address: Address | undefined): { address?: string } {
    return address && this.#showsAddresses ? { address: formatAddress(address) } : {}
  }
}

function timestamp(): string {
  return `,"time":"${new Date().toISOString()}"`
}

function formOf({ form, isTTY }: LogStream): LogForm {
  return form ?? (isTTY === true ? 'console' : 'json')
}

// How words of the command line are read: each reader answers with the value or with the one sentence that says what a
// right word looks like.

import { isIP } from 'node:net'
import { fail, ok, type Result } from '../base/index.ts'

/** Ports below 1024 belong to the system. */
const portMin = 1_024
const portMax = 65_535

/** A port that may be used; with `orAny`, 0 stands for any that is free. */
export function readPort(text: string, orAny: boolean): Result<number, string> {
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : Number.NaN
  if ((port >= portMin && port <= portMax) || (orAny && port === 0)) return ok(port)
  return fail(`A port is a number from ${portMin} to ${portMax}${orAny ? ', or 0 for any that is free' : ''}.`)
}

/** A host to listen on or to go to: a name, or an IP address without brackets. */
export function readHost(text: string): Result<string, string> {
  // What looks like an IPv4 address and is none is a slip of the finger, and no name.
  const isNumeric = /^[0-9.]+$/.test(text)
  if (isIP(text) !== 0 || (!isNumeric && /^[0-9A-Za-z](?:[0-9A-Za-z.-]{0,251}[0-9A-Za-z])?$/.test(text)))
    return ok(text)
  return fail('A host is an IP address or a name, without a port: 0.0.0.0, 192.0.2.1, ::1.')
}

/** One address of this machine: a page is served to those who name it exactly so. */
export function readPageHost(text: string): Result<string, string> {
  const isEvery = text === '::' || /^[0.]+$/.test(text)
  return isEvery ? fail('A page is served on one address of this machine, and not on all: 192.0.2.1.') : readHost(text)
}

/** What people may call a registry. */
export function readLabel(text: string): Result<string, string> {
  const isShort = text.length > 0 && text.length <= 64
  // eslint-disable-next-line no-control-regex
  if (isShort && !/[\u0000-\u001f\u007f-\u009f]/.test(text)) return ok(text)
  return fail('A name for the registry has 1 to 64 characters on one line.')
}

/** How much of the public channel is kept. */
export interface ChannelHistory {
  readonly messages: number
  readonly days: number
}

const channelMessagesMax = 100_000
const channelDaysMax = 3_650
const channelDaysDefault = 30

/** `N` or `N,DAYS`. */
export function readChannelHistory(text: string): Result<ChannelHistory, string> {
  const match = /^([0-9]{1,7})(?:,([0-9]{1,5}))?$/.exec(text)
  const messages = Number(match?.[1])
  const days = match?.[2] === undefined ? channelDaysDefault : Number(match[2])
  const isRight = match && messages >= 1 && messages <= channelMessagesMax && days >= 1 && days <= channelDaysMax
  if (isRight) return ok({ messages, days })
  return fail(
    `A history is N or N,DAYS: 1 to ${channelMessagesMax} messages, for 1 to ${channelDaysMax} days (1000,30).`,
  )
}

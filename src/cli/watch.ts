// `parley watch`: runs a command for each event, one at a time and in order, with the event as JSON on its standard input
// and in PARLEY_* variables. Invariants: nothing that somebody else wrote becomes part of a command line; what waits is
// bounded; a command that fails is reported and stops nothing.

import type { PeerEvent } from '../api/index.ts'
import { ParleyError } from '../base/index.ts'
import { foldName } from '../protocol/index.ts'
import { jsonLine } from '../terminal/index.ts'
import { type CommandDesk, fired, type Outcome } from './command-desk.ts'
import { accountNameOf } from './conversation-word.ts'

/** Runs a command line with a text on its standard input; resolves with its exit code or the signal that ended it. */
export type RunCommand = (
  command: string,
  given: {
    readonly input: string
    readonly environment: Readonly<Record<string, string>>
    readonly signal: AbortSignal
  },
) => Promise<number | string>

export interface WatchRequest {
  /** Only what this person wrote or did. */
  readonly from?: string
  /** A line for the shell; without it the events themselves are printed as JSON. */
  readonly command?: string
  /** Types of events, as docs/json.md has them. */
  readonly types: readonly string[]
  /** Ends after the first event. */
  readonly once: boolean
  readonly run: RunCommand
}

/** What is watched unless told. */
export const watchedTypes = ['message', 'roomMessage', 'channelMessage'] as const

/** Every type that a peer tells; a promise of this file that the compiler checks. */
export const eventTypes = Object.keys({
  sent: true,
  message: true,
  state: true,
  presence: true,
  directory: true,
  registry: true,
  identityChanged: true,
  warning: true,
  account: true,
  chatRequest: true,
  chatRequestOver: true,
  chatRefused: true,
  chatOpened: true,
  chatClosed: true,
  friend: true,
  mailWaiting: true,
  room: true,
  roomMessage: true,
  roomSent: true,
  roomPlaced: true,
  roomState: true,
  channelMessage: true,
  channelSent: true,
  channelState: true,
  channelHeard: true,
  read: true,
  draft: true,
} satisfies Readonly<Record<PeerEvent['type'], true>>)

/** Events that may wait for the command. */
export const waitingMax = 1_000

/** Reads `message,presence`; throws `badEventType` with the types there are. */
export function readEventTypes(text: string): readonly string[] {
  const types = text.split(',').map((type) => type.trim())
  const unknown = types.find((type) => !eventTypes.includes(type))
  if (unknown !== undefined) throw new ParleyError('badEventType', { details: { type: unknown, known: eventTypes } })
  return types
}

export async function watch(desk: CommandDesk, request: WatchRequest): Promise<Outcome> {
  const { peer, results, signal } = desk
  const from = request.from === undefined ? undefined : foldName(accountNameOf(request.from))
  const over = new AbortController()
  const end = AbortSignal.any([signal, results.closed, over.signal])
  const waiting: PeerEvent[] = []
  let running: Promise<void> | undefined
  let taken = 0
  let lost = 0
  let failed: Outcome
  const work = async (): Promise<void> => {
    for (let event = waiting.shift(); event !== undefined && !end.aborted; event = waiting.shift()) {
      if (lost > 0) desk.warn(`${lost} events were left out: the command is slower than they come`)
      lost = 0
      if (!(await tell(desk, request, event, signal))) failed = 'commandFailed'
      if (request.once) over.abort()
    }
    running = undefined
  }
  const stop = peer.subscribe((event) => {
    if (!request.types.includes(event.type) || (from !== undefined && actorOf(event) !== from)) return
    if (request.once && taken > 0) return
    if (waiting.length >= waitingMax) lost++
    else {
      taken++
      waiting.push(event)
      running ??= work()
    }
  })
  await fired(end)
  stop()
  await running
  return request.once ? failed : undefined
}

/** Whether all went well. */
async function tell(desk: CommandDesk, request: WatchRequest, event: PeerEvent, signal: AbortSignal): Promise<boolean> {
  const line = jsonLine(event as Parameters<typeof jsonLine>[0]) ?? JSON.stringify(event)
  if (request.command === undefined) {
    desk.results.line(line)
    await desk.results.drained()
    return true
  }
  try {
    const environment = variables(event, line, desk.peer.name)
    const code = await request.run(request.command, { input: `${line}\n`, environment, signal })
    if (code !== 0 && !signal.aborted) desk.warn(`the command ended with ${code}`)
    return code === 0
  } catch (error) {
    desk.warn(`the command could not be run: ${error instanceof Error ? error.message : String(error)}`)
    return false
  }
}

/** Whoever wrote or did it, folded. */
function actorOf(event: PeerEvent): string | undefined {
  if (event.type === 'channelMessage') return event.entry.from === undefined ? undefined : foldName(event.entry.from)
  if (event.type === 'friend') return foldName(event.friend.name)
  if (event.type === 'room') return foldName(event.entry.name)
  if ('from' in event) return foldName(event.from)
  return 'name' in event ? foldName(event.name) : undefined
}

/** Fields of the event that are words or numbers, by name: `sentAt` is PARLEY_SENT_AT. */
function variables(event: PeerEvent, line: string, profile: string): Readonly<Record<string, string>> {
  const fields = { ...(JSON.parse(line) as Record<string, unknown>) }
  if (event.type === 'channelMessage') Object.assign(fields, fields['entry'])
  const found: Record<string, string> = { PARLEY_PROFILE: profile }
  for (const [field, value] of Object.entries(fields)) {
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') continue
    const name = field === 'type' ? 'EVENT' : field.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
    // A variable cannot hold the character that ends it.
    found[`PARLEY_${name}`] = String(value).replaceAll('\0', '\ufffd')
  }
  return found
}

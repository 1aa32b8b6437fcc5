// Bugs planted beside the link, never in it: each wraps a machine so that it misbehaves the way a broken link would. The
// campaign must find every one of them, or it would not find the real one either.

import type { LinkEvent } from '../src/link/index.ts'
import type { DrivenEndpoint, Machine } from './host.ts'
import type { PlantedBug } from './plant.ts'

/** Rare enough to need a campaign, frequent enough for one of 20 seeds. */
const every = 50

function wrapEndpoint(machine: Machine, wrap: (endpoint: DrivenEndpoint) => Partial<DrivenEndpoint>): Machine {
  const { endpoint } = machine
  const whole: DrivenEndpoint = {
    handleDatagram: (now, from, bytes) => endpoint.handleDatagram(now, from, bytes),
    handleTimeout: (now) => endpoint.handleTimeout(now),
    pollTransmit: (now) => endpoint.pollTransmit(now),
    pollTimeout: () => endpoint.pollTimeout(),
    pollEvent: () => endpoint.pollEvent(),
    ...wrap(endpoint),
  }
  return { ...machine, endpoint: whole }
}

/** Changes every 50th message event of a machine: gives the events to hand up in its place. */
function wrapMessages(
  machine: Machine,
  change: (event: Extract<LinkEvent, { type: 'message' }>, next: LinkEvent | undefined) => readonly LinkEvent[],
): Machine {
  let messages = 0
  const waiting: LinkEvent[] = []
  return wrapEndpoint(machine, (endpoint) => ({
    pollEvent() {
      const first = waiting.shift()
      if (first !== undefined) return first
      const event = endpoint.pollEvent()
      if (event?.type !== 'message' || ++messages % every !== 0) return event
      const kept = { ...event, bytes: event.bytes.slice() }
      const follower = endpoint.pollEvent()
      const next = follower?.type === 'message' ? { ...follower, bytes: follower.bytes.slice() } : follower
      waiting.push(...change(kept, next))
      return waiting.shift()
    },
  }))
}

const and = (next: LinkEvent | undefined) => (next === undefined ? [] : [next])

export const plantedLinkBugs: readonly PlantedBug[] = [
  {
    what: 'a message is handed up twice',
    breaks: ['S2'],
    machine: (machine) => wrapMessages(machine, (event, next) => [event, event, ...and(next)]),
  },
  {
    what: 'a message is lost after it was acknowledged',
    breaks: ['S4', 'L1'],
    machine: (machine) => wrapMessages(machine, (_, next) => and(next)),
  },
  {
    what: 'one bit of a message is altered',
    breaks: ['S3'],
    machine: (machine) =>
      wrapMessages(machine, (event, next) => {
        const at = event.bytes.length - 1
        event.bytes[at] = (event.bytes[at] as number) ^ 1
        return [event, ...and(next)]
      }),
  },
  {
    what: 'two messages change places',
    breaks: ['S4'],
    machine: (machine) => wrapMessages(machine, (event, next) => (next?.type === 'message' ? [next, event] : [event])),
  },
  {
    what: 'a packet is sealed twice under one number',
    breaks: ['S7'],
    machine: (machine) =>
      wrapEndpoint(machine, (endpoint) => {
        let packets = 0
        let again: ReturnType<DrivenEndpoint['pollTransmit']>
        return {
          pollTransmit(now) {
            if (again !== undefined) {
              const out = again
              again = undefined
              return out
            }
            const out = endpoint.pollTransmit(now)
            if (out?.bytes[0] !== 4 || ++packets % every !== 0) return out
            // The same header over other contents: what reuse of a counter looks like from outside.
            const bytes = out.bytes.slice()
            bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 1
            again = { to: out.to, bytes }
            return out
          },
        }
      }),
  },
  {
    what: 'strangers are answered with more than they sent',
    breaks: ['S10'],
    machine: (machine) =>
      wrapEndpoint(machine, (endpoint) => {
        let copies: ReturnType<DrivenEndpoint['pollTransmit']>[] = []
        return {
          pollTransmit(now) {
            const copy = copies.pop()
            if (copy !== undefined) return copy
            const out = endpoint.pollTransmit(now)
            if (out !== undefined && out.bytes[0] !== 1 && out.bytes[0] !== 4 && out.bytes[0] !== 9) {
              const bytes = out.bytes.slice()
              copies = Array.from({ length: 12 }, () => ({ to: out.to, bytes }))
            }
            return out
          },
        }
      }),
  },
  {
    what: 'a host goes deaf after a while',
    breaks: ['L1', 'L2'],
    machine: (machine) =>
      wrapEndpoint(machine, (endpoint) => {
        let datagrams = 0
        return {
          handleDatagram(now, from, bytes) {
            if (++datagrams < 200) endpoint.handleDatagram(now, from, bytes)
          },
        }
      }),
  },
]

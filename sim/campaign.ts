// Many histories, one seed each, until the first that breaks an invariant. Says what broke and how to see it again.

import { runChatHistory } from './chat-history.ts'
import type { History, HistoryOptions, HistoryReport } from './history.ts'
import { runLinkHistory } from './link-history.ts'
import { runMailboxHistory } from './mailbox-history.ts'
import { runRoomHistory } from './room-history.ts'
import { Violation } from './violation.ts'

/** The kinds of history; a seed gives one of each. */
export const histories = {
  chat: runChatHistory,
  link: runLinkHistory,
  mailbox: runMailboxHistory,
  room: runRoomHistory,
} as const satisfies Record<string, History>
export type HistoryKind = keyof typeof histories
export const historyKinds = Object.keys(histories) as readonly HistoryKind[]

export interface Broken {
  readonly kind: HistoryKind
  readonly seed: number
  readonly violation: Violation
}

export interface CampaignReport {
  readonly histories: number
  readonly simulatedMs: number
  readonly datagrams: number
  readonly messages: number
  /** The slowest recovery from the end of the faults. */
  readonly linksUpMs: number
  readonly deliveredMs: number
  readonly broken: Broken | undefined
}

export interface Campaign {
  readonly kinds: readonly HistoryKind[]
  readonly from: number
  readonly seeds: number
  readonly minutesMax?: number
  /** Called after each seed. */
  readonly progress?: (done: number) => void
}

/** One history. An exception of the programs under test is a violation too, and a bug of the simulator looks like one. */
export function runHistory(kind: HistoryKind, seed: number, options: HistoryOptions = {}): HistoryReport | Broken {
  try {
    return histories[kind](seed, options)
  } catch (error) {
    if (error instanceof Violation) return { kind, seed, violation: error }
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return { kind, seed, violation: new Violation('crash', what, error) }
  }
}

export function runCampaign(campaign: Campaign): CampaignReport {
  const sums = { histories: 0, simulatedMs: 0, datagrams: 0, messages: 0, linksUpMs: 0, deliveredMs: 0 }
  const { minutesMax } = campaign
  for (let i = 0; i < campaign.seeds; i++) {
    for (const kind of campaign.kinds) {
      const report = runHistory(kind, campaign.from + i, minutesMax === undefined ? {} : { minutesMax })
      if ('violation' in report) return { ...sums, broken: report }
      sums.histories += 1
      sums.simulatedMs += report.simulatedMs
      sums.datagrams += report.datagrams
      sums.messages += report.messages
      sums.linksUpMs = Math.max(sums.linksUpMs, report.linksUpMs)
      sums.deliveredMs = Math.max(sums.deliveredMs, report.deliveredMs)
    }
    campaign.progress?.(i + 1)
  }
  return { ...sums, broken: undefined }
}

/** What broke, in words, with the command that shows it again. */
export function describeBroken({ kind, seed, violation }: Broken): string {
  return [
    `seed ${seed} (${kind}) broke ${violation.message}`,
    `replay: npm run sim -- --kind ${kind} --seed ${seed} --trace`,
  ].join('\n')
}

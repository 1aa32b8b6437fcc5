// What the registry's window is told and may ask: the figures, the table of peers and the log of one registry, and what
// its administrator does there. It travels as JSON: times are wall milliseconds, sizes bytes. docs/operating.md, "The window".

import type { WallMs } from '../base/index.ts'
import type { AccountMode } from '../protocol/index.ts'

/** What stays the same while a registry runs. */
export interface RegistryAbout {
  readonly name: string
  readonly version: string
  /** The link key in the form people compare. */
  readonly fingerprint: string
  /** The line to join by: `parley://KEY@HOST:PORT`. */
  readonly invite: string
  /** Where it listens, HOST:PORT. */
  readonly address: string
  readonly accounts: AccountMode
  readonly startedAt: WallMs
}

/** How the link of a peer's newest session does. */
export interface RegistryLink {
  readonly rttMs: number
  /** Share of the packets to the peer that were lost, 0 to 1. */
  readonly lossRate: number
  readonly packetsIn: number
  readonly packetsOut: number
}

/** A line of the table of peers. */
export interface RegistryPeer {
  readonly name: string
  readonly online: boolean
  readonly busy: boolean
  readonly suspended: boolean
  /** When it came on line, or its last life sign; of who is known by a suspension only, when that was. */
  readonly since: WallMs
  /** Sessions it has. */
  readonly devices: number
  /** Where its newest session is seen, HOST:PORT. */
  readonly address?: string
  /** When a device of it last showed that it is there. */
  readonly lifeAt?: WallMs
  /** Bytes of messages on its sessions, from it and to it. */
  readonly bytesIn: number
  readonly bytesOut: number
  readonly link?: RegistryLink
}

/** How much the store holds. */
export interface RegistryStoreFigures {
  readonly accounts: number
  readonly suspended: number
  readonly mailRows: number
  readonly mailBytes: number
  /** When the oldest message that waits was deposited. */
  readonly oldestMailAt?: WallMs
  readonly notices: number
  readonly rooms: number
  /** Of its files. */
  readonly bytes: number
}

/** The registry at one instant. Counters count from its start. */
export interface RegistryFigures {
  readonly at: WallMs
  readonly uptimeMs: number
  /** Links that are up, and accounts that are on line. */
  readonly sessions: number
  readonly online: number
  readonly requestsInWork: number
  readonly counters: Readonly<Record<string, number>>
  /** Refused requests by error. */
  readonly refusals: Readonly<Record<string, number>>
  /** How often each limit was hit; limits that were not are left out. */
  readonly limits: Readonly<Record<string, number>>
  /** Share of time that the loop was busy since the figures before, 0 to 1. */
  readonly loopBusy: number
  /** How late the timer of these figures was; absent where no timer asked. */
  readonly loopLagMs?: number
  /** Resident memory of the process. */
  readonly memoryBytes: number
  /** Absent: there is no backup yet. */
  readonly lastBackupAt?: WallMs
  /** Absent until the store has answered. */
  readonly store?: RegistryStoreFigures
}

/** Counts of complete seconds, oldest first; the last of them ended at `endsAt`. */
export interface RegistrySeries {
  readonly endsAt: WallMs
  /** To mailboxes, rooms and everybody; what people say to each other directly never passes the registry. */
  readonly messages: readonly number[]
  readonly logins: readonly number[]
  /** Limits that were hit. */
  readonly limits: readonly number[]
}

export type RegistryLogLevel = 'debug' | 'info' | 'warn' | 'error' | 'fatal'

/** One line of the log, in the words of its text form. */
export interface RegistryLogLine {
  /** Counts up from the start; a gap is what was not kept. */
  readonly number: number
  readonly at: WallMs
  readonly level: RegistryLogLevel
  readonly text: string
}

/** Everything at once: what batches after it change. */
export interface RegistrySnapshot {
  readonly about: RegistryAbout
  readonly figures: RegistryFigures
  readonly series: RegistrySeries
  readonly peers: readonly RegistryPeer[]
  readonly lines: readonly RegistryLogLine[]
}

/** What changed since the batch before, or since the snapshot: the notice `batch` of the window's line. */
export interface RegistryBatch {
  readonly figures?: RegistryFigures
  /** The seconds since the batch before. */
  readonly series?: RegistrySeries
  /** Rows that are new or others than before, and names that are in the table no more. */
  readonly peers?: readonly RegistryPeer[]
  readonly gone?: readonly string[]
  readonly lines?: readonly RegistryLogLine[]
}

/** A code for one new name, told once. */
export interface RegistryInvite {
  readonly code: string
  readonly expires: WallMs
  /** What to type to join by it. */
  readonly joinLine: string
}

/** What a registry's administrator may ask of it, as the window's server does. */
export interface RegistryApi {
  readonly about: RegistryAbout
  /** `lagMs`: how late the asking timer was. */
  figures(lagMs?: number): RegistryFigures
  /** Figures of the store; rejects where it does not answer. */
  storeFigures(): Promise<RegistryStoreFigures>
  /** The last `seconds` complete seconds, at most 600. */
  series(seconds: number): RegistrySeries
  peers(): readonly RegistryPeer[]
  /** The last lines of the log, oldest first; with `after`, those with a higher number. */
  logLines(after?: number): readonly RegistryLogLine[]
  /** Told, often, that table or log may be others now. The answer ends it. */
  watch(listener: (what: 'peers' | 'log') => void): () => void
  /** Ends the sessions of an account; its peers may come back. */
  disconnect(name: string): Promise<{ readonly sessions: number }>
  /** Rejects with `unknownName`, as do the next two. */
  suspend(name: string): Promise<void>
  unsuspend(name: string): Promise<void>
  deleteAccount(name: string): Promise<void>
  /** Rejects with `tooManyInvites`. */
  makeInvite(): Promise<RegistryInvite>
  /** Speaks to everybody. Rejects with `empty`, `tooLarge`. */
  say(text: string): Promise<{ readonly online: number }>
}

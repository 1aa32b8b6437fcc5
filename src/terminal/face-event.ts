// What a face shows: the peer's events and the answers to the person's own commands, in one order. Each face (terminal,
// plain, JSON) is a way of rendering these, and no face renders anything else.

import type {
  ChannelEntry,
  Client,
  Finding,
  Friend,
  HistoryEntry,
  jsonDeeds,
  NotInvited,
  PeerEvent,
  PresenceState,
  Room,
  RoomEntry,
  StateEvent,
} from '../api/index.ts'
import type { ErrorText } from './error-text.ts'

/** A client, with the address of the friend list where that has one. */
export interface ClientRow extends Client {
  readonly address?: string
}

/** How far an own message came. `noAnswer`: it went to the mailbox though its recipient was believed to be on line. */
export type FaceState = StateEvent & { readonly noAnswer?: true }

export interface FacePresence {
  readonly type: 'presence'
  readonly name: string
  readonly status: PresenceState
  readonly busy?: boolean
  /** They came or went; else only something about them changed. */
  readonly isNews: boolean
}

/** What was done at a word of the person's, where no event of the peer tells it. */
export type Deed = (typeof jsonDeeds)[number]

/** The answers to the person's own commands. */
export type AnswerEvent =
  | {
      readonly type: 'clients'
      readonly clients: readonly ClientRow[]
      readonly onlineOnly?: true
      /** The table was fetched anew. */
      readonly refreshed?: true
    }
  | { readonly type: 'finding'; readonly name: string; readonly finding: Finding }
  | { readonly type: 'friends'; readonly friends: readonly Friend[] }
  | { readonly type: 'rooms'; readonly rooms: readonly Room[] }
  | { readonly type: 'members'; readonly room: Room }
  | { readonly type: 'roomMade'; readonly room: Room; readonly notInvited: readonly NotInvited[] }
  | {
      readonly type: 'roomInvited'
      readonly room: number
      readonly names: readonly string[]
      readonly notInvited: readonly NotInvited[]
    }
  /** `whole`: the person asked for full length. */
  | {
      readonly type: 'history'
      readonly name: string
      readonly messages: readonly HistoryEntry[]
      readonly whole: boolean
    }
  | {
      readonly type: 'roomHistory'
      readonly room: number
      readonly entries: readonly RoomEntry[]
      readonly whole: boolean
    }
  | { readonly type: 'channelHistory'; readonly entries: readonly ChannelEntry[]; readonly whole: boolean }
  /** Where plain lines go now: to a person, to a room, or (neither) nowhere. */
  | { readonly type: 'opened'; readonly name?: string; readonly room?: number; readonly roomName?: string }
  | { readonly type: 'accepted'; readonly name: string }
  | {
      readonly type: 'done'
      readonly deed: Deed
      readonly name?: string
      readonly room?: number
      readonly text?: string
    }
  | { readonly type: 'loggedIn'; readonly name: string }
  | { readonly type: 'notice'; readonly text: string }
  | { readonly type: 'help'; readonly text: string }
  /** `line`: the number of the input line that it answers, from 1, where input has numbers. */
  | { readonly type: 'error'; readonly error: ErrorText; readonly line?: number }

export type FaceEvent =
  // What is read and what was typed elsewhere is kept for faces that show it, and is no line of a transcript.
  | Exclude<PeerEvent, { readonly type: 'state' | 'presence' | 'account' | 'read' | 'draft' }>
  | FaceState
  | FacePresence
  | AnswerEvent
  | {
      readonly type: 'ready'
      readonly name: string
      readonly registry: string
      readonly port: number
      readonly fingerprint: string
    }
  /** The next line answers it. */
  | { readonly type: 'question'; readonly text: string; readonly isSecret: boolean }
  | { readonly type: 'exiting' }

/** Why a face ended. */
export type Departure =
  | 'quit'
  | 'inputEnded'
  | 'interrupted'
  | 'outputClosed'
  /** The registry does not let us in, and never did in this run. */
  | 'refused'
  | 'wrongKey'

export interface FaceResult {
  readonly departure: Departure
  /** Code of the first command or message that failed, where no person was there to see it. */
  readonly failure?: string
  /** Own messages of this run that are kept on this machine only. */
  readonly unsettled: number
}

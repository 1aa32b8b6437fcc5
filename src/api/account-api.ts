// The part of the peer API about oneself and other people: logging in and out, looking somebody up, the list of friends,
// and private sessions that one asks for and the other accepts.

import type { PresenceState, Road } from './peer-api.ts'

export interface LoginOptions {
  /** Another account than the present one: that one is logged out first. */
  readonly name?: string
  readonly password?: string
  /** Makes the account, with this password where the registry wants one. */
  readonly signUp?: boolean
  readonly inviteCode?: string
}

/** What the registry says of a name. `self`: it is one's own. */
export type Finding =
  | {
      readonly kind: 'found'
      readonly name: string
      readonly status: PresenceState
      readonly busy: boolean
      readonly address?: string
    }
  | { readonly kind: 'unknown'; readonly name: string; readonly nearest: readonly string[] }
  | { readonly kind: 'self' }

/** Somebody on the own list, or blocked. */
export interface Friend {
  readonly name: string
  /** What we call them ourselves. */
  readonly alias?: string
  readonly isFriend: boolean
  readonly isBlocked: boolean
  /** Undefined while the registry cannot say. */
  readonly status?: PresenceState
  readonly road?: Road
  /** HOST:PORT of the live link, or where they were reached last. */
  readonly address?: string
}

/** How an own request for a private session ended without one. */
export const chatRefusals = ['rejected', 'busy', 'withdrawn', 'timedOut', 'away'] as const
export type ChatRefusal = (typeof chatRefusals)[number]

export type SessionEvent =
  /** Somebody asks for a private session: `answerChat`. */
  | { readonly type: 'chatRequest'; readonly from: string }
  /** A request of theirs is open no more: they withdrew it, or its minute is over. */
  | { readonly type: 'chatRequestOver'; readonly from: string; readonly outcome: 'withdrawn' | 'timedOut' }
  /** An own request ended. */
  | { readonly type: 'chatRefused'; readonly name: string; readonly outcome: ChatRefusal }
  /** The session is open; `asked` where the own request was accepted. */
  | { readonly type: 'chatOpened'; readonly name: string; readonly asked: boolean }
  /** It is over: we left, they left, or they are gone. */
  | { readonly type: 'chatClosed'; readonly name: string; readonly by: 'self' | 'peer' | 'absence' }
  /** A change of the friend list or the blocked ones. */
  | { readonly type: 'friend'; readonly friend: Friend }
  /** So many messages waited in the mailbox at this login. */
  | { readonly type: 'mailWaiting'; readonly count: number }

export interface AccountApi {
  /**
   * Logs in. Rejects with `passwordNeeded`, `passwordWrong` (or nobody has the name; `known: true` where this profile has
   * logged in with the name before), `inviteNeeded`, `inviteWrong`,
   * `nameTaken`, `alreadyLoggedIn` {name}, `rateLimited` {retryMs}, `registryUnreachable`.
   */
  login(options?: LoginOptions): Promise<void>
  /**
   * Off line at the registry and for all peers; sends are kept until the next login. `forget`: the registry asks for the
   * password again next time, where it has one. Rejects with `notLoggedIn`.
   */
  logout(options?: { readonly forget?: boolean }): Promise<void>
  /** Rejects with `passwordWrong`, `noPasswords` where the registry has none. */
  changePassword(before: string, after: string): Promise<void>
  lookUp(name: string): Promise<Finding>
  /** Asks the registry for the whole presence table again. */
  refresh(): Promise<void>
  /** Rejects with `unknownName`, `away`, `inSession` {name}, `self`, `rateLimited`, `blocked`. Its end is an event. */
  requestChat(name: string): Promise<void>
  /** Rejects with `noRequest` {name} where none of theirs is open. */
  answerChat(name: string, accept: boolean): Promise<void>
  /** Takes back the own open request. Rejects with `noRequest`. */
  withdrawChat(): Promise<void>
  /** Rejects with `noSession`. */
  leaveChat(): Promise<void>
  friends(): Promise<readonly Friend[]>
  /** Adds to the list, or changes the alias ('' takes it away). */
  addFriend(name: string, alias?: string): Promise<void>
  removeFriend(name: string): Promise<void>
  /** Nothing of a blocked person is shown or acknowledged as stored: their messages are refused. */
  setBlocked(name: string, isBlocked: boolean): Promise<void>
}

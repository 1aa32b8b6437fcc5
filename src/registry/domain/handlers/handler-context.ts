// What a handler of requests may use. Invariant: each request gets exactly one `answer` or `refuse`.

import type { Address, MonotonicMs, Random, WallMs } from '../../../base/index.ts'
import type {
  AccountMode,
  Policy,
  RegistryAnswer,
  RegistryErrorName,
  RegistryPush,
  RegistryRequest,
  SessionCloseReason,
} from '../../../protocol/index.ts'
import type { ChannelBoard } from '../channel-board.ts'
import type { Figures } from '../figures.ts'
import type { GuessLimits } from '../guess-limits.ts'
import type { RegistryLimits } from '../limits.ts'
import type { Liveness } from '../liveness.ts'
import type { PasswordPort } from '../password-port.ts'
import type { PresenceBoard } from '../presence-board.ts'
import type { EventLog, LeaveCause } from '../registry-event.ts'
import type { Session, SessionAccount } from '../session.ts'
import type { Done, Store, StoreFailure } from '../store.ts'
import type { Verifier } from '../verifier.ts'

/** The part of a request that its answer needs. */
export type RequestHead = Pick<RegistryRequest, 't' | 'q'>

/** Fields of an error answer beside its code. */
export type ErrorDetails = Omit<Extract<RegistryAnswer, { t: 'error' }>, 't' | 'r' | 'code'>

export interface HandlerContext {
  readonly registryName: string
  readonly store: Store
  readonly verifier: Verifier
  readonly random: Random
  readonly policy: Policy
  readonly limits: RegistryLimits
  readonly presence: PresenceBoard
  readonly events: EventLog
  readonly figures: Figures
  readonly accounts: AccountMode
  /** Absent where the registry has no passwords. */
  readonly passwords: PasswordPort | undefined
  readonly guesses: GuessLimits
  readonly liveness: Liveness
  readonly channel: ChannelBoard
  readonly isDraining: boolean
  wallMs(): WallMs
  /** The link's round-trip time; a guess while there is none. */
  rttMs(session: Session): number
  answer(now: MonotonicMs, session: Session, answer: RegistryAnswer): void
  refuse(
    now: MonotonicMs,
    session: Session,
    request: RequestHead,
    error: RegistryErrorName,
    details?: ErrorDetails,
  ): void
  /** A message that is encoded already. */
  sendBytes(now: MonotonicMs, session: Session, bytes: Uint8Array): void
  push(now: MonotonicMs, session: Session, message: RegistryPush): void
  /** To every session of the account. */
  pushToAccount(now: MonotonicMs, account: string, message: RegistryPush): void
  /** Sessions that are logged in to the account (folded name), newest login first. */
  sessionsOf(account: string): readonly Session[]
  /** Wraps what comes after the commit; a failure of the store is answered as one. */
  afterCommit<T>(session: Session, request: RequestHead, then: (now: MonotonicMs, value: T) => void): Done<T>
  /** Tells the log of a failure that no request waits for. */
  noteFailure(failure: StoreFailure): void
  /** 0 where a login from this host may go on (and is counted), else the milliseconds until it may. */
  takeHostLogin(now: MonotonicMs, address: Address): number
  nextLoginNumber(): number
  /** False where a newer login of the same device is there already: then this session is being closed. */
  enter(now: MonotonicMs, session: Session, account: SessionAccount): boolean
  leave(now: MonotonicMs, session: Session, cause: LeaveCause): void
  /** Shows the account (folded name) as busy if one of its sessions is. */
  tellBusy(now: MonotonicMs, account: string): void
  close(now: MonotonicMs, session: Session, reason: SessionCloseReason): void
}

/** One handler: acts on a request whose form, login and rate were checked. */
export type Handler<T extends RegistryRequest['t']> = (
  context: HandlerContext,
  now: MonotonicMs,
  session: Session,
  request: Extract<RegistryRequest, { t: T }>,
) => void

/** Handlers of requests that need a login get the account as well. */
export type AccountHandler<T extends RegistryRequest['t']> = (
  context: HandlerContext,
  now: MonotonicMs,
  session: Session & { readonly account: SessionAccount },
  request: Extract<RegistryRequest, { t: T }>,
) => void

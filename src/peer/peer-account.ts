// The verbs about the own account and other people, with promises. Each rejects with a ParleyError made of the rules'
// reason, or `closed`; the codes are listed in domain/account-desk.ts.

import { fail } from '../base/index.ts'
import type { AccountDesk, Answer, Finding, KnownFriend, LoginRequest } from './domain/index.ts'
import type { Peer } from './peer.ts'

type Verb<T> = (desk: AccountDesk, now: number, done: Answer<T>) => void

export class PeerAccount {
  readonly #peer: Pick<Peer, 'command'>

  constructor(peer: Pick<Peer, 'command'>) {
    this.#peer = peer
  }

  /** Resolves when the registry let us in. */
  login(request: LoginRequest = {}): Promise<void> {
    return this.#do((desk, now, done) => desk.login(now, request, done))
  }

  /** Resolves when the registry knows; with `isForgotten` it asks for the password at the next login. */
  logout(isForgotten: boolean): Promise<void> {
    return this.#do((desk, now, done) => desk.logout(now, isForgotten, done))
  }

  changePassword(before: string, after: string): Promise<void> {
    return this.#do((desk, now, done) => desk.changePassword(now, before, after, done))
  }

  lookUp(name: string): Promise<Finding> {
    return this.#do((desk, now, done) => desk.lookUp(now, name, done))
  }

  refresh(): Promise<void> {
    return this.#do((desk, now, done) => desk.refresh(now, done))
  }

  requestChat(name: string): Promise<void> {
    return this.#do((desk, now, done) => desk.requestChat(now, name, done))
  }

  answerChat(name: string, isAccepted: boolean): Promise<void> {
    return this.#do((desk, now, done) => desk.answerChat(now, name, isAccepted, done))
  }

  withdrawChat(): Promise<void> {
    return this.#do((desk, now, done) => desk.withdrawChat(now, done))
  }

  leaveChat(): Promise<void> {
    return this.#do((desk, now, done) => desk.leaveChat(now, done))
  }

  friends(): Promise<readonly KnownFriend[]> {
    return this.#do((desk, now, done) => done(now, { ok: true, value: desk.knownFriends() }))
  }

  addFriend(name: string, alias?: string): Promise<void> {
    return this.#do((desk, now, done) => desk.addFriend(now, name, alias, done))
  }

  removeFriend(name: string): Promise<void> {
    return this.#do((desk, now, done) => desk.removeFriend(now, name, done))
  }

  setBlocked(name: string, isBlocked: boolean): Promise<void> {
    return this.#do((desk, now, done) => desk.setBlocked(now, name, isBlocked, done))
  }

  #do<T>(verb: Verb<T>): Promise<T> {
    return this.#peer.command<T>((program, now, done) => {
      const desk = program.account
      if (!desk) return done(fail({ code: 'notRunning', details: {} }))
      verb(desk, now, (_later, outcome) => done(outcome))
    })
  }
}

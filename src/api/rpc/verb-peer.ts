// Every verb of the peer API as a method that hands its arguments to one place: what calls by a connection, or by whichever
// connection there is, writes that place and nothing else. Platform-free.

import type { PeerApi } from '../peer-api.ts'
import type { PeerVerbs, VerbName } from './verb-form.ts'

/** What a verb answers with. */
export type VerbAnswer<V extends VerbName> = Awaited<ReturnType<PeerApi[V]>>

export abstract class VerbPeer implements PeerVerbs {
  protected abstract ask<V extends VerbName>(verb: V, given: readonly unknown[]): Promise<VerbAnswer<V>>

  readonly status: PeerApi['status'] = (...given) => this.ask('status', given)
  readonly send: PeerApi['send'] = (...given) => this.ask('send', given)
  readonly clients: PeerApi['clients'] = (...given) => this.ask('clients', given)
  readonly history: PeerApi['history'] = (...given) => this.ask('history', given)
  readonly acceptIdentity: PeerApi['acceptIdentity'] = (...given) => this.ask('acceptIdentity', given)

  readonly login: PeerApi['login'] = (...given) => this.ask('login', given)
  readonly logout: PeerApi['logout'] = (...given) => this.ask('logout', given)
  readonly changePassword: PeerApi['changePassword'] = (...given) => this.ask('changePassword', given)
  readonly lookUp: PeerApi['lookUp'] = (...given) => this.ask('lookUp', given)
  readonly refresh: PeerApi['refresh'] = (...given) => this.ask('refresh', given)
  readonly requestChat: PeerApi['requestChat'] = (...given) => this.ask('requestChat', given)
  readonly answerChat: PeerApi['answerChat'] = (...given) => this.ask('answerChat', given)
  readonly withdrawChat: PeerApi['withdrawChat'] = (...given) => this.ask('withdrawChat', given)
  readonly leaveChat: PeerApi['leaveChat'] = (...given) => this.ask('leaveChat', given)
  readonly friends: PeerApi['friends'] = (...given) => this.ask('friends', given)
  readonly addFriend: PeerApi['addFriend'] = (...given) => this.ask('addFriend', given)
  readonly removeFriend: PeerApi['removeFriend'] = (...given) => this.ask('removeFriend', given)
  readonly setBlocked: PeerApi['setBlocked'] = (...given) => this.ask('setBlocked', given)

  readonly makeRoom: PeerApi['makeRoom'] = (...given) => this.ask('makeRoom', given)
  readonly inviteToRoom: PeerApi['inviteToRoom'] = (...given) => this.ask('inviteToRoom', given)
  readonly answerRoom: PeerApi['answerRoom'] = (...given) => this.ask('answerRoom', given)
  readonly leaveRoom: PeerApi['leaveRoom'] = (...given) => this.ask('leaveRoom', given)
  readonly removeFromRoom: PeerApi['removeFromRoom'] = (...given) => this.ask('removeFromRoom', given)
  readonly nameRoom: PeerApi['nameRoom'] = (...given) => this.ask('nameRoom', given)
  readonly rooms: PeerApi['rooms'] = (...given) => this.ask('rooms', given)
  readonly roomHistory: PeerApi['roomHistory'] = (...given) => this.ask('roomHistory', given)
  readonly sendToRoom: PeerApi['sendToRoom'] = (...given) => this.ask('sendToRoom', given)
  readonly sendToAll: PeerApi['sendToAll'] = (...given) => this.ask('sendToAll', given)
  readonly channelHistory: PeerApi['channelHistory'] = (...given) => this.ask('channelHistory', given)

  readonly conversations: PeerApi['conversations'] = (...given) => this.ask('conversations', given)
  readonly transcript: PeerApi['transcript'] = (...given) => this.ask('transcript', given)
  readonly search: PeerApi['search'] = (...given) => this.ask('search', given)
  readonly markRead: PeerApi['markRead'] = (...given) => this.ask('markRead', given)
  readonly setDraft: PeerApi['setDraft'] = (...given) => this.ask('setDraft', given)
  readonly journey: PeerApi['journey'] = (...given) => this.ask('journey', given)
  readonly contact: PeerApi['contact'] = (...given) => this.ask('contact', given)
  readonly importMessages: PeerApi['importMessages'] = (...given) => this.ask('importMessages', given)
}

// Every verb of the peer API by name: how the arguments of its method become the named parameters of a call and back, and
// whether a call whose answer was lost may be made again. Platform-free. The compiler holds it against PeerApi.

import type { PeerApi } from '../peer-api.ts'
import { recordOf } from './rpc-message.ts'

type Method = (...given: never[]) => Promise<unknown>

/** What is answered here and not by a call: what a caller knows itself, `subscribe`, and its own end. */
type NoVerb = 'name' | 'fingerprint' | 'registry' | 'port' | 'registryState' | 'subscribe' | 'close' | symbol

/** The name of a verb: of each method of PeerApi that asks the peer. */
export type VerbName = Exclude<keyof PeerApi, NoVerb>
/** The methods themselves. */
export type PeerVerbs = { readonly [V in VerbName]: PeerApi[V] & Method }

export interface VerbForm {
  /** The names of the method's parameters, in order. */
  readonly takes: readonly string[]
  /** The method's last argument is an object whose fields are parameters as well. */
  readonly spread?: true
  /** Twice does what once does: the call may be repeated after the connection was lost. */
  readonly repeatable: boolean
}

const asks = (...takes: string[]): VerbForm => ({ takes, repeatable: true })
const does = (...takes: string[]): VerbForm => ({ takes, repeatable: false })
const spread = (form: VerbForm): VerbForm => ({ ...form, spread: true })

export const verbForms: Readonly<Record<VerbName, VerbForm>> = {
  status: asks(),
  // With an id, which RemotePeer and SharedPeer make where the caller has none.
  send: spread(asks('to', 'text')),
  clients: asks(),
  history: asks('name', 'count'),
  acceptIdentity: does('name'),
  login: spread(does()),
  logout: spread(does()),
  changePassword: does('before', 'after'),
  lookUp: asks('name'),
  refresh: asks(),
  requestChat: does('name'),
  answerChat: does('name', 'accept'),
  withdrawChat: does(),
  leaveChat: does(),
  friends: asks(),
  addFriend: asks('name', 'alias'),
  removeFriend: asks('name'),
  setBlocked: asks('name', 'isBlocked'),
  makeRoom: does('invite', 'name'),
  inviteToRoom: does('room', 'invite'),
  answerRoom: does('room', 'join'),
  leaveRoom: does('room'),
  removeFromRoom: does('room', 'name'),
  nameRoom: does('room', 'name'),
  rooms: asks(),
  roomHistory: asks('room', 'count'),
  sendToRoom: spread(asks('room', 'text')),
  sendToAll: spread(asks('text')),
  channelHistory: asks('count'),
  conversations: asks(),
  transcript: spread(asks()),
  search: spread(asks()),
  markRead: asks('key', 'id'),
  setDraft: asks('key', 'text'),
  journey: asks('id'),
  contact: asks('name'),
  importMessages: asks('messages'),
}

/** In the order of the table. */
export const verbNames = Object.keys(verbForms) as readonly VerbName[]

/** The parameters of a call, of the arguments of the method. */
export function paramsOf(verb: VerbName, given: readonly unknown[]): Record<string, unknown> {
  const { takes, spread: isSpread } = verbForms[verb]
  const params: Record<string, unknown> = isSpread === true ? { ...recordOf(given[takes.length]) } : {}
  for (const [i, name] of takes.entries()) params[name] = given[i]
  return params
}

/** Calls the method of `peer` with the parameters of a call. */
export function callVerb(peer: PeerVerbs, verb: VerbName, params: Readonly<Record<string, unknown>>): Promise<unknown> {
  const { takes, spread: isSpread } = verbForms[verb]
  const given: unknown[] = takes.map((name) => params[name])
  if (isSpread === true)
    given.push(Object.fromEntries(Object.entries(params).filter(([name]) => !takes.includes(name))))
  const method = peer[verb] as (...given: unknown[]) => Promise<unknown>
  return method.apply(peer, given)
}

/** Fresh 128 bits as a message's id. */
export function freshMessageId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** The same arguments, with an id where a message is sent without one: then the call may be repeated. */
export function withMessageId(verb: VerbName, given: readonly unknown[]): readonly unknown[] {
  if (verb !== 'send' && verb !== 'sendToRoom' && verb !== 'sendToAll') return given
  const at = verbForms[verb].takes.length
  const options = recordOf(given[at])
  if (options['id'] !== undefined) return given
  return [...given.slice(0, at), { ...options, id: freshMessageId() }]
}

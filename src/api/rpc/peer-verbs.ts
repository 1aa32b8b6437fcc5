// The table of all verbs of a peer, with schemas of what they take and answer: what a connection serves, and what
// docs/api.md is made of. Only the serving side loads it. The compiler refuses a verb of PeerApi that has no row.

import * as v from 'valibot'
import type { TranscriptPage, TranscriptQuery } from '../archive-api.ts'
import type { PeerApi } from '../peer-api.ts'
import * as s from './peer-schemas.ts'
import { recordOf, requestBytesMax } from './rpc-message.ts'
import type { RpcSchema, RpcSession, Verb, VerbTable } from './rpc-session.ts'
import { callVerb, type VerbName, verbNames } from './verb-form.ts'

type Row<V extends VerbName> = readonly [
  says: string,
  params: v.ObjectEntries,
  result: RpcSchema & v.GenericSchema<unknown, AnswerOnTheWire<V>>,
]
type Answer<V extends VerbName> = Awaited<ReturnType<PeerApi[V]>>
// A promise of nothing is `null` on the wire.
type AnswerOnTheWire<V extends VerbName> = Answer<V> extends void ? null : Answer<V>

const optional = v.exactOptional
const names = v.pipe(v.array(s.text), v.maxLength(1_000))
/** What is less than one, or more than the peer gives, is the peer's to judge. */
const count = v.pipe(v.number(), v.integer())
const lastCount = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10_000))
/** 32 hexadecimal digits: the peer refuses others with an error of its own. */
const sendId = optional(s.text)
const none = {}

const rows: { readonly [V in VerbName]: Row<V> } = {
  status: ['What a face that comes later must know.', none, s.peerStatus],
  send: [
    'Keeps a message for one person and sets it on its way; answers with its id once it is committed. The same id again is the same message.',
    { to: s.text, text: s.text, id: sendId },
    s.text,
  ],
  clients: ['Who is known at the registry.', none, v.array(s.client)],
  history: [
    'The last messages with one person, oldest first.',
    { name: s.text, count: lastCount },
    v.array(s.historyEntry),
  ],
  acceptIdentity: ['Accepts the identity that a contact shows now.', { name: s.text }, s.nothing],
  login: [
    'Logs in; with another name, as that account.',
    {
      name: optional(s.text),
      password: optional(s.text),
      signUp: optional(s.bool),
      inviteCode: optional(s.text),
    },
    s.nothing,
  ],
  logout: ['Off line until the next `login`.', { forget: optional(s.bool) }, s.nothing],
  changePassword: ['Changes the password at the registry.', { before: s.text, after: s.text }, s.nothing],
  lookUp: ['What the registry says of a name.', { name: s.text }, s.finding],
  refresh: ['Asks the registry for the whole presence table again.', none, s.nothing],
  requestChat: ['Asks somebody for a private session.', { name: s.text }, s.nothing],
  answerChat: ['Accepts or rejects a request for a private session.', { name: s.text, accept: s.bool }, s.nothing],
  withdrawChat: ['Takes back the own open request.', none, s.nothing],
  leaveChat: ['Leaves the private session.', none, s.nothing],
  friends: ['The list of friends, and who is blocked.', none, v.array(s.friend)],
  addFriend: [
    'Adds to the list of friends, or changes the alias.',
    { name: s.text, alias: optional(s.text) },
    s.nothing,
  ],
  removeFriend: ['Takes off the list of friends.', { name: s.text }, s.nothing],
  setBlocked: ['Blocks somebody, or unblocks.', { name: s.text, isBlocked: s.bool }, s.nothing],
  makeRoom: [
    'Makes a room and invites.',
    { invite: names, name: optional(s.text) },
    v.object({ room: s.room, notInvited: v.array(s.notInvited) }),
  ],
  inviteToRoom: ['Invites to a room.', { room: s.whole, invite: names }, v.array(s.notInvited)],
  answerRoom: ['Joins a room that one is invited to, or refuses.', { room: s.whole, join: s.bool }, s.nothing],
  leaveRoom: ['Leaves a room.', { room: s.whole }, s.nothing],
  removeFromRoom: ['Takes somebody out of an own room.', { room: s.whole, name: s.text }, s.nothing],
  nameRoom: ['Names a room.', { room: s.whole, name: s.text }, s.nothing],
  rooms: ['All rooms.', none, v.array(s.room)],
  roomHistory: ["The last entries of a room's transcript.", { room: s.whole, count: lastCount }, v.array(s.roomEntry)],
  sendToRoom: [
    'Keeps a message for all in a room; answers with its id.',
    { room: s.whole, text: s.text, id: sendId },
    s.text,
  ],
  sendToAll: [
    'Keeps a message for everybody at the registry; answers with its id.',
    { text: s.text, id: sendId },
    s.text,
  ],
  channelHistory: ['The last messages to everybody.', { count: lastCount }, v.array(s.channelEntry)],
  conversations: ['Every conversation, the latest first.', none, v.array(s.conversationRow)],
  transcript: [
    'A page of a transcript, oldest first. Where it would be longer than 1 MiB it has fewer entries than were asked for.',
    {
      key: s.conversationKey,
      count,
      before: optional(v.number()),
      after: optional(v.number()),
      around: optional(v.number()),
    },
    s.transcriptPage,
  ],
  search: [
    'Messages with these words, the latest first.',
    {
      words: s.text,
      key: optional(s.conversationKey),
      from: optional(s.text),
      count,
      cursor: optional(s.text),
    },
    v.array(s.searchHit),
  ],
  markRead: [
    'Marks all up to a message as read; without `id`, all there is.',
    { key: s.conversationKey, id: optional(s.text) },
    s.nothing,
  ],
  setDraft: ['Keeps what was typed and not sent.', { key: s.conversationKey, text: s.text }, s.nothing],
  journey: ["The steps of a message's way, oldest first.", { id: s.text }, v.array(s.journeyStep)],
  contact: ['What is known of a person.', { name: s.text }, s.contactCard],
  importMessages: [
    'Adds messages of another place; those that are here already stay as they are.',
    { messages: v.pipe(v.array(s.importedMessage), v.maxLength(1_000)) },
    s.importOutcome,
  ],
}

function verbOf(name: VerbName): Verb<PeerApi> {
  const [says, params, result] = rows[name]
  const call = async (peer: PeerApi, given: Record<string, unknown>): Promise<unknown> => {
    const answer = await callVerb(peer, name, given)
    return name === 'transcript' ? shortened(answer as TranscriptPage, given as unknown as TranscriptQuery) : answer
  }
  return { says, params: v.strictObject(params), result, call }
}

/** Bytes that a page's entries may have together. */
const pageBytesMax = requestBytesMax - 1_024

/** The entries next to where the page begins to be read; the rest is asked for by the next page. */
function shortened(page: TranscriptPage, { after, around }: TranscriptQuery): TranscriptPage {
  const sizes = page.entries.map((entry) => Buffer.byteLength(JSON.stringify(entry)) + 1)
  let bytes = sizes.reduce((sum, size) => sum + size, 0)
  if (bytes <= pageBytesMax) return page
  let [from, to] = [0, sizes.length]
  const middle = around === undefined ? 0 : page.entries.findIndex(({ position }) => position >= around)
  while (bytes > pageBytesMax && to - from > 1) {
    const dropsFirst = around === undefined ? after === undefined : middle - from > to - 1 - middle
    bytes -= sizes[dropsFirst ? from++ : --to] as number
  }
  return {
    entries: page.entries.slice(from, to),
    hasBefore: page.hasBefore || from > 0,
    hasAfter: page.hasAfter || to < sizes.length,
  }
}

const subscriptions = new WeakMap<RpcSession<PeerApi>, PeerApi>()

const subscribe: Verb<PeerApi> = {
  says: 'From now on every event of the peer comes as the notice `event`. Once is enough; it ends with the connection.',
  params: v.strictObject({}),
  result: v.null(),
  call: (peer, _: unknown, session) => {
    // The other side may ask twice; another peer at the same line is a new one to hear.
    if (subscriptions.get(session) !== peer) {
      subscriptions.set(session, peer)
      const stop = peer.subscribe((event) => {
        if (subscriptions.get(session) === peer) session.notify('event', recordOf(event))
      })
      session.onClose(stop)
    }
    return Promise.resolve(null)
  },
}

export const peerVerbs: VerbTable<PeerApi> = {
  ...Object.fromEntries(verbNames.map((name) => [name, verbOf(name)])),
  subscribe,
}

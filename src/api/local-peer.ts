// A peer in this process as the PeerApi: it forwards and renames, and decides nothing but which account's peer runs. A
// profile is one account, so a login under another name closes the present peer and opens the other's; whoever listens
// goes on listening. Invariant: at most one peer is open, and after a failed switch it is the former one.

import { ParleyError } from '../base/index.ts'
import type { Peer, PeerOptions } from '../peer/index.ts'
import { foldName, isAccountName, nameProblem } from '../protocol/index.ts'
import type { Finding, Friend, LoginOptions } from './account-api.ts'
import type {
  ContactCard,
  ConversationKey,
  ConversationRow,
  ImportedMessage,
  ImportOutcome,
  JourneyStep,
  SearchHit,
  SearchQuery,
  TranscriptPage,
  TranscriptQuery,
} from './archive-api.ts'
import { faceEventOf } from './face-event.ts'
import type { Client, HistoryEntry, PeerApi, PeerEvent, PeerStatus, RegistryState, SendOptions } from './peer-api.ts'
import { productVersion } from './product-version.ts'
import type { ChannelEntry, NotInvited, Room, RoomEntry } from './room-api.ts'

/** What must happen around a move to another account, whose folder is another one. */
export interface MoveHooks {
  /** While the former folder's lock is still held. */
  readonly leaving: () => void
  /** `name`: whose peer runs now. Must not reject. */
  readonly arrived: (name: string) => Promise<void>
}

interface Listener {
  readonly tell: (event: PeerEvent) => void
  stop: () => void
}

export class LocalPeer implements PeerApi {
  readonly #open: (options: PeerOptions) => Promise<Peer>
  readonly #options: PeerOptions
  readonly #hooks: MoveHooks | undefined
  readonly #listeners = new Set<Listener>()
  #peer: Peer
  #isClosing = false
  #switching: Promise<void> | undefined

  /** `open` opens the peer of another account, on the options with which `peer` was opened. */
  constructor(peer: Peer, options: PeerOptions, open: (options: PeerOptions) => Promise<Peer>, hooks?: MoveHooks) {
    this.#peer = peer
    this.#options = options
    this.#open = open
    this.#hooks = hooks
  }

  get name(): string {
    return this.#peer.name
  }
  get fingerprint(): string {
    return this.#peer.fingerprint
  }
  get registry(): string {
    return this.#peer.registry
  }
  get port(): number {
    return this.#peer.port
  }

  registryState(): RegistryState {
    return this.#peer.registryState()
  }

  async status(): Promise<PeerStatus> {
    return { ...(await this.#peer.insight.status()), version: productVersion() }
  }

  async send(to: string, text: string, { id }: SendOptions = {}): Promise<string> {
    return (await this.#peer.send(to, text, id)).id
  }

  async clients(): Promise<readonly Client[]> {
    const known = await this.#peer.clients()
    return known.map(({ name, online, busy, road }) => {
      const status = online ? 'online' : 'away'
      return { name, status, ...(busy && { busy }), ...(road && { road }) }
    })
  }

  async history(name: string, count: number): Promise<readonly HistoryEntry[]> {
    return this.#peer.history(name, count)
  }

  async acceptIdentity(name: string): Promise<void> {
    await this.#peer.acceptIdentity(name)
  }

  // The own account.

  async login(options: LoginOptions = {}): Promise<void> {
    const { name, ...request } = options
    if (this.#switching) throw new ParleyError('loginUnderWay', { details: { name: this.name } })
    if (name !== undefined && foldName(name) !== foldName(this.name)) {
      // Before the present account is let go of.
      if (!isAccountName(name)) throw new ParleyError('badName', { details: { name, problem: nameProblem(name) } })
      this.#switching = this.#switch(name, request.inviteCode)
      try {
        await this.#switching
      } finally {
        this.#switching = undefined
      }
      // The other's own login may be done by now, as with a device that the registry remembers.
      if (this.registryState() === 'online') return
    }
    await this.#peer.account.login(request)
  }

  async logout({ forget = false }: { readonly forget?: boolean } = {}): Promise<void> {
    await this.#peer.account.logout(forget && this.#peer.accountMode === 'password')
  }

  async changePassword(before: string, after: string): Promise<void> {
    await this.#peer.account.changePassword(before, after)
  }

  // Other people.

  async lookUp(name: string): Promise<Finding> {
    return this.#peer.account.lookUp(name)
  }

  async refresh(): Promise<void> {
    await this.#peer.account.refresh()
  }

  async requestChat(name: string): Promise<void> {
    await this.#peer.account.requestChat(name)
  }

  async answerChat(name: string, accept: boolean): Promise<void> {
    await this.#peer.account.answerChat(name, accept)
  }

  async withdrawChat(): Promise<void> {
    await this.#peer.account.withdrawChat()
  }

  async leaveChat(): Promise<void> {
    await this.#peer.account.leaveChat()
  }

  async friends(): Promise<readonly Friend[]> {
    return this.#peer.account.friends()
  }

  async addFriend(name: string, alias?: string): Promise<void> {
    await this.#peer.account.addFriend(name, alias)
  }

  async removeFriend(name: string): Promise<void> {
    await this.#peer.account.removeFriend(name)
  }

  async setBlocked(name: string, isBlocked: boolean): Promise<void> {
    await this.#peer.account.setBlocked(name, isBlocked)
  }

  // Rooms and the channel.

  async makeRoom(
    invite: readonly string[],
    name?: string,
  ): Promise<{ readonly room: Room; readonly notInvited: readonly NotInvited[] }> {
    return this.#peer.rooms.makeRoom(invite, name)
  }

  async inviteToRoom(room: number, invite: readonly string[]): Promise<readonly NotInvited[]> {
    return this.#peer.rooms.inviteToRoom(room, invite)
  }

  async answerRoom(room: number, join: boolean): Promise<void> {
    await this.#peer.rooms.answerRoom(room, join)
  }

  async leaveRoom(room: number): Promise<void> {
    await this.#peer.rooms.leaveRoom(room)
  }

  async removeFromRoom(room: number, name: string): Promise<void> {
    await this.#peer.rooms.removeFromRoom(room, name)
  }

  async nameRoom(room: number, name: string): Promise<void> {
    await this.#peer.rooms.nameRoom(room, name)
  }

  async rooms(): Promise<readonly Room[]> {
    return this.#peer.rooms.rooms()
  }

  async roomHistory(room: number, count: number): Promise<readonly RoomEntry[]> {
    return this.#peer.rooms.roomHistory(room, count)
  }

  async sendToRoom(room: number, text: string, { id }: SendOptions = {}): Promise<string> {
    return this.#peer.rooms.sendToRoom(room, text, id)
  }

  async sendToAll(text: string, { id }: SendOptions = {}): Promise<string> {
    return this.#peer.rooms.sendToAll(text, id)
  }

  async channelHistory(count: number): Promise<readonly ChannelEntry[]> {
    return this.#peer.rooms.channelHistory(count)
  }

  // What was said.

  async conversations(): Promise<readonly ConversationRow[]> {
    return this.#peer.archive.conversations()
  }

  async transcript(query: TranscriptQuery): Promise<TranscriptPage> {
    return this.#peer.archive.transcript(query)
  }

  async search(query: SearchQuery): Promise<readonly SearchHit[]> {
    return this.#peer.archive.search(query)
  }

  async markRead(key: ConversationKey, id?: string): Promise<void> {
    await this.#peer.archive.markRead(key, id)
  }

  async setDraft(key: ConversationKey, text: string): Promise<void> {
    await this.#peer.archive.setDraft(key, text)
  }

  async journey(id: string): Promise<readonly JourneyStep[]> {
    return this.#peer.archive.journey(id)
  }

  async contact(name: string): Promise<ContactCard> {
    return this.#peer.archive.contact(name)
  }

  async importMessages(messages: readonly ImportedMessage[]): Promise<ImportOutcome> {
    return this.#peer.archive.importMessages(messages)
  }

  subscribe(tell: (event: PeerEvent) => void): () => void {
    const listener: Listener = { tell, stop: () => {} }
    this.#listeners.add(listener)
    this.#listen(listener)
    return () => {
      this.#listeners.delete(listener)
      listener.stop()
    }
  }

  async close(): Promise<void> {
    this.#isClosing = true
    await this.#switching?.catch(() => {})
    await this.#peer.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #listen(listener: Listener): void {
    // The rows of the table after a login are no news: whoever was there is there.
    let isTableWhole = this.#peer.registryState() === 'online'
    listener.stop = this.#peer.subscribe((event) => {
      if (event.type === 'loggedIn') isTableWhole = false
      if (event.type === 'clients') isTableWhole = true
      if (event.type === 'presence' && !isTableWhole) return
      const shown = faceEventOf(event)
      if (shown !== undefined) listener.tell(shown)
    })
  }

  /** To another account at the same registry. A port that was asked for serves one at a time. */
  async #switch(name: string, inviteCode: string | undefined): Promise<void> {
    const former = this.#peer
    const options = { ...this.#options, registry: former.invite, inviteCode }
    this.#hooks?.leaving()
    await former.close()
    try {
      this.#peer = await this.#open({ ...options, name })
    } catch (error) {
      if (!this.#isClosing) this.#peer = await this.#open({ ...options, name: former.name })
      throw error
    } finally {
      for (const listener of this.#listeners) {
        listener.stop()
        if (this.#peer !== former) listener.tell({ type: 'account', name: this.#peer.name })
        this.#listen(listener)
      }
      if (this.#peer !== former) await this.#hooks?.arrived(this.#peer.name)
    }
  }
}

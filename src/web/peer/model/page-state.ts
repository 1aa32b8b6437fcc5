// All that the page shows of a peer, as one value that is replaced and never changed. What nobody changed keeps its
// identity, so that the parts of the page which show it need not be drawn again.

import type { Client, ConversationKey, ConversationRow, Friend, PeerStatus, Room } from '../../../api/index.ts'
import type { LineState } from '../../line/index.ts'
import type { HostStatus, OpenRequest } from './host-api.ts'
import type { Notice } from './notice.ts'

/** What is open in the middle, and where in it one wants to look. */
export interface Selection {
  readonly key: ConversationKey
  /** Position of an entry to show and mark; absent: the unread line or the end. */
  readonly position?: number
  /** Counts up with every `select`, so that the same position can be wanted again. */
  readonly turn: number
}

/** Somebody asks for a private chat. */
export interface ChatRequest {
  readonly from: string
  /** Wall ms at which it came to this page; absent where it was open before the page was. */
  readonly since?: number
}

/** The key of a registry that this machine has not met: the user says whether to trust it. */
export interface OfferedRegistryKey {
  readonly fingerprint: string
  readonly words?: readonly string[]
}

export interface PageState {
  readonly lineState: LineState
  /** Undefined until the host answered for the first time. */
  readonly host: HostStatus | undefined
  /** `none`: no peer is open, the request dialogue is shown. `loading`: one is open, and its data on the way. */
  readonly phase: 'starting' | 'none' | 'loading' | 'ready'
  /** Of the peer; undefined before `ready`. */
  readonly status: PeerStatus | undefined
  /** Latest first. */
  readonly conversations: readonly ConversationRow[]
  /** Everybody known at the registry, by name. */
  readonly clients: readonly Client[]
  readonly friends: readonly Friend[]
  readonly rooms: readonly Room[]
  readonly requests: readonly ChatRequest[]
  /** The own open request. */
  readonly asked: ChatRequest | undefined
  /** Set while the host asks whether to trust it. */
  readonly registryKey: OfferedRegistryKey | undefined
  /** What the request dialogue asked for, from then until the registry let us in or the user went on without it. */
  readonly joining: OpenRequest | undefined
  readonly selected: Selection | undefined
  /** Latest last; at most 200. */
  readonly notices: readonly Notice[]
}

export const emptyState: PageState = {
  lineState: 'connecting',
  host: undefined,
  phase: 'starting',
  status: undefined,
  conversations: [],
  clients: [],
  friends: [],
  rooms: [],
  requests: [],
  asked: undefined,
  registryKey: undefined,
  joining: undefined,
  selected: undefined,
  notices: [],
}

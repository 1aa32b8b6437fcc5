// What other folders may use of the peer's rules. docs/protocol/peer.md.

export type { AccountDesk, Answer, Finding, LoginRequest } from './account-desk.ts'
export type * from './archive-store.ts'
export type { PasswordClient, PasswordDone, PasswordFailure, PasswordStart } from './password-client.ts'
export * from './peer-event.ts'
export { defaultPeerLimits, type PeerLimits } from './peer-limits.ts'
export {
  type ContactFacts,
  type KnownPeer,
  type PeerProfile,
  PeerProgram,
  type PeerProgramOptions,
  type RoomVerbs,
  type SessionState,
} from './peer-program.ts'
export type * from './peer-store.ts'
export type { PeerEndpoint, RegistryAccess } from './registry-session.ts'
export type { NotInvited } from './room-desk.ts'
export type { RoomEvent, RoomMessageEvent, RoomStateEvent, RoomView } from './room-event.ts'
export type { SendStart } from './sending.ts'
export type * from './stored-room.ts'

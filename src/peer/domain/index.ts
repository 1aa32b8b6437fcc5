// What other folders may use of the peer's rules. docs/protocol/peer.md.

export * from './peer-event.ts'
export { defaultPeerLimits, type PeerLimits } from './peer-limits.ts'
export { type KnownPeer, type PeerProfile, PeerProgram, type PeerProgramOptions } from './peer-program.ts'
export type * from './peer-store.ts'
export type { PeerEndpoint, RegistryAccess } from './registry-session.ts'
export type { SendStart } from './sending.ts'

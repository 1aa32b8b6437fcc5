// What other folders may use of peer: one running peer of an account, with promises. The rules are in domain/.

export type {
  Finding,
  KnownFriend,
  LoginRequest,
  MessageEvent,
  MessageId,
  MessageState,
  PeerEvent,
  Reason,
  RegistryState,
  Road,
  StateEvent,
} from './domain/index.ts'
export { messageStates, registryStates, roads } from './domain/index.ts'
export { KnownRegistries } from './known-registries.ts'
export { Peer } from './peer.ts'
export type { HistoryMessage, KnownClient, PeerOptions } from './peer-options.ts'
export { accountFolder, profileFolder } from './profile-folder.ts'
export { chooseRegistry, type RegistryChoice } from './registry-choice.ts'
export { SqlitePeerStore, sqlitePeerStoreWorker } from './store/sqlite/sqlite-store.ts'

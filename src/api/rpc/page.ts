// The door of the API that knows no platform: what a page needs to speak with a peer over any line of texts.

export { RemotePeer } from './remote-peer.ts'
export { RpcCaller } from './rpc-caller.ts'
export type { RpcNotice } from './rpc-message.ts'

// What bin may use of the gateway.

export { builtPages, type PageName } from './page-assets.ts'
export { defaultPageLimits, type PageLimits } from './page-limits.ts'
export { type PageRoute, PageServer, type PageServerOptions, type RouteAnswer } from './page-server.ts'
export type { ConnectPage, PageReceiver, PageSession } from './page-sockets.ts'
export { PeerHost, type PeerHostOptions } from './peer-host.ts'
export { connectPeerPage } from './peer-page.ts'
export { openRegistryWindow, type RegistryWindowOptions } from './registry-window.ts'

// The page's model, for the components: what is shown, the peer behind it, and hooks that draw again when it changes.

export type { HostProfile, HostStatus, OpenRequest } from './host-api.ts'
export { keyText, sameKey, sameName } from './conversation-key.ts'
export type { Notice } from './notice.ts'
export { PageModel, type PageEvent, type PageModelOptions } from './page-model.ts'
export type { ChatRequest, OfferedRegistryKey, PageState, Selection } from './page-state.ts'
export { ModelProvider, useModel, usePage, usePageEvents } from './use-model.ts'

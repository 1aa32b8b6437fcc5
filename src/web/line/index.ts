// The page's line to the process that serves it.

export { openBrowserLine, tokenOfPage } from './browser-line.ts'
export { type LineSocket, type LineState, PageLine, type PageLineOptions } from './page-line.ts'

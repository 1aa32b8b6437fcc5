// Starts the page of a peer: the line to the process that serves it, the model, the notifications, and what is seen.

// First, so that what the parts say of themselves comes after.
import '../ui/tokens.css'
import '../ui/base.css'
import './peer.css'
import './dialog/dialogs.css'
import { createRoot } from 'react-dom/client'
import { openBrowserLine, tokenOfPage } from '../line/index.ts'
import { notifyOfEvents } from './attention/desktop.ts'
import { App } from './app.tsx'
import { outgoingOf } from './composer/index.ts'
import { PageModel } from './model/index.ts'
import { applyLook } from './settings/index.ts'

applyLook()
const token = tokenOfPage()
const model = token === undefined ? undefined : startModel(token)
// A new link in the same tab: the page begins anew with its token.
window.addEventListener('hashchange', () => {
  if (window.location.hash.startsWith('#token=')) window.location.reload()
})
createRoot(document.querySelector('#root') as Element).render(<App model={model} />)

function startModel(given: string): PageModel {
  const page = new PageModel({
    line: openBrowserLine(given),
    now: () => Date.now(),
    later: (ms, run) => void setTimeout(run, ms),
  })
  page.start()
  // What a former life of the page wrote and could not hand over goes out, whatever is open.
  outgoingOf(page)
  notifyOfEvents(page)
  return page
}

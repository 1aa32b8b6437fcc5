// The window's beginning: takes the token, opens the line, draws.

import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { openBrowserLine, tokenOfPage } from '../line/index.ts'
import { TooltipArea } from '../ui/index.ts'
import '../ui/tokens.css'
import '../ui/base.css'
import { applyLook, keptLook } from './model/look.ts'
import { WindowModel } from './model/window-model.ts'
import { NoToken, RegistryWindow } from './registry-window.tsx'
import './registry.css'

applyLook(keptLook(localStorage), document.documentElement, localStorage)

const root = createRoot(document.getElementById('root') as HTMLElement)
const token = tokenOfPage()
if (token === undefined) {
  root.render(<NoToken />)
} else {
  const line = openBrowserLine(token)
  const model = new WindowModel(line)
  line.start()
  root.render(
    <StrictMode>
      <TooltipArea>
        <RegistryWindow model={model} />
      </TooltipArea>
    </StrictMode>,
  )
}

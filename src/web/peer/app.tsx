// Which of the page's faces is shown: the way in, the request dialogue, or the three panes.

import { CSPProvider } from '@base-ui/react/csp-provider'
import type { ReactNode } from 'react'
import { TooltipArea } from '../ui/index.ts'
import { useTitle } from './attention/use-title.ts'
import { Logo } from './logo.tsx'
import { ModelProvider, type PageModel, useModel } from './model/index.ts'
import { RegistryKeyQuestion } from './request/registry-key-question.tsx'
import { RequestDialogue } from './request/request-dialogue.tsx'
import { Shell } from './shell/shell.tsx'
import { ShellProvider, useShell } from './shell/shell-context.tsx'
import { useMedia } from './shell/use-media.ts'

/** Width from which details stand beside the conversation; shell.css has the same. */
const wide = '(min-width: 70rem)'

/** `model` undefined: the page was opened without a token. */
export function App({ model }: { readonly model: PageModel | undefined }): ReactNode {
  const isWide = useMedia(wide)
  if (model === undefined) return <NoToken />
  return (
    <CSPProvider disableStyleElements>
      <TooltipArea>
        <ModelProvider model={model}>
          <ShellProvider isWide={isWide}>
            <Face />
            <RegistryKeyQuestion />
          </ShellProvider>
        </ModelProvider>
      </TooltipArea>
    </CSPProvider>
  )
}

function Face(): ReactNode {
  const shell = useShell()
  const phase = useModel((state) => state.phase)
  const lineState = useModel((state) => state.lineState)
  const isJoining = useModel((state) => state.joining !== undefined)
  useTitle()
  if (phase === 'starting' && lineState === 'refused') return <Earlier />
  if (phase === 'none' || isJoining) return <RequestDialogue />
  if (phase === 'ready') {
    return shell.isChangingAccount ? <RequestDialogue onClose={() => shell.changeAccount(false)} /> : <Shell />
  }
  return <Plain text="Opening…" />
}

function NoToken(): ReactNode {
  return (
    <Plain
      title="This page needs its link"
      text="Open the whole address that Parley printed when it started, with everything after the #."
    />
  )
}

function Earlier(): ReactNode {
  return (
    <Plain
      title="This window belongs to an earlier start of Parley"
      text="Open the address that Parley printed when it started last, in this same window."
    />
  )
}

function Plain({ title, text }: { readonly title?: string; readonly text: string }): ReactNode {
  return (
    <main className="plain-page">
      <Logo size={56} />
      {title !== undefined && <h1>{title}</h1>}
      <p role="status">{text}</p>
    </main>
  )
}

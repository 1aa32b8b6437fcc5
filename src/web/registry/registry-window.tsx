// The registry's window as a whole: head, tiles, plots, the table of peers, the live log, and the dialogs over them.

import { type ReactNode, useCallback, useState, useSyncExternalStore } from 'react'
import type { RegistryPeer } from '../../api/index.ts'
import { Icon } from '../ui/index.ts'
import { ActionDialog } from './action-dialog.tsx'
import { InviteDialog } from './invite-dialog.tsx'
import { LogPane } from './log-pane.tsx'
import type { PeerAction, WindowModel, WindowView } from './model/window-model.ts'
import type { WindowState } from './model/window-state.ts'
import { PeerPane } from './peer-pane.tsx'
import { RatePlot } from './rate-plot.tsx'
import { Tiles } from './tiles.tsx'
import { WindowHead } from './window-head.tsx'

export function RegistryWindow({ model }: { readonly model: WindowModel }): ReactNode {
  const view = useSyncExternalStore(
    useCallback((listener: () => void) => model.watch(listener), [model]),
    () => model.view,
  )
  if (view.line === 'refused') return <Refused />
  if (view.state === undefined) return <Waiting />
  return <Live model={model} view={view} state={view.state} />
}

interface LiveProps {
  readonly model: WindowModel
  readonly view: WindowView
  readonly state: WindowState
}

function Live({ model, view, state }: LiveProps): ReactNode {
  const [asked, setAsked] = useState<{ readonly action: PeerAction; readonly peer: RegistryPeer }>()
  const [isInviting, setInviting] = useState(false)
  const [told, setTold] = useState('')
  const { about, figures, series } = state
  const isLive = view.line === 'open'
  return (
    <div className={isLive ? 'window' : 'window is-stale'}>
      <WindowHead about={about} figures={figures} isLive={isLive} onInvite={() => setInviting(true)} />
      {!isLive && (
        <p className="banner" role="alert">
          <Icon name="alert" />
          The registry does not answer. What you see is what was; the window comes back by itself.
        </p>
      )}
      <main className="panes">
        <Tiles figures={figures} />
        <RatePlot
          title="Messages"
          hint="to mailboxes, rooms and everybody; what people say to each other directly never passes here"
          endsAt={series.endsAt}
          counts={series.messages}
        />
        <RatePlot title="Logins" hint="of peers that were let in" endsAt={series.endsAt} counts={series.logins} />
        <PeerPane
          peers={state.peers}
          now={figures.at}
          onAction={(action, peer) => setAsked({ action, peer })}
          isLive={isLive}
        />
        <LogPane lines={state.lines} />
      </main>
      <p className={told === '' ? 'told' : 'told is-shown'} role="status">
        {told}
      </p>
      {asked && (
        <ActionDialog
          model={model}
          action={asked.action}
          peer={asked.peer}
          onClose={(done) => {
            setAsked(undefined)
            if (done !== undefined) showFor(setTold, done)
          }}
        />
      )}
      {isInviting && <InviteDialog model={model} about={about} onClose={() => setInviting(false)} />}
    </div>
  )
}

let clearing: ReturnType<typeof setTimeout> | undefined

/** Says it for a while. */
function showFor(setTold: (text: string) => void, text: string): void {
  clearTimeout(clearing)
  setTold(text)
  clearing = setTimeout(() => setTold(''), 6_000)
}

function Waiting(): ReactNode {
  return (
    <main className="lonely" aria-busy="true">
      <h1>Parley registry</h1>
      <p>Asking the registry …</p>
    </main>
  )
}

function Refused(): ReactNode {
  return (
    <main className="lonely">
      <Icon name="key" size={32} />
      <h1>This window is of another start</h1>
      <p>
        The registry was started anew and has a new token. Open the address that it printed after <b>Window</b>.
      </p>
    </main>
  )
}

export function NoToken(): ReactNode {
  return (
    <main className="lonely">
      <Icon name="key" size={32} />
      <h1>The token is missing</h1>
      <p>
        Open the whole address that the registry printed after <b>Window</b>: it ends with <code>#token=…</code>
      </p>
    </main>
  )
}

// The page with a peer behind it: three panes, one at a time where there is no room for more, and the keys.

import { type ReactNode, useEffect } from 'react'
import type { ConversationKey } from '../../../api/index.ts'
import { Button, IconButton } from '../../ui/index.ts'
import { Composer } from '../composer/index.ts'
import { Details } from '../details/index.ts'
import { DialogHost } from '../dialog/dialog-host.tsx'
import { Logo } from '../logo.tsx'
import { keyText, type PageModel, useModel, usePage } from '../model/index.ts'
import { shownRows } from '../model/reduce-talk.ts'
import { SearchPane } from '../search/index.ts'
import { Transcript } from '../transcript/index.ts'
import { BannerBar } from './banner-bar.tsx'
import { nextConversation } from './next-conversation.ts'
import { Sidebar } from './sidebar.tsx'
import { type Shell as ShellPanes, useShell } from './shell-context.tsx'
import { commandOf, type ShellCommand } from './shell-key.ts'
import { TalkHeader } from './talk-header.tsx'
import { Toasts } from './toasts.tsx'
import './shell.css'

export function Shell(): ReactNode {
  const shell = useShell()
  const selected = useModel((state) => state.selected)
  useKeys()
  const pane = selected === undefined ? (shell.search === undefined ? 'list' : 'side') : sidePane(shell)
  const hasSide = shell.search !== undefined || (shell.details === 'beside' && selected !== undefined)
  return (
    <div className="shell" data-pane={pane} data-side={hasSide}>
      <BannerBar />
      <Sidebar />
      <main className="talk">
        {selected === undefined ? (
          <NothingOpen />
        ) : (
          <>
            <TalkHeader conversation={selected.key} />
            <Transcript
              key={`${keyText(selected.key)} transcript`}
              conversation={selected.key}
              {...(selected.position === undefined ? {} : { focus: selected.position })}
            />
            <Composer key={`${keyText(selected.key)} composer`} conversation={selected.key} />
          </>
        )}
      </main>
      <Side selected={selected?.key} />
      <Toasts />
      <DialogHost />
    </div>
  )
}

/** What lies over the talk where there is room for one pane only. */
function sidePane({ search, details }: ShellPanes): 'talk' | 'side' {
  return search !== undefined || details === 'over' ? 'side' : 'talk'
}

function Side({ selected }: { readonly selected: ConversationKey | undefined }): ReactNode {
  const page = usePage()
  const shell = useShell()
  if (shell.search !== undefined) {
    const { scope, turn } = shell.search
    return (
      <aside className="side" aria-label="Search">
        <SearchPane
          key={turn}
          scope={scope}
          onOpen={(key, position) => page.select(key, position)}
          onClose={shell.closeSearch}
        />
      </aside>
    )
  }
  if (shell.details === undefined || selected === undefined) return null
  return (
    <aside className="side" data-over={shell.details === 'over'} aria-label="Details">
      <header className="side-head">
        <h2 className="side-title">Details</h2>
        <IconButton icon="close" label="Close details" keys="Ctrl+." onClick={shell.closeDetails} />
      </header>
      <Details key={keyText(selected)} conversation={selected} />
    </aside>
  )
}

function NothingOpen(): ReactNode {
  const shell = useShell()
  return (
    <div className="nothing">
      <Logo size={64} />
      <h2>Nothing is open</h2>
      <p>Pick a conversation, or press Ctrl+K and type a name.</p>
      <Button kind="primary" icon="search" onClick={() => shell.open({ kind: 'jump' })}>
        Jump to…
      </Button>
    </div>
  )
}

function useKeys(): void {
  const page = usePage()
  const shell = useShell()
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const { target } = event
      const isTyping = target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]')
      const command = commandOf(event, isTyping)
      if (event.key === 'Escape' && !event.defaultPrevented && shell.dialog === undefined) return leave(shell)
      if (command === undefined || (shell.dialog !== undefined && command !== 'jump')) return
      event.preventDefault()
      obey(command, page, shell)
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [page, shell])
}

/** Esc takes away what lies over the talk. */
function leave(shell: ShellPanes): void {
  if (shell.search !== undefined) shell.closeSearch()
  else if (shell.details === 'over') shell.closeDetails()
}

function obey(command: ShellCommand, page: PageModel, shell: ShellPanes): void {
  const { selected } = page.state
  const go = (step: 1 | -1, onlyUnread: boolean): void => {
    const next = nextConversation(shownRows(page.state), selected?.key, step, onlyUnread)
    if (next !== undefined) page.select(next)
  }
  switch (command) {
    case 'jump':
      return shell.dialog?.kind === 'jump' ? shell.close() : shell.open({ kind: 'jump' })
    case 'searchHere':
      return shell.openSearch(selected?.key)
    case 'searchAll':
      return shell.openSearch(undefined)
    case 'next':
      return go(1, false)
    case 'previous':
      return go(-1, false)
    case 'nextUnread':
      return go(1, true)
    case 'previousUnread':
      return go(-1, true)
    case 'details':
      return shell.toggleDetails()
    case 'help':
      return shell.open({ kind: 'help' })
  }
}

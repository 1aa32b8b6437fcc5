// The left pane: oneself, the way to everybody, what waits for an answer, conversations, people.

import type { ReactNode } from 'react'
import { Icon, IconButton, Menu } from '../../ui/index.ts'
import { ConversationList } from './conversation-list.tsx'
import { OwnHeader } from './own-header.tsx'
import { PeopleList } from './people-list.tsx'
import { RequestSection } from './request-section.tsx'
import { useShell } from './shell-context.tsx'

export function Sidebar(): ReactNode {
  const shell = useShell()
  return (
    <nav className="sidebar" aria-label="Conversations and people">
      <OwnHeader />
      <div className="sidebar-find">
        <button type="button" className="find" onClick={() => shell.open({ kind: 'jump' })}>
          <Icon name="search" size={17} />
          <span>Jump to…</span>
          <kbd>Ctrl K</kbd>
        </button>
        <Menu
          trigger={<IconButton icon="add" label="New" />}
          groups={[
            [
              { text: 'New chat', icon: 'person', onSelect: () => shell.open({ kind: 'jump' }) },
              { text: 'New room', icon: 'people', onSelect: () => shell.open({ kind: 'newRoom' }) },
              { text: 'Add a friend', icon: 'add', onSelect: () => shell.open({ kind: 'addFriend' }) },
            ],
          ]}
        />
      </div>
      <div className="sidebar-lists">
        <RequestSection />
        <ConversationList />
        <PeopleList />
      </div>
    </nav>
  )
}

// The top of the left pane: who one is, how one stands with the registry, and the menu of what concerns oneself.

import type { ReactNode } from 'react'
import { Avatar, IconButton, Menu, Tooltip } from '../../ui/index.ts'
import { type PageModel, useModel, usePage } from '../model/index.ts'
import { counted, ownStatus } from '../words/index.ts'
import { useShell } from './shell-context.tsx'
import { useSeenNotices } from './seen-notices.ts'

export function OwnHeader(): ReactNode {
  const shell = useShell()
  const status = useModel((state) => state.status)
  const lineState = useModel((state) => state.lineState)
  const unseen = useSeenNotices()
  const page = usePage()
  if (status === undefined) return null
  const { word, isOn } = ownStatus(status, lineState)
  const isOut = status.state === 'loggedOut'
  const place = status.registryName === undefined ? status.registry : `${status.registryName}, ${status.registry}`
  const { waiting: count } = status
  const waiting = count === 0 ? '' : ` ${counted(count, 'message waits', 'messages wait')} to reach somebody.`
  return (
    <header className="own">
      <Avatar name={status.name} presence={isOn ? 'online' : 'away'} />
      <div className="own-words">
        <h1 className="own-name">
          <bdi>{status.name}</bdi>
        </h1>
        <Tooltip text={`Registry: ${place}. Your UDP port: ${status.port}.${waiting}`}>
          <p className="own-status" tabIndex={0}>
            {word}
            {count > 0 && <span> · {counted(count, 'waiting', 'waiting')}</span>}
          </p>
        </Tooltip>
      </div>
      <span className="own-bell">
        <IconButton icon="bell" label="Notices" onClick={() => shell.open({ kind: 'notices' })} />
        {unseen > 0 && <span className="own-bell-dot" aria-hidden="true" />}
      </span>
      <Menu
        trigger={<IconButton icon="menu" label="Menu" />}
        groups={[
          [
            { text: 'New chat', icon: 'person', onSelect: () => shell.open({ kind: 'jump' }) },
            { text: 'New room', icon: 'people', onSelect: () => shell.open({ kind: 'newRoom' }) },
            { text: 'Add a friend', icon: 'add', onSelect: () => shell.open({ kind: 'addFriend' }) },
            { text: 'Copy invite link', icon: 'copy', onSelect: () => copyInvite(page, status.invite) },
          ],
          [
            { text: 'Search everywhere', icon: 'search', onSelect: () => shell.openSearch(undefined) },
            { text: 'Settings', icon: 'settings', onSelect: () => shell.open({ kind: 'settings' }) },
            { text: 'Keys and help', icon: 'help', onSelect: () => shell.open({ kind: 'help' }) },
          ],
          [
            { text: 'Change name or registry', icon: 'two', onSelect: () => shell.changeAccount(true) },
            isOut
              ? { text: 'Log in', icon: 'leave', onSelect: () => shell.open({ kind: 'login' }) }
              : { text: 'Log out', icon: 'leave', onSelect: () => shell.open({ kind: 'logout' }) },
          ],
        ]}
      />
    </header>
  )
}

/** The link brings others to the same registry. */
function copyInvite(page: PageModel, invite: string): void {
  navigator.clipboard.writeText(invite).then(
    () => page.tell('The invite link is copied: whoever opens it meets you at this registry.', 'good'),
    () => page.tell(`The invite link: ${invite}`),
  )
}

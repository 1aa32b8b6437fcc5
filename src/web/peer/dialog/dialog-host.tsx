// Draws the dialog that is open. Each is made anew when it opens, so that none shows what was typed before.

import type { ReactNode } from 'react'
import { unreachable } from '../../../base/index.ts'
import { type ShellDialog, useShell } from '../shell/shell-context.tsx'
import { AddFriendDialog } from './add-friend-dialog.tsx'
import { BlockDialog } from './block-dialog.tsx'
import { ChatRequestDialog } from './chat-request-dialog.tsx'
import { HelpDialog } from './help-dialog.tsx'
import { InvitationDialog } from './invitation-dialog.tsx'
import { JumpDialog } from './jump-dialog.tsx'
import { KeyChangedDialog } from './key-changed-dialog.tsx'
import { LoginDialog } from './login-dialog.tsx'
import { LogoutDialog } from './logout-dialog.tsx'
import { NoticeDialog } from './notice-dialog.tsx'
import { InviteToRoomDialog, LeaveRoomDialog, NameRoomDialog } from './room-dialogs.tsx'
import { NewRoomDialog } from './new-room-dialog.tsx'
import { SettingsDialog } from './settings-dialog.tsx'

export function DialogHost(): ReactNode {
  const { dialog, close } = useShell()
  return dialog === undefined ? null : draw(dialog, close)
}

function draw(dialog: ShellDialog, close: () => void): ReactNode {
  switch (dialog.kind) {
    case 'jump':
      return <JumpDialog onClose={close} />
    case 'help':
      return <HelpDialog onClose={close} />
    case 'settings':
      return <SettingsDialog onClose={close} />
    case 'notices':
      return <NoticeDialog onClose={close} />
    case 'newRoom':
      return <NewRoomDialog onClose={close} />
    case 'login':
      return <LoginDialog onClose={close} />
    case 'logout':
      return <LogoutDialog onClose={close} />
    case 'addFriend':
      return <AddFriendDialog name={dialog.name} onClose={close} />
    case 'block':
      return <BlockDialog name={dialog.name} onClose={close} />
    case 'chatRequest':
      return <ChatRequestDialog from={dialog.from} onClose={close} />
    case 'invitation':
      return <InvitationDialog room={dialog.room} onClose={close} />
    case 'keyChanged':
      return <KeyChangedDialog name={dialog.name} onClose={close} />
    case 'leaveRoom':
      return <LeaveRoomDialog room={dialog.room} onClose={close} />
    case 'nameRoom':
      return <NameRoomDialog room={dialog.room} onClose={close} />
    case 'inviteToRoom':
      return <InviteToRoomDialog room={dialog.room} onClose={close} />
    default:
      return unreachable(dialog)
  }
}

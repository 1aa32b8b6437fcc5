// The own account: in, out, and the password.

import { unreachable } from '../../base/index.ts'
import { foldName } from '../../protocol/index.ts'
import { type ChatDesk, refusal } from '../chat-desk.ts'
import type { LoginDialog } from '../login-dialog.ts'
import type { AccountCommand } from '../verb/verb.ts'

export async function doAccountCommand(desk: ChatDesk, dialog: LoginDialog, command: AccountCommand): Promise<void> {
  const { peer } = desk
  switch (command.verb) {
    case 'login':
      return await dialog.logIn(command.name)
    case 'reg':
      return await dialog.register(command.name)
    case 'logout':
      if (desk.session !== undefined) throw refusal('leaveFirst', { name: desk.session })
      desk.show({ type: 'notice', text: `logging out from session. Goodbye ${peer.name}.` })
      return await peer.logout({ forget: true })
    case 'dereg':
      if (command.name !== undefined && foldName(command.name) !== foldName(peer.name)) {
        throw refusal('notYourName', { name: command.name, own: peer.name })
      }
      return await peer.logout()
    case 'password':
      return await dialog.changePassword()
    default:
      return unreachable(command)
  }
}

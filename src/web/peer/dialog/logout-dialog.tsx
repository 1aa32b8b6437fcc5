// Logging out: off line for everybody, while the profile and its history stay here.

import { type ReactNode, useState } from 'react'
import { Button, Dialog, SwitchField } from '../../ui/index.ts'
import { useModel, usePage } from '../model/index.ts'
import { useDeed } from '../shell/use-deed.ts'

export function LogoutDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const page = usePage()
  const { isBusy, run } = useDeed()
  const status = useModel((state) => state.status)
  const [forget, setForget] = useState(false)
  const leave = async (): Promise<void> => {
    await page.peer.logout({ forget })
    onClose()
  }
  return (
    <Dialog
      title="Log out?"
      text="You are off line for everybody then, in the terminal too. What you write is kept here and goes out after the next login; what others write waits in your mailbox."
      isOpen
      isQuestion
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" isBusy={isBusy} onClick={() => void run(leave)}>
            Log out
          </Button>
        </>
      }
    >
      {status?.accounts === 'password' && (
        <SwitchField
          label="Ask for the password next time"
          hint="Otherwise this profile logs in by itself."
          isOn={forget}
          onChange={setForget}
        />
      )}
    </Dialog>
  )
}

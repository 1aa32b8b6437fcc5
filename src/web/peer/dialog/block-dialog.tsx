// Blocking somebody, after a question.

import type { ReactNode } from 'react'
import { Button, Dialog } from '../../ui/index.ts'
import { usePage } from '../model/index.ts'
import { useDeed } from '../shell/use-deed.ts'

export function BlockDialog({ name, onClose }: { readonly name: string; readonly onClose: () => void }): ReactNode {
  const page = usePage()
  const { isBusy, run } = useDeed()
  const block = async (): Promise<void> => {
    await page.peer.setBlocked(name, true)
    page.tell(`You hear nothing more from ${name}.`)
    onClose()
  }
  return (
    <Dialog
      title={`Block ${name}?`}
      text="You hear nothing more from this person: their messages are refused, and they are not told why. What was said stays. You can unblock them at any time."
      isOpen
      isQuestion
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="danger" isBusy={isBusy} onClick={() => void run(block)}>
            Block {name}
          </Button>
        </>
      }
    />
  )
}

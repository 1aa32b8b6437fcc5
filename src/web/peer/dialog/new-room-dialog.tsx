// A new room: a name, where it shall have one, and whom to invite.

import { type ReactNode, useRef, useState } from 'react'
import { roomNameCharactersMax } from '../../../protocol/index.ts'
import { Button, Dialog, TextField } from '../../ui/index.ts'
import { usePage } from '../model/index.ts'
import { counted, errorLine } from '../words/index.ts'
import { notInvitedWords } from '../words/room-words.ts'
import { PeoplePicker } from './people-picker.tsx'

export function NewRoomDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const page = usePage()
  const [name, setName] = useState('')
  const [picked, setPicked] = useState<readonly string[]>([])
  const [problem, setProblem] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const isMade = useRef(false)
  const make = async (): Promise<void> => {
    setBusy(true)
    try {
      const { room, notInvited } = await page.peer.makeRoom(picked, name.trim())
      for (const not of notInvited) page.tell(notInvitedWords(not), 'alert')
      await page.refresh()
      page.select({ kind: 'room', room: room.room })
      isMade.current = true
      onClose()
    } catch (error) {
      setProblem(errorLine(error))
      setBusy(false)
    }
  }
  return (
    <Dialog
      title="New room"
      text="Everybody in a room sees the same messages in the same order. Each is sealed to each member."
      isOpen
      size="medium"
      onClose={onClose}
      // Into the new room's box, where what comes next is written.
      finalFocus={() => (isMade.current && document.querySelector<HTMLElement>('.composer-text')) || true}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" isBusy={isBusy} disabled={picked.length === 0} onClick={() => void make()}>
            {picked.length === 0 ? 'Pick people' : `Invite ${counted(picked.length, 'person', 'people')}`}
          </Button>
        </>
      }
    >
      <TextField
        label="Name of the room"
        hint="May be empty; the room then has its number."
        value={name}
        maxLength={roomNameCharactersMax}
        onChange={setName}
        problem={problem}
      />
      <PeoplePicker picked={picked} onPick={setPicked} />
    </Dialog>
  )
}

// What is done with a room: leaving it, naming it, inviting more people.

import { type ReactNode, useState } from 'react'
import { roomNameCharactersMax } from '../../../protocol/index.ts'
import { Button, Dialog, TextField } from '../../ui/index.ts'
import { useModel, usePage } from '../model/index.ts'
import { roomTitle } from '../model/jump.ts'
import { useDeed } from '../shell/use-deed.ts'
import { counted } from '../words/index.ts'
import { notInvitedWords } from '../words/room-words.ts'
import { PeoplePicker } from './people-picker.tsx'

interface RoomDialogProps {
  readonly room: number
  readonly onClose: () => void
}

export function LeaveRoomDialog({ room, onClose }: RoomDialogProps): ReactNode {
  const page = usePage()
  const { isBusy, run } = useDeed()
  const title = useTitle(room)
  const leave = async (): Promise<void> => {
    await page.peer.leaveRoom(room)
    await page.refresh()
    onClose()
  }
  return (
    <Dialog
      title={
        <>
          Leave <bdi>{title}</bdi>?
        </>
      }
      text="The others see that you left. What was said until now stays here; for more you must be invited again."
      isOpen
      isQuestion
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Stay</Button>
          <Button kind="danger" isBusy={isBusy} onClick={() => void run(leave)}>
            Leave
          </Button>
        </>
      }
    />
  )
}

export function NameRoomDialog({ room, onClose }: RoomDialogProps): ReactNode {
  const page = usePage()
  const { isBusy, run } = useDeed()
  const former = useModel((state) => state.rooms.find((other) => other.room === room)?.name ?? '')
  const [name, setName] = useState(former)
  const save = async (): Promise<void> => {
    await page.peer.nameRoom(room, name.trim())
    onClose()
  }
  return (
    <Dialog
      title="Name the room"
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form="name-room" kind="primary" isBusy={isBusy}>
            Save
          </Button>
        </>
      }
    >
      <form
        id="name-room"
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          void run(save)
        }}
      >
        <TextField
          label="Name"
          hint="All members see it."
          value={name}
          maxLength={roomNameCharactersMax}
          onChange={setName}
        />
      </form>
    </Dialog>
  )
}

export function InviteToRoomDialog({ room, onClose }: RoomDialogProps): ReactNode {
  const page = usePage()
  const { isBusy, run } = useDeed()
  const title = useTitle(room)
  const members = useModel((state) => state.rooms.find((other) => other.room === room)?.members)
  const [picked, setPicked] = useState<readonly string[]>([])
  const invite = async (): Promise<void> => {
    const notInvited = await page.peer.inviteToRoom(room, picked)
    for (const not of notInvited) page.tell(notInvitedWords(not), 'alert')
    onClose()
  }
  return (
    <Dialog
      title={
        <>
          Invite to <bdi>{title}</bdi>
        </>
      }
      isOpen
      size="medium"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" isBusy={isBusy} disabled={picked.length === 0} onClick={() => void run(invite)}>
            {picked.length === 0 ? 'Pick people' : `Invite ${counted(picked.length, 'person', 'people')}`}
          </Button>
        </>
      }
    >
      <PeoplePicker picked={picked} onPick={setPicked} without={members?.map(({ name }) => name) ?? []} />
    </Dialog>
  )
}

function useTitle(room: number): string {
  const name = useModel((state) => state.rooms.find((other) => other.room === room)?.name ?? '')
  return roomTitle(room, name)
}

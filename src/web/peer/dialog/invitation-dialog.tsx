// An invitation to a room: by whom, with whom, and the answer.

import type { ReactNode } from 'react'
import { Avatar, Button, Dialog } from '../../ui/index.ts'
import { useModel, usePage } from '../model/index.ts'
import { roomTitle } from '../model/jump.ts'
import { useDeed } from '../shell/use-deed.ts'
import { membersWord } from '../words/index.ts'

export function InvitationDialog({
  room: number,
  onClose,
}: {
  readonly room: number
  readonly onClose: () => void
}): ReactNode {
  const page = usePage()
  const { isBusy, run } = useDeed()
  const room = useModel((state) => state.rooms.find((other) => other.room === number))
  if (room === undefined) return null
  const answer = (join: boolean) => () =>
    void run(async () => {
      const before = page.state
      await page.peer.answerRoom(number, join)
      await page.refresh()
      if (join) page.selectUnlessMoved({ kind: 'room', room: number }, before)
    }).then(onClose)
  const isOpen = room.state === 'invited'
  return (
    <Dialog
      title={
        <>
          <bdi>{room.maker}</bdi> invites you to <bdi>{roomTitle(number, room.name)}</bdi>
        </>
      }
      text={`${membersWord(room.members)}. Each message is sealed to each member; the registry cannot read it.`}
      isOpen
      onClose={onClose}
      actions={
        isOpen ? (
          <>
            <Button isBusy={isBusy} onClick={answer(false)}>
              Decline
            </Button>
            <Button kind="primary" isBusy={isBusy} onClick={answer(true)}>
              Join
            </Button>
          </>
        ) : (
          <Button onClick={onClose}>Close</Button>
        )
      }
    >
      <ul className="people">
        {room.members.map(({ name, state }) => (
          <li key={name} className="people-row">
            <Avatar name={name} size="small" />
            <bdi>{name}</bdi>
            <span className="row-time">
              {state === 'invited' ? 'invited' : name === room.maker ? 'maker' : 'member'}
            </span>
          </li>
        ))}
      </ul>
    </Dialog>
  )
}

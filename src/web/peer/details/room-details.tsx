// A room: who is in it, and what can be done with it.

import { type ReactNode, useState } from 'react'
import type { Room, RoomMember } from '../../../api/index.ts'
import { Avatar, Button, Dialog, IconButton } from '../../ui/index.ts'
import { sameName, useModel, usePage } from '../model/index.ts'
import { useShell } from '../shell/shell-context.tsx'
import { useDeed } from '../shell/use-deed.ts'
import { membersWord, plainText, presenceSign, presenceWord } from '../words/index.ts'

export function RoomDetails({ number }: { readonly number: number }): ReactNode {
  const shell = useShell()
  const self = useModel((state) => state.status?.name ?? '')
  const room = useModel((state) => state.rooms.find((other) => other.room === number))
  if (room === undefined) {
    return <p className="details-part details-note">You are not in this room any more. What was said stays here.</p>
  }
  const title = room.name === '' ? `Room ${number}` : room.name
  const isIn = room.state === 'joined'
  return (
    <>
      <section className="details-part details-who">
        <Avatar name={title} icon="people" size="large" />
        <h3>
          <bdi>{plainText(title)}</bdi>
        </h3>
        <p className="details-note">
          Room {number}, made by <bdi>{room.maker}</bdi>
        </p>
        {isIn && (
          <div className="details-deeds">
            <Button isSmall icon="add" onClick={() => shell.open({ kind: 'inviteToRoom', room: number })}>
              Invite
            </Button>
            {sameName(room.maker, self) && (
              <Button isSmall icon="draft" onClick={() => shell.open({ kind: 'nameRoom', room: number })}>
                Name
              </Button>
            )}
            <Button isSmall icon="leave" onClick={() => shell.open({ kind: 'leaveRoom', room: number })}>
              Leave
            </Button>
          </div>
        )}
      </section>
      <Members room={room} />
      <section className="details-part">
        <h3>Who can read it</h3>
        <p className="details-note">
          Each message is sealed to each member by itself. The registry keeps the order and who is in; it cannot read a
          word.
        </p>
      </section>
    </>
  )
}

function Members({ room }: { readonly room: Room }): ReactNode {
  const self = useModel((state) => state.status?.name ?? '')
  const [removing, setRemoving] = useState<string>()
  const isMaker = sameName(room.maker, self) && room.state === 'joined'
  return (
    <section className="details-part">
      <h3>{membersWord(room.members)}</h3>
      <ul className="details-members">
        {room.members.map((member) => (
          <MemberRow
            key={member.name}
            member={member}
            isSelf={sameName(member.name, self)}
            isMaker={sameName(member.name, room.maker)}
            onRemove={isMaker && !sameName(member.name, self) ? () => setRemoving(member.name) : undefined}
          />
        ))}
      </ul>
      <RemoveDialog room={room} name={removing} onClose={() => setRemoving(undefined)} />
    </section>
  )
}

function MemberRow(props: {
  readonly member: RoomMember
  readonly isSelf: boolean
  readonly isMaker: boolean
  readonly onRemove: (() => void) | undefined
}): ReactNode {
  const { member, isSelf, isMaker, onRemove } = props
  const page = usePage()
  const client = useModel((state) => state.clients.find(({ name }) => sameName(name, member.name)))
  const words = [
    member.state === 'invited' ? 'invited' : isSelf ? 'you' : client === undefined ? '' : presenceWord(client),
    isMaker ? 'maker' : '',
  ]
  return (
    <li>
      <button
        type="button"
        className="details-member"
        onClick={() => page.select({ kind: 'person', name: member.name })}
        aria-label={`Open ${member.name}`}
      >
        <Avatar name={member.name} size="small" presence={isSelf ? undefined : presenceSign(client)} />
        <bdi>{member.name}</bdi>
        <span className="details-note">{words.filter((word) => word !== '').join(' · ')}</span>
      </button>
      {onRemove !== undefined && (
        <IconButton icon="close" label={`Remove ${member.name} from the room`} isSmall onClick={onRemove} />
      )}
    </li>
  )
}

function RemoveDialog(props: {
  readonly room: Room
  readonly name: string | undefined
  readonly onClose: () => void
}): ReactNode {
  const { room, name, onClose } = props
  const page = usePage()
  const { isBusy, run } = useDeed()
  const remove = async (): Promise<void> => {
    if (name !== undefined && (await run(() => page.peer.removeFromRoom(room.room, name)))) onClose()
  }
  return (
    <Dialog
      title={`Remove ${name ?? ''} from the room?`}
      text="They keep what was said so far, and get nothing of what is said from now on."
      isOpen={name !== undefined}
      onClose={onClose}
      isQuestion
      actions={
        <>
          <Button onClick={onClose}>Keep</Button>
          <Button kind="danger" isBusy={isBusy} onClick={() => void remove()}>
            Remove
          </Button>
        </>
      }
    />
  )
}

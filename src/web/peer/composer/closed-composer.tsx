// Where nothing can be sent now: why, and what would change it.

import type { ReactNode } from 'react'
import type { ConversationKey } from '../../../api/index.ts'
import { Button, Icon } from '../../ui/index.ts'
import { sameName, useModel, usePage } from '../model/index.ts'
import { useShell } from '../shell/shell-context.tsx'
import { useDeed } from '../shell/use-deed.ts'

export type ClosedReason = 'keyChanged' | 'blocked' | 'invited' | 'left'

/** Why nothing can be sent to `conversation` now; undefined where it can. */
export function useClosedReason(conversation: ConversationKey): ClosedReason | undefined {
  return useModel((state) => {
    if (conversation.kind === 'channel') return undefined
    if (conversation.kind === 'room') {
      const room = state.rooms.find(({ room: number }) => number === conversation.room)
      return room === undefined || room.state === 'joined' ? undefined : room.state
    }
    const { name } = conversation
    if (state.status?.changedIdentities.some((changed) => sameName(changed.name, name)) === true) return 'keyChanged'
    const isBlocked = state.friends.some((friend) => friend.isBlocked && sameName(friend.name, name))
    return isBlocked ? 'blocked' : undefined
  })
}

export function ClosedComposer(props: {
  readonly conversation: ConversationKey
  readonly reason: ClosedReason
}): ReactNode {
  const { conversation, reason } = props
  const page = usePage()
  const shell = useShell()
  const { isBusy, run } = useDeed()
  const name = conversation.kind === 'person' ? conversation.name : ''
  const room = conversation.kind === 'room' ? conversation.room : 0
  const texts: Readonly<Record<ClosedReason, string>> = {
    keyChanged: `${name} shows another key than before. Nothing is sent until you compared and accepted it.`,
    blocked: `You blocked ${name}: nothing comes from them, and nothing goes to them.`,
    invited: 'You are invited to this room.',
    left: 'You are not in this room any more. What was said while you were stays here.',
  }
  return (
    <div className="composer composer-closed">
      <p>
        <Icon name={reason === 'keyChanged' ? 'key' : 'info'} size={18} />
        <span>{texts[reason]}</span>
      </p>
      <div className="composer-deeds">
        {reason === 'keyChanged' && (
          <Button kind="primary" icon="key" onClick={() => shell.open({ kind: 'keyChanged', name })}>
            Compare keys
          </Button>
        )}
        {reason === 'blocked' && (
          <Button isBusy={isBusy} onClick={() => void run(() => page.peer.setBlocked(name, false))}>
            Unblock
          </Button>
        )}
        {reason === 'invited' && (
          <>
            <Button isBusy={isBusy} onClick={() => void run(() => page.peer.answerRoom(room, false))}>
              Decline
            </Button>
            <Button kind="primary" isBusy={isBusy} onClick={() => void run(() => page.peer.answerRoom(room, true))}>
              Join
            </Button>
          </>
        )}
      </div>
    </div>
  )
}

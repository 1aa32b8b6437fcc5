// The button of the private chat with one person: asks for one, takes the request back, accepts theirs, or leaves.

import type { ReactNode } from 'react'
import { IconButton } from '../../ui/index.ts'
import { sameName, useModel, usePage } from '../model/index.ts'
import { presenceOf } from '../model/reduce-people.ts'
import { useShell } from './shell-context.tsx'
import { useDeed } from './use-deed.ts'

export function PrivateChatButton({ name }: { readonly name: string }): ReactNode {
  const page = usePage()
  const shell = useShell()
  const { isBusy, run } = useDeed()
  const session = useModel((state) => state.status?.session)
  const asked = useModel((state) => state.asked?.from)
  const isAsking = useModel((state) => state.requests.some(({ from }) => sameName(from, name)))
  const isThere = useModel((state) => presenceOf(state, name)?.status === 'online')
  const isSelf = useModel((state) => sameName(state.status?.name ?? '', name))
  if (isSelf) return null
  if (session !== undefined && sameName(session, name)) {
    const leave = (): void => void run(() => page.peer.leaveChat())
    return <IconButton icon="leave" label="Leave the private chat" disabled={isBusy} onClick={leave} />
  }
  if (isAsking) {
    const open = (): void => shell.open({ kind: 'chatRequest', from: name })
    return <IconButton icon="lock" label="They ask for a private chat" onClick={open} />
  }
  if (asked !== undefined && sameName(asked, name)) {
    const back = (): void => void run(() => page.peer.withdrawChat())
    return <IconButton icon="lock" label="Take your request back" aria-pressed disabled={isBusy} onClick={back} />
  }
  const ask = (): void => void run(() => page.requestChat(name))
  const label = isThere ? 'Ask for a private chat' : 'Ask for a private chat (they are not there)'
  return <IconButton icon="lock" label={label} disabled={isBusy || !isThere} onClick={ask} />
}

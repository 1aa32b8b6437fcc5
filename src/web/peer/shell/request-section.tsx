// What waits for the user's answer: private chats that others ask for, with the minute that is left; the own request;
// invitations to rooms; keys that are others than before. It stands above the conversations as long as there is anything.

import type { ReactNode } from 'react'
import { defaultPolicy } from '../../../protocol/index.ts'
import { Avatar, Button, Icon } from '../../ui/index.ts'
import { type ChatRequest, useModel, usePage } from '../model/index.ts'
import { roomTitle } from '../model/jump.ts'
import { useShell } from './shell-context.tsx'
import { useDeed } from './use-deed.ts'
import { useNow } from './use-now.ts'

export function RequestSection(): ReactNode {
  const requests = useModel((state) => state.requests)
  const asked = useModel((state) => state.asked)
  const rooms = useModel((state) => state.rooms)
  const changed = useModel((state) => state.status?.changedIdentities)
  const invited = rooms.filter(({ state }) => state === 'invited')
  const count = requests.length + invited.length + (changed?.length ?? 0) + (asked === undefined ? 0 : 1)
  if (count === 0) return null
  return (
    <section className="list-section requests" aria-labelledby="requests-title">
      <h2 id="requests-title" className="list-title">
        Waiting for you
        <span className="list-count">{count}</span>
      </h2>
      <ul className="request-list">
        {changed?.map(({ name }) => (
          <ChangedKey key={`key ${name}`} name={name} />
        ))}
        {requests.map((request) => (
          <Request key={request.from} request={request} />
        ))}
        {asked !== undefined && <OwnRequest asked={asked} />}
        {invited.map(({ room, name, maker }) => (
          <Invitation key={room} room={room} title={roomTitle(room, name)} maker={maker} />
        ))}
      </ul>
    </section>
  )
}

function Request({ request: { from, since } }: { readonly request: ChatRequest }): ReactNode {
  const page = usePage()
  const shell = useShell()
  const { isBusy, run } = useDeed()
  const answer = (accept: boolean) => () =>
    void run(async () => {
      const before = page.state
      await page.answerChat(from, accept)
      if (accept) page.selectUnlessMoved({ kind: 'person', name: from }, before)
    })
  return (
    <li className="request">
      <Avatar name={from} size="small" />
      <div className="request-words">
        <p>
          <button type="button" className="link" onClick={() => shell.open({ kind: 'chatRequest', from })}>
            <bdi>{from}</bdi>
          </button>{' '}
          asks for a private chat. <TimeLeft since={since} />
        </p>
        <div className="request-actions">
          <Button isSmall kind="primary" isBusy={isBusy} onClick={answer(true)}>
            Accept
          </Button>
          <Button isSmall isBusy={isBusy} onClick={answer(false)}>
            Reject
          </Button>
        </div>
      </div>
    </li>
  )
}

function OwnRequest({ asked: { from, since } }: { readonly asked: ChatRequest }): ReactNode {
  const page = usePage()
  const { isBusy, run } = useDeed()
  return (
    <li className="request">
      <Avatar name={from} size="small" />
      <div className="request-words">
        <p>
          You asked <bdi>{from}</bdi> for a private chat. <TimeLeft since={since} />
        </p>
        <div className="request-actions">
          <Button isSmall isBusy={isBusy} onClick={() => void run(() => page.peer.withdrawChat())}>
            Take it back
          </Button>
        </div>
      </div>
    </li>
  )
}

function Invitation(props: { readonly room: number; readonly title: string; readonly maker: string }): ReactNode {
  const { room, title, maker } = props
  const page = usePage()
  const shell = useShell()
  const { isBusy, run } = useDeed()
  const answer = (join: boolean) => () =>
    void run(async () => {
      const before = page.state
      await page.peer.answerRoom(room, join)
      await page.refresh()
      if (join) page.selectUnlessMoved({ kind: 'room', room }, before)
    })
  return (
    <li className="request">
      <Avatar name={title} icon="people" size="small" />
      <div className="request-words">
        <p>
          <bdi>{maker}</bdi> invites you to{' '}
          <button type="button" className="link" onClick={() => shell.open({ kind: 'invitation', room })}>
            <bdi>{title}</bdi>
          </button>
          .
        </p>
        <div className="request-actions">
          <Button isSmall kind="primary" isBusy={isBusy} onClick={answer(true)}>
            Join
          </Button>
          <Button isSmall isBusy={isBusy} onClick={answer(false)}>
            Decline
          </Button>
        </div>
      </div>
    </li>
  )
}

function ChangedKey({ name }: { readonly name: string }): ReactNode {
  const shell = useShell()
  return (
    <li className="request request-alert">
      <Icon name="key" />
      <div className="request-words">
        <p>
          <bdi>{name}</bdi> shows another key than before. Nothing is sent until you compare it.
        </p>
        <div className="request-actions">
          <Button isSmall onClick={() => shell.open({ kind: 'keyChanged', name })}>
            Compare
          </Button>
        </div>
      </div>
    </li>
  )
}

/** How much of the minute is left; nothing where nobody saw the request come. */
export function TimeLeft({ since }: { readonly since: number | undefined }): ReactNode {
  const now = useNow(1_000)
  if (since === undefined) return null
  const left = Math.max(0, Math.ceil((since + defaultPolicy.chatRequestMs - now) / 1000))
  return <span className="request-time">{left} s left</span>
}

// What is known of a person: how they are reached, their key, and the roads that messages took.

import { type ReactNode, useCallback } from 'react'
import type { ContactCard, RoadPeriod } from '../../../api/index.ts'
import { Avatar, Button, Icon } from '../../ui/index.ts'
import { type PageEvent, sameName, useModel, usePage } from '../model/index.ts'
import { useShell } from '../shell/shell-context.tsx'
import { useDeed } from '../shell/use-deed.ts'
import { duration } from '../transcript/moment.ts'
import { counted, errorLine, plainText, presenceWord, roadHint, shortTime } from '../words/index.ts'
import { KeyView } from './key-view.tsx'
import { useLoaded } from './use-loaded.ts'

/** The round trip is measured all the time. */
const everyMs = 10_000

export function PersonDetails({ name }: { readonly name: string }): ReactNode {
  const page = usePage()
  const self = useModel((state) => state.status)
  const load = useCallback(() => page.peer.contact(name), [page, name])
  const { value: card, problem } = useLoaded(load, (event) => concerns(event, name), everyMs)
  if (self !== undefined && sameName(self.name, name)) return <SelfDetails name={name} />
  if (card === undefined) {
    return <p className="details-part details-note">{problem === undefined ? 'Loading…' : errorLine(problem)}</p>
  }
  return (
    <>
      <Who card={card} />
      <Reach card={card} />
      <Keys card={card} />
      <Roads periods={card.roads} />
    </>
  )
}

function SelfDetails({ name }: { readonly name: string }): ReactNode {
  const key = useModel((state) => state.status?.key)
  return (
    <>
      <section className="details-part details-who">
        <Avatar name={name} size="large" />
        <h3>
          <bdi>{name}</bdi>
        </h3>
        <p className="details-note">This is you: notes to yourself stay on your disk.</p>
      </section>
      {key !== undefined && (
        <section className="details-part">
          <KeyView title="Your key" owner={name} value={key} />
          <p className="details-note">Read the words to others, so that they can compare them with what they see.</p>
        </section>
      )}
    </>
  )
}

function Who({ card }: { readonly card: ContactCard }): ReactNode {
  const page = usePage()
  const shell = useShell()
  const { isBusy, run } = useDeed()
  const { name, alias, isFriend, isBlocked, status, busy } = card
  const client = status === undefined ? undefined : { name, status, ...(busy !== undefined && { busy }) }
  const presence = status === 'online' && busy === true ? 'busy' : status
  return (
    <section className="details-part details-who">
      <Avatar name={name} size="large" presence={presence} />
      <h3>
        <bdi>{plainText(alias ?? name)}</bdi>
      </h3>
      {alias !== undefined && alias !== '' && (
        <p className="details-note">
          <bdi>{name}</bdi>
        </p>
      )}
      <p className="details-note">
        {isBlocked ? 'blocked' : presenceWord(client)}
        {isFriend && ' · on your list'}
      </p>
      <div className="details-deeds">
        {isFriend ? (
          <>
            <Button isSmall icon="draft" onClick={() => shell.open({ kind: 'addFriend', name })}>
              Alias
            </Button>
            <Button isSmall icon="trash" isBusy={isBusy} onClick={() => void run(() => page.peer.removeFriend(name))}>
              Remove
            </Button>
          </>
        ) : (
          <Button isSmall icon="add" onClick={() => shell.open({ kind: 'addFriend', name })}>
            Add as a friend
          </Button>
        )}
        {isBlocked ? (
          <Button
            isSmall
            icon="block"
            isBusy={isBusy}
            onClick={() => void run(() => page.peer.setBlocked(name, false))}
          >
            Unblock
          </Button>
        ) : (
          <Button isSmall icon="block" onClick={() => shell.open({ kind: 'block', name })}>
            Block
          </Button>
        )}
      </div>
    </section>
  )
}

function Reach({ card }: { readonly card: ContactCard }): ReactNode {
  const { road, address, rttMs } = card
  return (
    <section className="details-part">
      <h3>How messages go now</h3>
      <p className="details-road">
        <Icon name={road === 'direct' ? 'direct' : road === 'mailbox' ? 'mailbox' : 'help'} size={18} />
        <span>{road === undefined ? 'Not known yet: Parley finds out with the next message.' : roadHint(road)}</span>
      </p>
      <dl className="details-facts">
        {address !== undefined && (
          <div>
            <dt>{road === 'direct' ? 'Address' : 'Last address'}</dt>
            <dd>
              <code>{address}</code>
            </dd>
          </div>
        )}
        {rttMs !== undefined && (
          <div>
            <dt>Round trip</dt>
            <dd>{duration(rttMs)}</dd>
          </div>
        )}
      </dl>
    </section>
  )
}

function Keys({ card }: { readonly card: ContactCard }): ReactNode {
  const shell = useShell()
  const { name, key, offered } = card
  if (key === undefined) {
    return (
      <section className="details-part">
        <h3>Key</h3>
        <p className="details-note">Known from the first message on.</p>
      </section>
    )
  }
  if (offered !== undefined) {
    return (
      <section className="details-part">
        <h3>The key has changed</h3>
        <p className="details-alert">
          <Icon name="alert" size={18} />
          <span>
            <bdi>{name}</bdi> shows another key than before. Perhaps they have a new machine; perhaps somebody else took
            the name. Nothing is sent until you accept it.
          </span>
        </p>
        <div className="details-key-pair">
          <KeyView title="Before" owner={`${name}, before`} value={key} />
          <KeyView title="Now" owner={`${name}, now`} value={offered} isChanged />
        </div>
        <Button kind="primary" icon="key" onClick={() => shell.open({ kind: 'keyChanged', name })}>
          Compare and decide
        </Button>
      </section>
    )
  }
  return (
    <section className="details-part">
      <KeyView title={`${name}'s key`} owner={name} value={key} />
      <details className="details-how">
        <summary>How to compare</summary>
        <p>
          Call <bdi>{name}</bdi>, or meet. Read these twelve words to each other: they see theirs in the details of a
          conversation with themselves. When all are the same, nobody stands between you.
        </p>
      </details>
    </section>
  )
}

function Roads({ periods }: { readonly periods: readonly RoadPeriod[] }): ReactNode {
  if (periods.length === 0) return null
  return (
    <section className="details-part">
      <h3>Roads that messages took</h3>
      <ol className="details-roads">
        {periods.map(({ road, from, to, messages }) => (
          <li key={`${road} ${from} ${to}`}>
            <Icon name={road} size={16} />
            <span>{road === 'direct' ? 'direct' : 'mailbox'}</span>
            <span className="details-note">{counted(messages, 'message')}</span>
            <span className="details-note details-when">{periodWords(from, to)}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}

function periodWords(from: number, to: number): string {
  const now = Date.now()
  const [begin, end] = [shortTime(from, now), shortTime(to, now)]
  return begin === end ? begin : `${begin} to ${end}`
}

function concerns(event: PageEvent, name: string): boolean {
  if (event.type === 'presence' || event.type === 'identityChanged') return sameName(event.name, name)
  if (event.type === 'friend') return sameName(event.friend.name, name)
  if (event.type === 'message') return sameName(event.from, name)
  return event.type === 'directory' || (event.type === 'state' && sameName(event.to, name))
}

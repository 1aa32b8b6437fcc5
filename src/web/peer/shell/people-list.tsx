// The people: friends first, whether they are there or not, then everybody else who is on line.

import type { ReactNode } from 'react'
import type { Client } from '../../../api/index.ts'
import { Avatar } from '../../ui/index.ts'
import { sameName, useModel, usePage } from '../model/index.ts'
import { presenceOf } from '../model/reduce-people.ts'
import { presenceSign, presenceWord, roadWord } from '../words/index.ts'
import { RovingList } from './roving-list.tsx'

/** More are found by Ctrl+K. */
const shownMax = 100

export function PeopleList(): ReactNode {
  const state = useModel((all) => all)
  const friends = state.friends.filter(({ isFriend }) => isFriend)
  const others = state.clients.filter(
    ({ name, status }) => status === 'online' && !friends.some((friend) => sameName(friend.name, name)),
  )
  return (
    <>
      {friends.length > 0 && (
        <People
          id="friends"
          title="Friends"
          people={friends.map(({ name, alias }) => ({ name, alias, client: presenceOf(state, name) }))}
        />
      )}
      <People
        id="online"
        title={friends.length > 0 ? 'Others on line' : 'On line'}
        people={others.map((client) => ({ name: client.name, alias: undefined, client }))}
        empty="Nobody else is on line."
      />
    </>
  )
}

interface Person {
  readonly name: string
  readonly alias: string | undefined
  readonly client: Client | undefined
}

function People(props: {
  readonly id: string
  readonly title: string
  readonly people: readonly Person[]
  readonly empty?: string
}): ReactNode {
  const { id, title, people, empty } = props
  const more = people.length - shownMax
  return (
    <section className="list-section" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`} className="list-title">
        {title}
        {people.length > 0 && <span className="list-count">{people.length}</span>}
      </h2>
      {people.length === 0 ? (
        <p className="list-empty">{empty}</p>
      ) : (
        <RovingList label={title} className="rows">
          {people.slice(0, shownMax).map((person) => (
            <PersonRow key={person.name} person={person} />
          ))}
        </RovingList>
      )}
      {more > 0 && <p className="list-empty">And {more} more: Ctrl+K finds them.</p>}
    </section>
  )
}

function PersonRow({ person: { name, alias, client } }: { readonly person: Person }): ReactNode {
  const page = usePage()
  const way = client?.status === 'online' ? roadWord(client.road) : ''
  return (
    <li>
      <button
        type="button"
        data-roving=""
        tabIndex={-1}
        className="row row-small"
        onClick={() => page.select({ kind: 'person', name })}
      >
        <Avatar name={name} size="small" presence={presenceSign(client)} />
        <span className="row-line">
          <bdi className="row-title">{alias ?? name}</bdi>
          {alias !== undefined && <bdi className="row-word">{name}</bdi>}
          <span className="row-time">{way === '' ? presenceWord(client) : `${presenceWord(client)} · ${way}`}</span>
        </span>
      </button>
    </li>
  )
}

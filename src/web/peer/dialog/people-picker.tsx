// Picking people: out of those who are known, or by typing a name that is not.

import { type ReactNode, useState } from 'react'
import { Avatar, Icon } from '../../ui/index.ts'
import { sameName, useModel } from '../model/index.ts'
import { fitOf } from '../model/jump.ts'
import { presenceOf } from '../model/reduce-people.ts'
import { checkName, presenceSign, presenceWord } from '../words/index.ts'

const shownMax = 60

export function PeoplePicker(props: {
  readonly picked: readonly string[]
  readonly onPick: (picked: readonly string[]) => void
  /** They are there already. */
  readonly without?: readonly string[]
}): ReactNode {
  const { picked, onPick, without = [] } = props
  const [typed, setTyped] = useState('')
  const state = useModel((all) => all)
  const query = typed.trim()
  const known = namesOf(
    state.friends.filter(({ isBlocked }) => !isBlocked),
    state.clients,
  )
  const self = state.status?.name ?? ''
  const shown = known
    .filter((name) => !sameName(name, self) && !without.some((other) => sameName(other, name)))
    .filter((name) => fitOf(name, query.toLowerCase()) > 0 || picked.includes(name))
  const isNew = query !== '' && checkName(query, true) === undefined && !known.some((name) => sameName(name, query))
  const extra = picked.filter((name) => !known.some((other) => sameName(other, name)))
  const toggle = (name: string): void =>
    onPick(picked.includes(name) ? picked.filter((other) => other !== name) : [...picked, name])
  return (
    <div className="picker">
      <div className="jump-field">
        <Icon name="search" />
        <input
          className="jump-input"
          aria-label="Find people"
          placeholder="Find people, or type an exact name"
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
        />
      </div>
      <ul className="people">
        {[...extra, ...shown].slice(0, shownMax).map((name) => (
          <Pick key={name} name={name} isPicked={picked.includes(name)} onToggle={() => toggle(name)} />
        ))}
        {isNew && (
          <NewName
            name={query}
            onAdd={() => {
              onPick([...picked, query])
              setTyped('')
            }}
          />
        )}
      </ul>
      {shown.length === 0 && extra.length === 0 && !isNew && <p className="list-empty">Nobody fits.</p>}
    </div>
  )
}

function NewName({ name, onAdd }: { readonly name: string; readonly onAdd: () => void }): ReactNode {
  return (
    <li>
      <button type="button" className="people-row people-pick people-new" onClick={onAdd}>
        <Icon name="add" />
        <span>
          Add <b>{name}</b> by this exact name
        </span>
      </button>
    </li>
  )
}

function Pick(props: { readonly name: string; readonly isPicked: boolean; readonly onToggle: () => void }): ReactNode {
  const { name, isPicked, onToggle } = props
  const client = useModel((state) => presenceOf(state, name))
  return (
    <li>
      <label className="people-row people-pick">
        <input type="checkbox" checked={isPicked} onChange={onToggle} />
        <Avatar name={name} size="small" presence={presenceSign(client)} />
        <bdi>{name}</bdi>
        <span className="row-time">{presenceWord(client)}</span>
      </label>
    </li>
  )
}

function namesOf(
  friends: readonly { readonly name: string }[],
  clients: readonly { readonly name: string }[],
): string[] {
  const names = friends.map(({ name }) => name)
  const others = clients.map(({ name }) => name).filter((name) => !names.some((known) => sameName(known, name)))
  return [...names, ...others]
}

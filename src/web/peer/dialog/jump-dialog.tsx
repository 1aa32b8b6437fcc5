// Ctrl+K: type a part of a name, and be there. A name that nobody here knows is asked for at the registry, exactly as
// typed. The pattern is the combobox of the ARIA practices: the focus stays in the field, arrows move the choice.

import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { Avatar, Dialog, Icon } from '../../ui/index.ts'
import { keyText, type PageModel, useModel, usePage } from '../model/index.ts'
import { type JumpPlace, jumpPlaces } from '../model/jump.ts'
import { errorLine, plainText } from '../words/index.ts'

export function JumpDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const page = usePage()
  const state = useModel((all) => all)
  const [typed, setTyped] = useState('')
  const [chosen, setChosen] = useState(0)
  const [problem, setProblem] = useState<string>()
  const id = useId()
  const places = jumpPlaces(state, typed)
  const index = Math.min(chosen, Math.max(places.length - 1, 0))
  const go = async (place: JumpPlace | undefined): Promise<void> => {
    if (place === undefined) return
    const found = place.isUnknown === true ? await lookUp(page, place.title) : place
    if (typeof found === 'string') return setProblem(found)
    page.select(found.key)
    onClose()
  }
  const press = (event: KeyboardEvent): void => {
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 }
    const step = steps[event.key]
    if (event.key === 'Enter') void go(places[index])
    else if (step === undefined) return
    else setChosen((index + step + places.length) % Math.max(places.length, 1))
    event.preventDefault()
  }
  return (
    <Dialog title="Jump to" isOpen onClose={onClose} size="medium">
      <JumpField
        id={id}
        typed={typed}
        hasChoice={places[index] !== undefined}
        index={index}
        onKeyDown={press}
        onType={(text) => {
          setTyped(text)
          setChosen(0)
          setProblem(undefined)
        }}
      />
      {problem !== undefined && (
        <p role="alert" className="field-note field-problem">
          {problem}
        </p>
      )}
      <ul id={`${id}-list`} role="listbox" aria-label="Where to" className="jump-list">
        {places.map((place, at) => (
          <Place
            key={keyText(place.key)}
            id={`${id}-${at}`}
            place={place}
            isChosen={at === index}
            onGo={() => void go(place)}
          />
        ))}
      </ul>
      {places.length === 0 && <p className="list-empty">Nobody and nothing here fits.</p>}
    </Dialog>
  )
}

function JumpField(props: {
  readonly id: string
  readonly typed: string
  readonly hasChoice: boolean
  readonly index: number
  readonly onKeyDown: (event: KeyboardEvent) => void
  readonly onType: (text: string) => void
}): ReactNode {
  const { id, typed, hasChoice, index, onKeyDown, onType } = props
  return (
    <div className="jump-field">
      <Icon name="search" />
      <input
        className="jump-input"
        type="text"
        role="combobox"
        aria-label="Name of a person or a room"
        aria-expanded
        aria-controls={`${id}-list`}
        aria-activedescendant={hasChoice ? `${id}-${index}` : undefined}
        aria-autocomplete="list"
        autoComplete="off"
        spellCheck={false}
        placeholder="A person, a room, or a new name"
        value={typed}
        onChange={({ target }) => onType(target.value)}
        onKeyDown={onKeyDown}
      />
    </div>
  )
}

function Place(props: {
  readonly id: string
  readonly place: JumpPlace
  readonly isChosen: boolean
  readonly onGo: () => void
}): ReactNode {
  const { id, place, isChosen, onGo } = props
  const { key, title, alias, unread, isOnline, isUnknown } = place
  const item = useRef<HTMLLIElement>(null)
  useEffect(() => {
    if (isChosen) item.current?.scrollIntoView({ block: 'nearest' })
  }, [isChosen])
  const kind = key.kind === 'person' ? (isOnline ? 'on line' : '') : key.kind === 'room' ? 'room' : 'public'
  const icon =
    isUnknown === true ? 'search' : key.kind === 'person' ? undefined : key.kind === 'room' ? 'people' : 'everyone'
  return (
    // The field has the keys; the pointer has this.
    <li id={id} ref={item} role="option" aria-selected={isChosen} className="jump-place" onClick={onGo}>
      <Avatar
        name={title}
        size="small"
        {...(icon === undefined ? {} : { icon })}
        presence={key.kind === 'person' && isOnline ? 'online' : undefined}
      />
      {isUnknown === true ? (
        <span className="row-title">
          Look for <b>{title}</b> at the registry
        </span>
      ) : (
        <bdi className="row-title">{alias === undefined ? title : `${alias} (${title})`}</bdi>
      )}
      <span className="row-time">{kind}</span>
      {unread > 0 && <span className="badge">{unread}</span>}
    </li>
  )
}

/** The place of an exact name, or what is wrong with it. */
async function lookUp(page: PageModel, name: string): Promise<JumpPlace | string> {
  try {
    const finding = await page.peer.lookUp(name)
    if (finding.kind === 'self') return 'That is you.'
    if (finding.kind === 'found') {
      const key = { kind: 'person', name: finding.name } as const
      return { key, title: finding.name, unread: 0, isOnline: finding.status === 'online' }
    }
    const near = finding.nearest.map((other) => plainText(other)).join(' or ')
    return `Nobody here is called ${plainText(name)}.${near === '' ? '' : ` Did you mean ${near}?`}`
  } catch (error) {
    return errorLine(error)
  }
}

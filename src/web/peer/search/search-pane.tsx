// Search here or everywhere, as one types. The arrow keys go from the field through what was found; Enter opens it in its
// place.

import { type KeyboardEvent, type ReactNode, useEffect, useReducer, useRef, useState } from 'react'
import type { ConversationKey, SearchHit } from '../../../api/index.ts'
import { Avatar, Button, Icon, IconButton } from '../../ui/index.ts'
import { PlainText } from '../markdown/index.ts'
import { useModel, usePage } from '../model/index.ts'
import { faceOf } from '../shell/conversation-list.tsx'
import { findRow } from '../model/reduce-talk.ts'
import { counted, errorLine, shortTime } from '../words/index.ts'
import { exactTime, isoTime } from '../transcript/moment.ts'
import { groupHits, type HitGroup, snippet } from './hit-groups.ts'
import { SearchModel } from './search-model.ts'
import { takeStartWords } from './search-start.ts'
import './search.css'

export interface SearchPaneProps {
  /** Absent: everywhere. */
  readonly scope: ConversationKey | undefined
  readonly onOpen: (key: ConversationKey, position: number) => void
  readonly onClose: () => void
}

export function SearchPane({ scope, onOpen, onClose }: SearchPaneProps): ReactNode {
  const [isEverywhere, setEverywhere] = useState(scope === undefined)
  const model = useSearch(isEverywhere ? undefined : scope)
  const { view } = model
  const state = useModel((all) => all)
  const field = useRef<HTMLInputElement>(null)
  const results = useRef<HTMLDivElement>(null)
  useEffect(() => field.current?.focus(), [])
  const title = scope === undefined ? '' : faceOf(findRow(state, scope) ?? { key: scope, title: '' }, state).title
  const groups = groupHits(view.hits)
  return (
    <div className="search" onKeyDown={(event) => walk(event, field.current, results.current)}>
      <header className="search-head">
        <div className="search-field">
          <Icon name="search" size={18} />
          <input
            ref={field}
            type="search"
            value={view.words}
            placeholder={isEverywhere ? 'Search everywhere' : `Search ${title}`}
            aria-label={isEverywhere ? 'Search everywhere' : `Search ${title}`}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => model.type(event.target.value)}
            onKeyDown={(event) => event.key === 'Enter' && model.now()}
          />
        </div>
        <IconButton icon="close" label="Close search" keys="Esc" onClick={onClose} />
      </header>
      {scope !== undefined && <ScopeButtons isEverywhere={isEverywhere} onChange={setEverywhere} />}
      <p className="search-sum" role="status">
        {sumOf(view)}
      </p>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls */}
      <div
        className="search-results"
        ref={results}
        tabIndex={groups.length === 0 ? -1 : 0}
        role="region"
        aria-label="What was found"
      >
        {groups.map((group) => (
          <Group key={groupKey(group)} group={group} isTitled={isEverywhere} onOpen={onOpen} />
        ))}
        {view.hasMore && (
          <Button className="search-more" isBusy={view.isBusy} onClick={() => void model.more()}>
            Older ones
          </Button>
        )}
      </div>
    </div>
  )
}

function ScopeButtons(props: {
  readonly isEverywhere: boolean
  readonly onChange: (isEverywhere: boolean) => void
}): ReactNode {
  const { isEverywhere, onChange } = props
  return (
    <div className="search-scope" role="group" aria-label="Where to search">
      <button type="button" aria-pressed={!isEverywhere} onClick={() => onChange(false)}>
        Here
      </button>
      <button type="button" aria-pressed={isEverywhere} onClick={() => onChange(true)}>
        Everywhere
      </button>
    </div>
  )
}

function Group(props: {
  readonly group: HitGroup
  readonly isTitled: boolean
  readonly onOpen: SearchPaneProps['onOpen']
}): ReactNode {
  const { group, isTitled, onOpen } = props
  const state = useModel((all) => all)
  const { title, look } = faceOf(findRow(state, group.key) ?? { key: group.key, title: '' }, state)
  return (
    <section className="search-group" aria-label={title}>
      {isTitled && (
        <h3 className="search-title">
          <Avatar name={title} size="small" {...('icon' in look ? { icon: look.icon } : {})} />
          <bdi>{title}</bdi>
          <span className="search-count">{counted(group.hits.length, 'hit')}</span>
        </h3>
      )}
      <ul>
        {group.hits.map((hit) => (
          <Hit key={hit.cursor} hit={hit} onOpen={() => onOpen(hit.key, hit.entry.position)} />
        ))}
      </ul>
    </section>
  )
}

function Hit({ hit, onOpen }: { readonly hit: SearchHit; readonly onOpen: () => void }): ReactNode {
  const { entry, marks } = hit
  return (
    <li>
      <button type="button" className="search-hit" onClick={onOpen}>
        <span className="search-hit-head">
          <bdi>
            <PlainText text={entry.isOwn ? 'You' : (entry.from ?? 'The registry')} />
          </bdi>
          <time dateTime={isoTime(entry.sentAt)} title={exactTime(entry.sentAt)}>
            {shortTime(entry.sentAt, Date.now())}
          </time>
        </span>
        <span className="search-hit-text" dir="auto">
          {snippet(entry.text ?? '', marks).map((part, at) =>
            part.isMark ? (
              // oxlint-disable-next-line react/no-array-index-key -- a text's parts have no other name
              <mark key={at}>
                <PlainText text={part.text} />
              </mark>
            ) : (
              <PlainText key={at} text={part.text} />
            ),
          )}
        </span>
      </button>
    </li>
  )
}

function useSearch(scope: ConversationKey | undefined): SearchModel {
  const page = usePage()
  const [, redraw] = useReducer((count: number) => count + 1, 0)
  const made = useRef<{ readonly scope: ConversationKey | undefined; readonly model: SearchModel }>(undefined)
  if (made.current === undefined || made.current.scope !== scope) {
    const former = made.current?.model
    const model = new SearchModel({
      scope,
      search: (query) => page.peer.search(query),
      later: (ms, run) => {
        const timer = setTimeout(run, ms)
        return () => clearTimeout(timer)
      },
      onChange: () => queueMicrotask(redraw),
    })
    former?.end()
    made.current = { scope, model }
    const words = former === undefined ? takeStartWords() : former.view.words
    if (words !== '') model.type(words)
  }
  const { model } = made.current
  useEffect(() => () => model.end(), [model])
  return model
}

function sumOf(view: SearchModel['view']): string {
  if (view.problem !== undefined) return errorLine(view.problem)
  if (view.words.trim() === '') return 'Words that must all be there; "two words" together.'
  if (view.answered === '') return 'Searching…'
  if (view.hits.length === 0) return view.isBusy ? 'Searching…' : 'Nothing was found.'
  return view.hasMore ? `The latest ${counted(view.hits.length, 'hit')}.` : `${counted(view.hits.length, 'hit')}.`
}

/** Up and Down go through the hits, and from the first back into the field. */
function walk(event: KeyboardEvent, field: HTMLInputElement | null, results: HTMLElement | null): void {
  if ((event.key !== 'ArrowDown' && event.key !== 'ArrowUp') || results === null) return
  const hits = [...results.querySelectorAll<HTMLElement>('.search-hit')]
  const at = hits.indexOf(document.activeElement as HTMLElement)
  if (event.key === 'ArrowUp' && at < 0) return
  event.preventDefault()
  if (event.key === 'ArrowUp' && at === 0) field?.focus()
  else hits[Math.min(hits.length - 1, at + (event.key === 'ArrowDown' ? 1 : -1))]?.focus()
}

function groupKey({ key }: HitGroup): string {
  return key.kind === 'person' ? `person ${key.name}` : key.kind === 'room' ? `room ${key.room}` : 'channel'
}

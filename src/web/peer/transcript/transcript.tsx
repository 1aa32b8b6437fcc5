// The open conversation: a list that holds only the rows near the screen, follows its end while one is there, loads older
// pages without a jump, and is moved through with the arrow keys. What is new is announced once, by a log of its own: the
// rows themselves come and go while one scrolls, and must not be read out.

import { type KeyboardEvent, type ReactNode, useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { Virtualizer, type VirtualizerHandle } from 'virtua'
import type { ConversationKey } from '../../../api/index.ts'
import { Button, Icon } from '../../ui/index.ts'
import { LinkDialog } from '../markdown/index.ts'
import { keyText, useModel } from '../model/index.ts'
import { errorLine } from '../words/index.ts'
import { Announcer } from './announcer.tsx'
import { MessageRow } from './message-row.tsx'
import type { Row } from './rows.ts'
import { useSelectedMessage } from './selected-message.ts'
import { TipPlace } from './tip.tsx'
import { useRowDeeds } from './use-row-deeds.ts'
import { type Place, useScrolling } from './use-scrolling.ts'
import { useTranscript } from './use-transcript.ts'
import './transcript.css'

export interface TranscriptProps {
  readonly conversation: ConversationKey
  /** Position of an entry to show and mark. */
  readonly focus?: number | undefined
}

export function Transcript({ conversation, focus }: TranscriptProps): ReactNode {
  const self = useModel((state) => state.status?.name)
  if (self === undefined) return null
  return (
    <OpenTranscript key={`${self} ${keyText(conversation)}`} self={self} conversation={conversation} focus={focus} />
  )
}

function OpenTranscript({ conversation, focus, self }: TranscriptProps & { readonly self: string }): ReactNode {
  const transcript = useTranscript(conversation, self, focus)
  const { drawn, model } = transcript
  const list = useRef<VirtualizerHandle>(null)
  const scroller = useRef<HTMLDivElement>(null)
  const place = useScrolling({ transcript, conversation, focus, list })
  const keys = useRowKeys(drawn.rows, list, scroller, place, conversation)
  const selected = useSelectedMessage(conversation)
  const { rows, view, kind, resets } = drawn
  const mounted = keys.activeIndex < 0 ? undefined : [keys.activeIndex]
  return (
    <section className="transcript" aria-label="Conversation">
      <div
        ref={scroller}
        className="transcript-scroll"
        role="feed"
        aria-label="Messages"
        aria-busy={view.loading !== undefined}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls
        tabIndex={0}
        onKeyDown={keys.onKeyDown}
        onFocus={keys.onFocus}
        {...place.intents}
      >
        <div className="transcript-space">
          {rows.length === 0 && <Empty view={view} onRetry={() => void model.resume()} />}
        </div>
        <Virtualizer
          key={resets}
          ref={list}
          data={rows}
          shift={kind === 'start'}
          bufferSize={600}
          {...(mounted && { keepMounted: mounted })}
          onScroll={place.onScroll}
          onScrollEnd={place.onScrollEnd}
          onResize={place.onResize}
        >
          {(row: Row, index: number) => (
            <MessageRow
              key={row.key}
              row={row}
              conversation={conversation}
              self={self}
              isActive={row.key === keys.activeKey}
              isFound={row.key === place.foundKey}
              isSelected={selected !== undefined && selected.id === row.entry.id}
              isVeryFirst={index === 0 && !view.hasBefore}
              deeds={keys.deeds}
            />
          )}
        </Virtualizer>
      </div>
      {place.isAway && <Latest count={view.newBelow} onJump={place.toEnd} />}
      <Announcer conversation={conversation} self={self} />
      <TipPlace />
      <LinkDialog />
    </section>
  )
}

function Latest({ count, onJump }: { readonly count: number; readonly onJump: () => void }): ReactNode {
  const words = count === 0 ? 'Jump to latest' : count === 1 ? '1 new message' : `${count} new messages`
  return (
    <button type="button" className={count === 0 ? 'latest' : 'latest latest-new'} onClick={onJump}>
      <Icon name="down" size={16} />
      {words}
    </button>
  )
}

function Empty(props: {
  readonly view: ReturnType<typeof useTranscript>['drawn']['view']
  readonly onRetry: () => void
}): ReactNode {
  const { view, onRetry } = props
  if (view.problem !== undefined) {
    return (
      <div className="transcript-empty">
        <p>{errorLine(view.problem)}</p>
        <Button icon="retry" onClick={onRetry}>
          Try again
        </Button>
      </div>
    )
  }
  if (view.loading === 'first') return <p className="transcript-empty transcript-loading">Loading…</p>
  return <p className="transcript-empty">Nothing was said here yet.</p>
}

/** Arrow keys through the rows, and what keys do with the one they are on. */
function useRowKeys(
  rows: readonly Row[],
  list: { readonly current: VirtualizerHandle | null },
  scroller: { readonly current: HTMLDivElement | null },
  place: Place,
  conversation: ConversationKey,
) {
  const [activeKey, setActive] = useState<string>()
  const activeIndex = useMemo(() => rows.findIndex(({ key }) => key === activeKey), [rows, activeKey])
  const deeds = useRowDeeds(conversation)
  const wantsFocus = useRef(false)
  useLayoutEffect(() => {
    if (!wantsFocus.current || activeKey === undefined) return
    wantsFocus.current = false
    const row = scroller.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(activeKey)}"]`)
    row?.focus({ preventScroll: true })
  }, [activeKey, scroller])
  const move = (to: number): void => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, to))]
    if (row === undefined) return
    wantsFocus.current = true
    list.current?.scrollToIndex(rows.indexOf(row), { align: 'nearest' })
    setActive(row.key)
  }
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const row = rows[activeIndex]
    // A button or link in the row does what it does by itself.
    const isOnRow = event.target === event.currentTarget || (event.target as HTMLElement).tagName === 'ARTICLE'
    if (event.ctrlKey || event.metaKey || event.altKey || !isOnRow) return
    const known: Record<string, (() => void) | undefined> = {
      ArrowUp: () => move(activeIndex < 0 ? place.lastShown() : activeIndex - 1),
      ArrowDown: () => move(activeIndex < 0 ? place.lastShown() : activeIndex + 1),
      Home: () => move(0),
      End: () => place.toEnd(),
      Enter: row && (() => deeds.showJourney(row)),
      c: row && (() => deeds.copy(row)),
      r: row && (() => deeds.retry(row)),
    }
    const deed = known[event.key]
    if (deed === undefined) return
    event.preventDefault()
    deed()
  }
  const onFocus = useCallback((event: { readonly target: EventTarget }) => {
    const row = (event.target as HTMLElement).closest<HTMLElement>('[data-key]')
    if (row !== null) setActive(row.dataset['key'])
  }, [])
  return { activeKey, activeIndex, deeds, onKeyDown, onFocus }
}

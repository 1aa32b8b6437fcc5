// One row of the transcript: what stands above it, the message in its bubble with time and mark, or a quiet line for what
// happened in a room.

import { memo, type ReactNode, useState } from 'react'
import type { ConversationKey } from '../../../api/index.ts'
import { unreachable } from '../../../base/index.ts'
import { Avatar, Button, Icon, type IconName } from '../../ui/index.ts'
import { Markdown, PlainText, shownCharactersMax, shownLinesMax } from '../markdown/index.ts'
import { errorLine } from '../words/index.ts'
import { changeSentence, gapSentence } from './change-sentence.ts'
import { type Mark, type MarkKind, markOf } from './mark.ts'
import { clockTime, exactText, isoTime, saidAt } from './moment.ts'
import type { Row } from './rows.ts'
import { Tip } from './tip.tsx'

export interface RowDeeds {
  readonly copy: (row: Row) => void
  readonly retry: (row: Row) => void
  readonly drop: (row: Row) => void
  readonly showJourney: (row: Row) => void
}

export interface MessageRowProps {
  readonly row: Row
  readonly conversation: ConversationKey
  /** The own name. */
  readonly self: string
  /** The arrow keys are on it. */
  readonly isActive: boolean
  /** A search or a link led here. */
  readonly isFound: boolean
  readonly isSelected: boolean
  /** Nothing stands above it in the whole conversation. */
  readonly isVeryFirst: boolean
  readonly deeds: RowDeeds
}

export const MessageRow = memo((props: MessageRowProps): ReactNode => {
  const { row, conversation, self, isActive, isFound, isSelected, isVeryFirst, deeds } = props
  const { entry } = row
  const isMessage = entry.kind === 'message'
  const names = [
    'entry',
    isMessage ? (entry.isOwn ? 'entry-own' : 'entry-other') : 'entry-change',
    row.isFirst && 'entry-first',
    row.isLast && 'entry-last',
    isFound && 'entry-found',
    isSelected && 'entry-selected',
  ]
  return (
    <>
      {isVeryFirst && <Beginning conversation={conversation} />}
      {row.day !== undefined && (
        <div className="entry-day">
          <span>{row.day}</span>
        </div>
      )}
      {row.isUnreadStart && (
        <div className="entry-unread">
          <span>New messages</span>
        </div>
      )}
      {entry.gapBefore !== undefined && entry.gapBefore > 0 && (
        <p className="entry-gap">
          <Icon name="alert" size={18} />
          {gapSentence(entry.gapBefore)}
        </p>
      )}
      <article
        className={names.filter(Boolean).join(' ')}
        data-key={row.key}
        tabIndex={isActive ? 0 : -1}
        aria-label={labelOf(row, self)}
      >
        {isMessage ? (
          <Message row={row} conversation={conversation} isActive={isActive} deeds={deeds} />
        ) : (
          <p>
            <PlainText text={changeSentence(entry, self)} />
            <Tip text={exactText(entry)}>
              <time dateTime={isoTime(saidAt(entry))} tabIndex={isActive ? 0 : -1}>
                {clockTime(saidAt(entry))}
              </time>
            </Tip>
          </p>
        )}
      </article>
    </>
  )
})

function Message(props: Pick<MessageRowProps, 'row' | 'conversation' | 'isActive' | 'deeds'>): ReactNode {
  const { row, conversation, isActive, deeds } = props
  const { entry } = row
  const mark = markOf(entry, conversation)
  const sender = entry.from ?? 'The registry'
  const isMany = conversation.kind !== 'person'
  const tab = isActive ? 0 : -1
  return (
    <>
      {isMany && !entry.isOwn && (
        <span className="entry-avatar">
          {row.isFirst &&
            (entry.from === undefined ? (
              <Avatar name="registry" icon="everyone" size="small" />
            ) : (
              <Avatar name={sender} size="small" />
            ))}
        </span>
      )}
      <div className="bubble-column">
        {isMany && !entry.isOwn && row.isFirst && (
          <p className="bubble-sender">
            <bdi>
              <PlainText text={sender} />
            </bdi>
          </p>
        )}
        <div className="bubble">
          <div className="bubble-text">
            <MessageText text={entry.text ?? ''} tab={tab} />
          </div>
          <div className="bubble-foot">
            <Tip text={exactText(entry)}>
              <button type="button" className="bubble-time" tabIndex={tab} onClick={() => deeds.showJourney(row)}>
                <time dateTime={isoTime(saidAt(entry))}>{clockTime(saidAt(entry))}</time>
              </button>
            </Tip>
            {mark !== undefined && <MarkView mark={mark} tab={tab} onClick={() => deeds.showJourney(row)} />}
          </div>
        </div>
        {mark?.isLost === true && <Lost row={row} mark={mark} tab={tab} deeds={deeds} />}
      </div>
      <button
        type="button"
        className="entry-copy icon-button icon-button-small"
        aria-label="Copy text"
        tabIndex={tab}
        onClick={() => deeds.copy(row)}
      >
        <Icon name="copy" size={16} />
      </button>
    </>
  )
}

const icons: Readonly<Record<MarkKind, IconName>> = {
  sending: 'clock',
  kept: 'clock',
  mailbox: 'mailbox',
  stored: 'stored',
  expired: 'expired',
  failed: 'alert',
}

function MarkView(props: { readonly mark: Mark; readonly tab: number; readonly onClick: () => void }): ReactNode {
  const { mark, tab, onClick } = props
  return (
    <Tip text={mark.hint}>
      <button type="button" className={`mark mark-${mark.kind}`} tabIndex={tab} onClick={onClick}>
        <Icon name={icons[mark.kind]} size={18} />
        <span>{mark.word}</span>
      </button>
    </Tip>
  )
}

/** It will not get there by itself: why, and what to do. */
function Lost(
  props: Pick<MessageRowProps, 'row' | 'deeds'> & { readonly mark: Mark; readonly tab: number },
): ReactNode {
  const { row, mark, deeds } = props
  const { outgoing, problem } = row.entry
  return (
    <div className="bubble-lost">
      <p>{problem === undefined ? mark.hint : errorLine(problem)}</p>
      <Button isSmall icon="retry" onClick={() => deeds.retry(row)}>
        Retry
      </Button>
      <Button isSmall kind="quiet" icon="copy" onClick={() => deeds.copy(row)}>
        Copy
      </Button>
      {outgoing === 'refused' && (
        <Button isSmall kind="quiet" icon="trash" onClick={() => deeds.drop(row)}>
          Take away
        </Button>
      )}
    </div>
  )
}

function MessageText({ text, tab }: { readonly text: string; readonly tab: number }): ReactNode {
  const [isWhole, setWhole] = useState(false)
  const end = isWhole ? text.length : cutAt(text)
  if (end >= text.length) return <Markdown text={text} />
  return (
    <>
      <Markdown text={text.slice(0, end)} />
      <p className="bubble-cut">
        … {(text.length - end).toLocaleString()} more characters{' '}
        <button type="button" tabIndex={tab} className="bubble-more" onClick={() => setWhole(true)}>
          Show all
        </button>
      </p>
    </>
  )
}

function Beginning({ conversation }: { readonly conversation: ConversationKey }): ReactNode {
  switch (conversation.kind) {
    case 'person':
      return (
        <p className="entry-beginning">
          The beginning of your conversation with <bdi>{conversation.name}</bdi>. Only you two can read it.
        </p>
      )
    case 'room':
      return <p className="entry-beginning">The beginning of this room. Only its members can read it.</p>
    case 'channel':
      return (
        <p className="entry-beginning">
          The beginning of the channel. Everybody at this registry, and the registry, can read it.
        </p>
      )
    default:
      return unreachable(conversation)
  }
}

/** Where a very long text is cut: not between the halves of a character. */
function cutAt(text: string): number {
  let end = Math.min(text.length, shownCharactersMax)
  let at = -1
  for (let lines = 1; lines <= shownLinesMax; lines++) {
    at = text.indexOf('\n', at + 1)
    if (at < 0 || at >= end) break
    if (lines === shownLinesMax) end = at
  }
  return end < text.length && /[\ud800-\udbff]/.test(text[end - 1] ?? '') ? end - 1 : end
}

/** Who and when, for who cannot see where it stands; the text itself is read from the article. */
function labelOf({ entry }: Row, self: string): string {
  if (entry.kind !== 'message') return changeSentence(entry, self)
  const who = entry.isOwn ? 'You' : (entry.from ?? 'The registry')
  return `${who}, ${clockTime(saidAt(entry))}`
}

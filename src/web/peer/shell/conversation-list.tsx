// The list of conversations: who, how they stand, what was said last, and how much of it is new.

import { memo, type ReactNode } from 'react'
import { unreachable } from '../../../base/index.ts'
import type { ConversationRow } from '../../../api/index.ts'
import { Avatar, Icon, type IconName } from '../../ui/index.ts'
import { keyText, type PageState, sameKey, useModel, usePage } from '../model/index.ts'
import { channelTitle, roomTitle } from '../model/jump.ts'
import { shownRows } from '../model/reduce-talk.ts'
import { presenceOf } from '../model/reduce-people.ts'
import {
  membersWord,
  type PresenceSign,
  presenceSign,
  presenceWord,
  previewText,
  roadWord,
  shortTime,
} from '../words/index.ts'
import { RovingList } from './roving-list.tsx'
import { useNow } from './use-now.ts'

export function ConversationList(): ReactNode {
  const state = useModel((all) => all)
  const now = useNow(60_000)
  return (
    <section className="list-section" aria-labelledby="conversations-title">
      <h2 id="conversations-title" className="list-title">
        Conversations
      </h2>
      <RovingList label="Conversations" className="rows">
        {shownRows(state).map((row) => {
          const { title, word, look } = faceOf(row, state)
          const isOpen = sameKey(row.key, state.selected?.key)
          return <Row key={keyText(row.key)} {...{ row, now, isOpen, title, word, ...look }} />
        })}
      </RovingList>
    </section>
  )
}

interface RowProps {
  readonly row: ConversationRow
  readonly now: number
  readonly isOpen: boolean
  readonly title: string
  readonly word: string
  readonly icon?: IconName
  readonly presence?: PresenceSign | undefined
}

/** Drawn again only where something in it is another: most events change one row. */
const Row = memo(({ row, now, isOpen, title, word, icon, presence }: RowProps): ReactNode => {
  const page = usePage()
  const { latest, unread, draft } = row
  return (
    <li>
      <button
        type="button"
        data-roving=""
        tabIndex={-1}
        className={unread > 0 ? 'row row-unread' : 'row'}
        aria-current={isOpen}
        onClick={() => page.select(row.key)}
      >
        <Avatar name={title} presence={presence} {...(icon === undefined ? {} : { icon })} />
        <span className="row-words">
          <span className="row-line">
            <bdi className="row-title">{title}</bdi>
            {word !== '' && <span className="row-word">{word}</span>}
            {latest !== undefined && <time className="row-time">{shortTime(latest.at, now)}</time>}
          </span>
          <span className="row-line">
            <Latest row={row} isDraft={draft !== '' && !isOpen} />
            {unread > 0 && (
              <span className="badge">
                {unread > 999 ? '999+' : unread}
                <span className="visually-hidden"> unread</span>
              </span>
            )}
          </span>
        </span>
      </button>
    </li>
  )
})

function Latest({ row, isDraft }: { readonly row: ConversationRow; readonly isDraft: boolean }): ReactNode {
  const { key, latest, draft } = row
  if (isDraft) {
    return (
      <span className="row-latest row-draft">
        <Icon name="draft" size={14} />
        <span className="row-latest-text">
          <b>Draft:</b> <bdi>{previewText(draft)}</bdi>
        </span>
      </span>
    )
  }
  if (latest === undefined) return <span className="row-latest row-latest-text">Nothing said yet</span>
  const who = latest.isOwn ? 'You: ' : key.kind === 'person' ? '' : `${latest.from ?? 'Registry'}: `
  return (
    <span className="row-latest row-latest-text">
      {who}
      <bdi>{previewText(latest.text)}</bdi>
    </span>
  )
}

interface Face {
  readonly title: string
  readonly word: string
  readonly look: { readonly icon?: IconName; readonly presence?: PresenceSign | undefined }
}

/** What stands for a conversation: its title, how it is there, its sign. */
export function faceOf({ key, title }: Pick<ConversationRow, 'key' | 'title'>, state: PageState): Face {
  switch (key.kind) {
    case 'person': {
      const client = presenceOf(state, key.name)
      const friend = state.friends.find(({ name }) => name.toLowerCase() === key.name.toLowerCase())
      const isSelf = key.name.toLowerCase() === state.status?.name.toLowerCase()
      if (isSelf) return { title: `${title || key.name} (you)`, word: 'notes to yourself', look: {} }
      const way = client?.status === 'online' ? roadWord(client.road) : ''
      const stand = friend?.isBlocked === true ? 'blocked' : client === undefined ? '' : presenceWord(client)
      const word = [stand, way].filter((part) => part !== '').join(' · ')
      return { title: friend?.alias ?? (title || key.name), word, look: { presence: presenceSign(client) } }
    }
    case 'room': {
      const room = state.rooms.find((other) => other.room === key.room)
      const word = room === undefined ? '' : room.state === 'left' ? 'left' : membersWord(room.members)
      return { title: roomTitle(key.room, room?.name ?? title), word, look: { icon: 'people' } }
    }
    case 'channel':
      return { title: channelTitle, word: 'public', look: { icon: 'everyone' } }
    default:
      return unreachable(key)
  }
}

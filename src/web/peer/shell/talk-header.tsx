// The top of the middle pane: who or what is open, how it stands, and what can be done with it.

import type { ReactNode } from 'react'
import type { ConversationKey } from '../../../api/index.ts'
import { Avatar, Icon, IconButton, Tooltip } from '../../ui/index.ts'
import { findRow } from '../model/reduce-talk.ts'
import { presenceOf } from '../model/reduce-people.ts'
import { type PageState, useModel, usePage } from '../model/index.ts'
import { counted, nameList, roadHint, roadWord } from '../words/index.ts'
import { faceOf } from './conversation-list.tsx'
import { PrivateChatButton } from './private-chat-button.tsx'
import { useShell } from './shell-context.tsx'
import { TalkMenu } from './talk-menu.tsx'

export function TalkHeader({ conversation }: { readonly conversation: ConversationKey }): ReactNode {
  const page = usePage()
  const shell = useShell()
  const state = useModel((all) => all)
  const face = faceOf(findRow(state, conversation) ?? { key: conversation, title: '' }, state)
  const isSession =
    conversation.kind === 'person' && state.status?.session?.toLowerCase() === conversation.name.toLowerCase()
  return (
    <header className="talk-header">
      <IconButton
        className="talk-back"
        icon="back"
        label="Back to all conversations"
        onClick={() => page.select(undefined)}
      />
      <Avatar name={face.title} {...face.look} />
      <div className="talk-words">
        <h2 className="talk-title">
          <bdi>{face.title}</bdi>
          {isSession && (
            <Tooltip text="A private chat is open: each of you shows to others as busy.">
              <span className="talk-private" tabIndex={0}>
                <Icon name="lock" size={14} /> private chat
              </span>
            </Tooltip>
          )}
        </h2>
        <Stand conversation={conversation} state={state} word={face.word} />
      </div>
      <div className="talk-buttons">
        {conversation.kind === 'person' && <PrivateChatButton name={conversation.name} />}
        <IconButton icon="search" label="Search here" keys="Ctrl+F" onClick={() => shell.openSearch(conversation)} />
        <IconButton
          icon="info"
          label="Details"
          keys="Ctrl+."
          aria-pressed={shell.details !== undefined}
          onClick={shell.toggleDetails}
        />
        <TalkMenu conversation={conversation} />
      </div>
    </header>
  )
}

function Stand(props: {
  readonly conversation: ConversationKey
  readonly state: PageState
  readonly word: string
}): ReactNode {
  const { conversation, state, word } = props
  if (conversation.kind === 'channel') {
    const online = state.clients.filter(({ status }) => status === 'online').length
    return (
      <p className="talk-stand">
        {counted(online, 'other person', 'other people')} on line · the registry can read what is said here
      </p>
    )
  }
  if (conversation.kind === 'room') {
    const room = state.rooms.find((other) => other.room === conversation.room)
    const names = room?.members.filter((member) => member.state === 'joined').map(({ name }) => name) ?? []
    return (
      <p className="talk-stand">
        {word}
        {names.length > 0 && <bdi> · {nameList(names)}</bdi>}
      </p>
    )
  }
  const client = presenceOf(state, conversation.name)
  const road = client?.status === 'online' ? client.road : client?.status === 'away' ? 'mailbox' : undefined
  const [presence = ''] = word.split(' · ')
  return (
    <p className="talk-stand">
      {presence}
      {road !== undefined && (
        <Tooltip text={roadHint(road)}>
          <span className="talk-road" tabIndex={0}>
            <Icon name={road === 'direct' ? 'direct' : 'mailbox'} size={15} /> {roadWord(road)}
          </span>
        </Tooltip>
      )}
    </p>
  )
}

// What there is to know about the open conversation, and above it the journey of the message that was chosen.

import type { ReactNode } from 'react'
import type { ConversationKey } from '../../../api/index.ts'
import { Avatar } from '../../ui/index.ts'
import { useModel } from '../model/index.ts'
import { useSelectedMessage } from '../transcript/selected-message.ts'
import { counted } from '../words/index.ts'
import { Journey } from './journey.tsx'
import { PersonDetails } from './person-details.tsx'
import { RoomDetails } from './room-details.tsx'
import './details.css'

export interface DetailsProps {
  readonly conversation: ConversationKey
}

export function Details({ conversation }: DetailsProps): ReactNode {
  const message = useSelectedMessage(conversation)
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls
    <div className="details" tabIndex={0} role="region" aria-label="About this conversation">
      {message !== undefined && <Journey key={message.id} message={message} />}
      {conversation.kind === 'person' && <PersonDetails name={conversation.name} />}
      {conversation.kind === 'room' && <RoomDetails number={conversation.room} />}
      {conversation.kind === 'channel' && <ChannelDetails />}
    </div>
  )
}

function ChannelDetails(): ReactNode {
  const registry = useModel((state) => state.status?.registryName ?? state.status?.registry ?? '')
  const known = useModel((state) => state.clients.length)
  const online = useModel((state) => state.clients.filter(({ status }) => status === 'online').length)
  return (
    <>
      <section className="details-part details-who">
        <Avatar name="Everyone" icon="everyone" size="large" />
        <h3>Everyone</h3>
        <p className="details-note">
          The public channel of <bdi>{registry}</bdi>
        </p>
      </section>
      <section className="details-part">
        <h3>Who can read it</h3>
        <p className="details-note">
          Everybody who is known at this registry, and the registry itself: what is said here is not sealed. It keeps
          the latest messages for those who are away.
        </p>
      </section>
      <section className="details-part">
        <h3>Who is there</h3>
        <p className="details-note">
          {counted(online, 'other person', 'other people')} on line, of {known} known.
        </p>
      </section>
    </>
  )
}

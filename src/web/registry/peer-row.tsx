// One row of the table of peers. Each cell has its title with it for where the table is drawn as cards.

import { memo, type ReactNode } from 'react'
import type { RegistryLink, RegistryPeer } from '../../api/index.ts'
import { Avatar, IconButton, Menu, type MenuEntry, Tooltip } from '../ui/index.ts'
import {
  agoText,
  bytesText,
  countText,
  durationText,
  instantText,
  percentText,
  plural,
  rttText,
} from './model/figure-words.ts'
import { statusOf, statusWords } from './model/peer-rows.ts'
import type { PeerAction } from './model/window-model.ts'

interface PeerRowProps {
  readonly peer: RegistryPeer
  readonly now: number
  /** The one row that Tab reaches. */
  readonly isFirst: boolean
  readonly isLive: boolean
  readonly onFocus: (name: string) => void
  readonly onAction: (action: PeerAction, peer: RegistryPeer) => void
}

const nothing = <span className="none">–</span>

export const PeerRow = memo(function PeerRow(props: PeerRowProps): ReactNode {
  const { peer, now, isFirst, isLive, onFocus, onAction } = props
  const { name, address, since, lifeAt, link, bytesIn, bytesOut, devices } = peer
  const status = statusOf(peer)
  const traffic = bytesIn + bytesOut
  const more = devices > 1 ? ` · ${plural(devices, 'device')}` : ''
  return (
    <div role="row" className="peer-row" tabIndex={isFirst ? 0 : -1} onFocus={() => onFocus(name)}>
      <span role="cell" className="cell-name">
        <Avatar name={name} size="small" />
        <bdi className="peer-name">{name}</bdi>
      </span>
      <span role="cell" className="cell-status">
        <span className={`status status-${status}`}>
          <span className="status-dot" aria-hidden="true" />
          {statusWords[status]}
          {more}
        </span>
      </span>
      <Cell name="address" title="Address">
        {address === undefined ? nothing : <code>{address}</code>}
      </Cell>
      <Cell name="since" title={peer.online ? 'On line for' : 'Away for'}>
        <Instant at={since} more={lifeAt === undefined ? '' : `; last life sign ${agoText(lifeAt, now)}`}>
          {durationText(now - since)}
        </Instant>
      </Cell>
      <Cell name="life" title="Life sign">
        {lifeAt === undefined ? nothing : <Instant at={lifeAt}>{agoText(lifeAt, now)}</Instant>}
      </Cell>
      <Cell name="rtt" title="RTT">
        {link === undefined ? nothing : <Rtt link={link} />}
      </Cell>
      <Cell name="loss" title="Loss">
        {link === undefined ? nothing : percentText(link.lossRate)}
      </Cell>
      <Cell name="traffic" title="In / out">
        {traffic === 0 ? nothing : `${bytesText(bytesIn)} / ${bytesText(bytesOut)}`}
      </Cell>
      <span role="cell" className="cell-menu">
        <Menu
          trigger={<IconButton isSmall icon="more" label={`What to do with ${name}`} tabIndex={isFirst ? 0 : -1} />}
          groups={entriesOf(peer, isLive, onAction)}
        />
      </span>
    </div>
  )
})

function entriesOf(
  peer: RegistryPeer,
  isLive: boolean,
  onAction: PeerRowProps['onAction'],
): readonly (readonly MenuEntry[])[] {
  const isDisabled = !isLive
  const select = (action: PeerAction) => () => onAction(action, peer)
  return [
    [
      { text: 'Disconnect …', icon: 'leave', onSelect: select('disconnect'), isDisabled: isDisabled || !peer.online },
      peer.suspended
        ? { text: 'Let in again …', icon: 'check', onSelect: select('unsuspend'), isDisabled }
        : { text: 'Suspend …', icon: 'block', onSelect: select('suspend'), isDisabled },
    ],
    [{ text: 'Delete the account …', icon: 'trash', onSelect: select('deleteAccount'), isDanger: true, isDisabled }],
  ]
}

interface CellProps {
  readonly name: string
  readonly title: string
  readonly children: ReactNode
}

function Cell({ name, title, children }: CellProps): ReactNode {
  return (
    <span role="cell" className={`cell-${name}`} data-title={title}>
      {children}
    </span>
  )
}

/** How the link does: its loss and packets on hover, since narrow tables have no columns for them. */
function Rtt({ link }: { readonly link: RegistryLink }): ReactNode {
  const { rttMs, lossRate, packetsIn, packetsOut } = link
  const words = `${percentText(lossRate)} lost; ${plural(packetsIn, 'packet')} in, ${countText(packetsOut)} out`
  return (
    <Tooltip text={words}>
      <span>{rttText(rttMs)}</span>
    </Tooltip>
  )
}

interface InstantProps {
  readonly at: number
  readonly more?: string
  readonly children: ReactNode
}

/** A time that is told as a duration; the instant itself on hover. */
function Instant({ at, more = '', children }: InstantProps): ReactNode {
  return (
    <Tooltip text={`${instantText(at)}${more}`}>
      <time dateTime={new Date(at).toISOString()}>{children}</time>
    </Tooltip>
  )
}

// The table of peers: sorted by its heads, narrowed by words and status, and walked by keyboard: arrows move between rows,
// Enter opens the row's menu. Its roles are written out, so that it stays a table also where it is drawn as cards.

import { type KeyboardEvent, memo, type ReactNode, useMemo, useRef, useState } from 'react'
import type { RegistryPeer } from '../../api/index.ts'
import { Button } from '../ui/index.ts'
import { countText, plural } from './model/figure-words.ts'
import {
  firstOrder,
  noFilter,
  type PeerColumn,
  type PeerFilter,
  type PeerOrder,
  pressed,
  shownPeers,
  statusWords,
} from './model/peer-rows.ts'
import type { PeerAction } from './model/window-model.ts'
import { PeerRow } from './peer-row.tsx'

interface PeerPaneProps {
  readonly peers: ReadonlyMap<string, RegistryPeer>
  /** Wall milliseconds of the registry. */
  readonly now: number
  readonly isLive: boolean
  readonly onAction: (action: PeerAction, peer: RegistryPeer) => void
}

const rowsAtOnce = 200

export function PeerPane({ peers, now, isLive, onAction }: PeerPaneProps): ReactNode {
  const [filter, setFilter] = useState<PeerFilter>(noFilter)
  const [order, setOrder] = useState<PeerOrder>(firstOrder)
  const [rowsMax, setRowsMax] = useState(rowsAtOnce)
  const [focused, setFocused] = useState<string>()
  const body = useRef<HTMLDivElement>(null)
  const shown = useMemo(() => shownPeers(peers.values(), filter, order), [peers, filter, order])
  const rows = shown.slice(0, rowsMax)
  const online = useMemo(() => [...peers.values()].filter((peer) => peer.online).length, [peers])
  const first = rows.find(({ name }) => name === focused)?.name ?? rows[0]?.name

  return (
    <section className="card peers-card" aria-labelledby="peers-title">
      <header className="card-head">
        <h2 id="peers-title">
          Peers{' '}
          <span className="count">
            {countText(online)} of {countText(peers.size)} on line
          </span>
        </h2>
        <FilterFields filter={filter} onChange={setFilter} />
      </header>
      <div className="table-scroll" tabIndex={-1}>
        <div className="peer-table" role="table" aria-labelledby="peers-title" aria-rowcount={shown.length + 1}>
          <Heads order={order} onOrder={setOrder} />
          <div role="rowgroup" ref={body} onKeyDown={(event) => walk(event, body.current)}>
            {rows.map((peer) => (
              <PeerRow
                key={peer.name}
                peer={peer}
                now={now}
                isFirst={peer.name === first}
                isLive={isLive}
                onFocus={setFocused}
                onAction={onAction}
              />
            ))}
          </div>
        </div>
        {rows.length === 0 && (
          <p className="empty">
            {peers.size === 0 ? 'Nobody has been here yet. Invite somebody.' : 'Nobody is like that.'}
          </p>
        )}
        {shown.length > rows.length && (
          <p className="more-rows">
            {plural(shown.length - rows.length, 'more row')} not shown.{' '}
            <Button isSmall onClick={() => setRowsMax(rowsMax + rowsAtOnce)}>
              Show more
            </Button>
          </p>
        )}
      </div>
    </section>
  )
}

interface HeadRow {
  readonly column: PeerColumn
  readonly title: string
}

const heads: readonly HeadRow[] = [
  { column: 'name', title: 'Name' },
  { column: 'status', title: 'Status' },
  { column: 'address', title: 'Address' },
  { column: 'since', title: 'Since' },
  { column: 'life', title: 'Life sign' },
  { column: 'rtt', title: 'RTT' },
  { column: 'loss', title: 'Loss' },
  { column: 'traffic', title: 'In / out' },
]

interface HeadsProps {
  readonly order: PeerOrder
  readonly onOrder: (order: PeerOrder) => void
}

function Heads({ order, onOrder }: HeadsProps): ReactNode {
  return (
    <div role="rowgroup">
      <div role="row" className="peer-heads">
        {heads.map((head) => (
          <Head key={head.column} {...head} order={order} onPress={() => onOrder(pressed(order, head.column))} />
        ))}
        <span role="columnheader">
          <span className="visually-hidden">Actions</span>
        </span>
      </div>
    </div>
  )
}

interface HeadProps extends HeadRow {
  readonly order: PeerOrder
  readonly onPress: () => void
}

const Head = memo(function Head({ column, title, order, onPress }: HeadProps): ReactNode {
  const isSorted = order.column === column
  const direction = order.isDescending ? 'descending' : 'ascending'
  return (
    <span role="columnheader" className={`cell-${column}`} aria-sort={isSorted ? direction : 'none'}>
      <button type="button" className={isSorted ? 'head-button is-sorted' : 'head-button'} onClick={onPress}>
        {title}
        <span className="sort-sign" aria-hidden="true">
          {isSorted ? (order.isDescending ? '↓' : '↑') : ''}
        </span>
      </button>
    </span>
  )
})

interface FilterFieldsProps {
  readonly filter: PeerFilter
  readonly onChange: (filter: PeerFilter) => void
}

function FilterFields({ filter, onChange }: FilterFieldsProps): ReactNode {
  return (
    <div className="filters">
      <input
        type="search"
        className="input input-small"
        placeholder="Name or address"
        aria-label="Only peers with this in their name or address"
        value={filter.words}
        onChange={(event) => onChange({ ...filter, words: event.target.value })}
      />
      <select
        className="input input-small"
        aria-label="Only peers with this status"
        value={filter.status}
        onChange={(event) => onChange({ ...filter, status: event.target.value as PeerFilter['status'] })}
      >
        <option value="all">everybody</option>
        <option value="here">who is here</option>
        <option value="busy">{statusWords.busy}</option>
        <option value="offline">{statusWords.offline}</option>
        <option value="suspended">{statusWords.suspended}</option>
      </select>
    </div>
  )
}

/** Arrows, Home and End between rows; Enter opens the menu of a row. */
function walk(event: KeyboardEvent<HTMLElement>, body: HTMLElement | null): void {
  const row = event.target as HTMLElement
  if (body === null || row.getAttribute('role') !== 'row') return
  const rows = [...body.querySelectorAll<HTMLElement>('[role=row]')]
  const at = rows.indexOf(row)
  const steps: Readonly<Record<string, number>> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }
  const to = steps[event.key]
  if (to !== undefined) {
    event.preventDefault()
    rows[to]?.focus()
  } else if (event.key === 'Enter' || event.key === ' ' || event.key === 'ContextMenu') {
    event.preventDefault()
    row.querySelector<HTMLElement>('button')?.click()
  }
}

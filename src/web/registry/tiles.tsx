// The figures at a glance. A figure that is not known says so, and is never shown as 0.

import type { ReactNode } from 'react'
import type { RegistryFigures } from '../../api/index.ts'
import { Icon, type IconName, Tooltip } from '../ui/index.ts'
import { type Tile, tilesOf } from './model/tile.ts'

const icons: Readonly<Record<Tile['kind'], IconName>> = {
  online: 'people',
  mailbox: 'mailbox',
  done: 'send',
  limits: 'flag',
  store: 'key',
  backup: 'copy',
  load: 'clock',
}

export function Tiles({ figures }: { readonly figures: RegistryFigures }): ReactNode {
  return (
    <section className="tiles" aria-label="Figures">
      {tilesOf(figures).map((tile) => (
        <TileView key={tile.kind} tile={tile} />
      ))}
    </section>
  )
}

function TileView({ tile }: { readonly tile: Tile }): ReactNode {
  const { kind, title, value, note, details, isWarning } = tile
  const shown = (
    <div className={isWarning ? 'tile is-warning' : 'tile'} {...(details !== undefined && { tabIndex: 0 })}>
      <p className="tile-title">
        <Icon name={icons[kind]} size={16} />
        {title}
      </p>
      <p className="tile-value">{value}</p>
      <p className="tile-note">{note}</p>
    </div>
  )
  return details === undefined ? (
    shown
  ) : (
    <Tooltip text={<span className="tile-details">{details}</span>}>{shown}</Tooltip>
  )
}

// A person's, a room's or the channel's sign: initials on a colour that follows from the name, so that the same name has
// the same colour on every machine.

import type { ReactNode } from 'react'
import { hueOf, initialsOf } from './avatar-look.ts'
import { Icon, type IconName } from './icon.tsx'
import './avatar.css'

export interface AvatarProps {
  readonly name: string
  /** Instead of initials: rooms and the channel. */
  readonly icon?: IconName
  /** `medium` (40 px) where absent. */
  readonly size?: 'small' | 'medium' | 'large'
  /** A dot at its edge; the word stands elsewhere. */
  readonly presence?: 'online' | 'away' | 'busy' | undefined
}

export function Avatar({ name, icon, size = 'medium', presence }: AvatarProps): ReactNode {
  return (
    <span className={`avatar avatar-${size} avatar-hue-${hueOf(name)}`} aria-hidden="true">
      {icon === undefined ? initialsOf(name) : <Icon name={icon} size={22} />}
      {presence !== undefined && <span className={`presence-dot presence-${presence}`} />}
    </span>
  )
}

// A menu behind a button: arrows, letters and Esc work, and the focus returns to the button.

import { Menu as Base } from '@base-ui/react/menu'
import type { ReactElement, ReactNode } from 'react'
import { Icon, type IconName } from './icon.tsx'
import './menu.css'

export interface MenuEntry {
  readonly text: string
  readonly icon?: IconName
  readonly onSelect: () => void
  readonly isDanger?: boolean
  readonly isDisabled?: boolean
}

export interface MenuProps {
  /** The button that opens it: one element that takes a ref. */
  readonly trigger: ReactElement
  /** Groups, with a line between them. */
  readonly groups: readonly (readonly MenuEntry[])[]
  readonly align?: 'start' | 'end'
}

export function Menu({ trigger, groups, align = 'end' }: MenuProps): ReactNode {
  const shown = groups.filter((entries) => entries.length > 0)
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner align={align} sideOffset={6} className="menu-place">
          <Base.Popup className="menu">
            {shown.map((entries, index) => (
              <div key={entries[0]?.text} role="presentation">
                {index > 0 && <Base.Separator className="menu-line" />}
                {entries.map((entry) => (
                  <Item key={entry.text} entry={entry} />
                ))}
              </div>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

function Item({ entry }: { readonly entry: MenuEntry }): ReactNode {
  return (
    <Base.Item
      className={entry.isDanger === true ? 'menu-item menu-item-danger' : 'menu-item'}
      disabled={entry.isDisabled ?? false}
      onClick={entry.onSelect}
    >
      {entry.icon !== undefined && <Icon name={entry.icon} size={18} />}
      <span>{entry.text}</span>
    </Base.Item>
  )
}

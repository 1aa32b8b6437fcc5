// Buttons: with words, or an icon alone, which then has its words as label and tooltip.

import type { ComponentPropsWithRef, ReactNode } from 'react'
import { Icon, type IconName } from './icon.tsx'
import { Tooltip } from './tooltip.tsx'
import './button.css'

export type ButtonKind = 'primary' | 'plain' | 'quiet' | 'danger'

export interface ButtonProps extends ComponentPropsWithRef<'button'> {
  /** `plain` where absent. At most one `primary` in a place. */
  readonly kind?: ButtonKind
  readonly icon?: IconName
  readonly isSmall?: boolean
  /** Under way: it shows so, and a second press does nothing. */
  readonly isBusy?: boolean
}

export function Button(props: ButtonProps): ReactNode {
  const { kind = 'plain', icon, isSmall = false, isBusy = false, className, children, onClick, ...rest } = props
  return (
    <button
      type="button"
      {...rest}
      {...(isBusy ? { 'aria-disabled': true, 'aria-busy': true } : {})}
      onClick={isBusy ? (event) => event.preventDefault() : onClick}
      className={['button', `button-${kind}`, isSmall && 'button-small', className].filter(Boolean).join(' ')}
    >
      {icon !== undefined && <Icon name={icon} size={isSmall ? 16 : 18} />}
      {children}
    </button>
  )
}

export interface IconButtonProps extends Omit<ComponentPropsWithRef<'button'>, 'children' | 'aria-label'> {
  readonly icon: IconName
  /** What it does, in words: label and tooltip. */
  readonly label: string
  /** Its key, shown in the tooltip: `Ctrl+K`. */
  readonly keys?: string
  readonly isSmall?: boolean
}

export function IconButton({ icon, label, keys, isSmall = false, className, ...rest }: IconButtonProps): ReactNode {
  const names = ['icon-button', isSmall && 'icon-button-small', className].filter(Boolean).join(' ')
  return (
    <Tooltip text={keys === undefined ? label : `${label} (${keys})`}>
      <button type="button" {...rest} aria-label={label} className={names}>
        <Icon name={icon} size={isSmall ? 17 : 20} />
      </button>
    </Tooltip>
  )
}

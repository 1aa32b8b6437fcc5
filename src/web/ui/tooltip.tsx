// A tooltip: a line of words that comes on hover and on focus. It explains; nothing may be told by it alone, as touch
// and assistive technology do not see it.

import { Tooltip as Base } from '@base-ui/react/tooltip'
import type { ReactElement, ReactNode } from 'react'
import './tooltip.css'

export interface TooltipProps {
  readonly text: ReactNode
  readonly side?: 'top' | 'bottom' | 'left' | 'right'
  /** One element that takes a ref and the handlers: a button, a span. */
  readonly children: ReactElement
}

export function Tooltip({ text, side = 'bottom', children }: TooltipProps): ReactNode {
  return (
    <Base.Root>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner side={side} sideOffset={6} className="tooltip-place">
          <Base.Popup className="tooltip">{text}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

/** Around the whole page, once: after a first tooltip the next ones come at once. */
export function TooltipArea({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <Base.Provider delay={500} timeout={300}>
      {children}
    </Base.Provider>
  )
}

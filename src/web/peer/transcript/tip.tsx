// One tooltip for all rows of a transcript: rows come and go while it scrolls, and each with a tooltip of its own would
// cost as much as its text.

import { Tooltip } from '@base-ui/react/tooltip'
import type { ReactElement, ReactNode } from 'react'
import '../../ui/tooltip.css'

const handle = Tooltip.createHandle<string>()

/** Shows `text` on hover and focus of its one child. */
export function Tip({ text, children }: { readonly text: string; readonly children: ReactElement }): ReactNode {
  return <Tooltip.Trigger handle={handle} payload={text} closeOnClick={false} render={children} />
}

/** Once, beside the rows. */
export function TipPlace(): ReactNode {
  return (
    <Tooltip.Root handle={handle}>
      {({ payload }) => (
        <Tooltip.Portal>
          <Tooltip.Positioner side="top" sideOffset={6} className="tooltip-place">
            <Tooltip.Popup className="tooltip">{payload}</Tooltip.Popup>
          </Tooltip.Positioner>
        </Tooltip.Portal>
      )}
    </Tooltip.Root>
  )
}

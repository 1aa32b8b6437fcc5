// A dialog over the page: focus stays in it, Esc closes it where it may be closed, and the focus returns to where it was.

import { AlertDialog } from '@base-ui/react/alert-dialog'
import { Dialog as Base } from '@base-ui/react/dialog'
import { type ReactNode, useRef } from 'react'
import { Icon } from './icon.tsx'
import './dialog.css'

export interface DialogProps {
  readonly title: ReactNode
  /** A sentence under the title; it is read with it. */
  readonly text?: ReactNode
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly children?: ReactNode
  /** Buttons, the one that goes on last. */
  readonly actions?: ReactNode
  readonly size?: 'small' | 'medium' | 'wide'
  /** A question that must be answered: no cross, no closing by a press beside it. Esc is `onClose`. */
  readonly isQuestion?: boolean
  /** Where the focus goes when it closes; `true`: to where it was. */
  readonly finalFocus?: () => HTMLElement | true
}

export function Dialog(props: DialogProps): ReactNode {
  const { title, text, isOpen, onClose, children, actions, size = 'small', isQuestion = false, finalFocus } = props
  const popup = useRef<HTMLDivElement>(null)
  const Kind = isQuestion ? AlertDialog : Base
  return (
    <Kind.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Kind.Portal>
        <Kind.Backdrop className="dialog-backdrop" />
        <Kind.Viewport className="dialog-viewport">
          <Kind.Popup
            ref={popup}
            className={`dialog dialog-${size}`}
            initialFocus={() => firstControl(popup.current)}
            {...(finalFocus && { finalFocus })}
          >
            <header className="dialog-head">
              <Kind.Title className="dialog-title">{title}</Kind.Title>
              {!isQuestion && (
                // Without a tooltip: Esc would close that first.
                <Kind.Close className="icon-button icon-button-small" aria-label="Close">
                  <Icon name="close" size={18} />
                </Kind.Close>
              )}
            </header>
            {text !== undefined && (
              <Kind.Description className="dialog-text" render={<div />}>
                {text}
              </Kind.Description>
            )}
            {children !== undefined && <div className="dialog-body">{children}</div>}
            {actions !== undefined && <footer className="dialog-actions">{actions}</footer>}
          </Kind.Popup>
        </Kind.Viewport>
      </Kind.Portal>
    </Kind.Root>
  )
}

const fields = 'input:not([type="radio"], [type="checkbox"]), textarea'
const controls = 'input, button, [tabindex="0"]'

/** A field to type in, before any other control; of buttons alone the first, which changes nothing. */
function firstControl(popup: HTMLElement | null): HTMLElement | null {
  const first = (selector: string): HTMLElement | null => popup?.querySelector<HTMLElement>(selector) ?? null
  const body = first(`.dialog-body :is(${fields})`) ?? first(`.dialog-body :is(${controls})`)
  return body ?? first('.dialog-actions button') ?? popup
}

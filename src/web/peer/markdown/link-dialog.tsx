// Before a link is followed: the whole address, with its host made plain, and what following it tells whom.

import { type ReactNode, useSyncExternalStore } from 'react'
import { Button, Dialog } from '../../ui/index.ts'
import { answerToOpen, askedAddress, watchQuestion } from './link-question.ts'

/** Once on the page, with the transcript. */
export function LinkDialog(): ReactNode {
  const href = useSyncExternalStore(watchQuestion, askedAddress)
  const url = href === undefined ? undefined : new URL(href)
  const open = (): void => {
    if (href !== undefined) window.open(href, '_blank', 'noopener,noreferrer')
    answerToOpen()
  }
  return (
    <Dialog
      title="Open this link?"
      text="It opens outside of Parley, and whoever runs the site sees your address. Nothing was fetched so far."
      isOpen={url !== undefined}
      onClose={answerToOpen}
      actions={
        <>
          <Button onClick={answerToOpen}>Stay here</Button>
          <Button kind="primary" onClick={open}>
            Open
          </Button>
        </>
      }
    >
      {url !== undefined && (
        <p className="link-address" dir="ltr">
          {url.protocol}//<strong>{url.host}</strong>
          {url.pathname}
          {url.search}
          {url.hash}
        </p>
      )}
    </Dialog>
  )
}

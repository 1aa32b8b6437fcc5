// Somebody asks for a private chat: who they are, how long the request still stands, and the answer.

import type { ReactNode } from 'react'
import { Avatar, Button, Dialog } from '../../ui/index.ts'
import { sameName, useModel, usePage } from '../model/index.ts'
import { TimeLeft } from '../shell/request-section.tsx'
import { useDeed } from '../shell/use-deed.ts'
import { KeyText } from './key-words.tsx'
import { useContact } from './use-contact.ts'

export function ChatRequestDialog({
  from,
  onClose,
}: {
  readonly from: string
  readonly onClose: () => void
}): ReactNode {
  const page = usePage()
  const { isBusy, run } = useDeed()
  const { card } = useContact(from)
  const request = useModel((state) => state.requests.find((other) => sameName(other.from, from)))
  const answer = (accept: boolean) => () =>
    void run(async () => {
      const before = page.state
      await page.answerChat(from, accept)
      if (accept) page.selectUnlessMoved({ kind: 'person', name: from }, before)
    }).then(onClose)
  const isOver = request === undefined
  return (
    <Dialog
      title={
        <>
          <bdi>{from}</bdi> asks for a private chat
        </>
      }
      text="While it is open, both of you show to others as busy, and either may leave it at any time."
      isOpen
      onClose={onClose}
      actions={
        isOver ? (
          <Button onClick={onClose}>Close</Button>
        ) : (
          <>
            <Button isBusy={isBusy} onClick={answer(false)}>
              Reject
            </Button>
            <Button kind="primary" isBusy={isBusy} onClick={answer(true)}>
              Accept
            </Button>
          </>
        )
      }
    >
      <div className="who">
        <Avatar name={from} size="large" />
        <p>{isOver ? 'The request is over.' : <TimeLeft since={request.since} />}</p>
      </div>
      {card?.key !== undefined && (
        <KeyText title="The key you know" fingerprint={card.key.fingerprint} words={card.key.words} />
      )}
      {card !== undefined && card.key === undefined && (
        <p className="field-note">You have not talked with {from} before.</p>
      )}
    </Dialog>
  )
}

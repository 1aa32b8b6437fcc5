// Somebody shows another key than before: a new machine, or somebody else who passes for them. Nothing is sent until the
// user has compared and accepted it; both keys stand side by side.

import { type ReactNode, useState } from 'react'
import type { ContactCard } from '../../../api/index.ts'
import { Button, Dialog, Icon } from '../../ui/index.ts'
import { sameName, useModel, usePage } from '../model/index.ts'
import { useDeed } from '../shell/use-deed.ts'
import { KeyText } from './key-words.tsx'
import { useContact } from './use-contact.ts'

export function KeyChangedDialog({
  name,
  onClose,
}: {
  readonly name: string
  readonly onClose: () => void
}): ReactNode {
  const page = usePage()
  const { isBusy, run } = useDeed()
  const { card } = useContact(name)
  const [isSure, setSure] = useState(false)
  const changed = useModel((state) => state.status?.changedIdentities.find((other) => sameName(other.name, name)))
  const accept = async (): Promise<void> => {
    await page.acceptIdentity(name)
    page.tell(`The key of ${name} is accepted; sending goes on.`, 'good')
    onClose()
  }
  const block = async (): Promise<void> => {
    await page.peer.setBlocked(name, true)
    await page.refresh()
    onClose()
  }
  return (
    <Dialog
      title={
        <>
          <bdi>{name}</bdi> shows another key
        </>
      }
      text="That is so after a new installation or on a new machine. It is also what it looks like when somebody else passes for them. Until you accept the new key, nothing is sent."
      isOpen
      isQuestion
      size="wide"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button kind="danger" isBusy={isBusy} onClick={() => void run(block)}>
            Block
          </Button>
          <Button kind="primary" isBusy={isBusy} disabled={!isSure} onClick={() => void run(accept)}>
            Accept the new key
          </Button>
        </>
      }
    >
      <Keys card={card} changed={changed} />
      <Advice />
      <label className="check">
        <input type="checkbox" checked={isSure} onChange={({ target }) => setSure(target.checked)} />
        <span>I have compared the words with {name}</span>
      </label>
    </Dialog>
  )
}

/** The known key beside the new one; the fingerprints alone where the peer has no more. */
function Keys(props: {
  readonly card: ContactCard | undefined
  readonly changed: { readonly pinned: string; readonly offered: string } | undefined
}): ReactNode {
  const { changed } = props
  const { key, offered } = props.card ?? {}
  const now = offered?.fingerprint ?? changed?.offered ?? ''
  return (
    <div className="key-pair">
      <KeyText title="Before" fingerprint={key?.fingerprint ?? changed?.pinned ?? ''} words={key?.words} />
      <KeyText title="Now" fingerprint={now} words={offered?.words} other={key} />
    </div>
  )
}

function Advice(): ReactNode {
  return (
    <p className="key-advice">
      <Icon name="phone" />
      <span>
        <b>Ask them in person,</b> or call: do they read you the words under “Now”? A message here would go to whoever
        has the new key.
      </span>
    </p>
  )
}

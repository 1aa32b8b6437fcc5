// A registry that this machine has not met shows its key: whether to trust it, once and for good.

import type { ReactNode } from 'react'
import { Button, Dialog } from '../../ui/index.ts'
import { KeyText } from '../dialog/key-words.tsx'
import { useModel, usePage } from '../model/index.ts'

export function RegistryKeyQuestion(): ReactNode {
  const page = usePage()
  const key = useModel((state) => state.registryKey)
  if (key === undefined) return null
  const answer = (trust: boolean): void => {
    page.answerRegistryKey(trust).catch((error: unknown) => page.tellError(error))
  }
  return (
    <Dialog
      title="Is this the right registry?"
      text="You have not met this registry before. Compare its key with the one that whoever runs it gives you; it is remembered then, and a false one is refused."
      isOpen
      isQuestion
      size="medium"
      onClose={() => answer(false)}
      actions={
        <>
          <Button onClick={() => answer(false)}>Cancel</Button>
          <Button kind="primary" onClick={() => answer(true)}>
            Trust this key
          </Button>
        </>
      }
    >
      <KeyText fingerprint={key.fingerprint} words={key.words} />
    </Dialog>
  )
}

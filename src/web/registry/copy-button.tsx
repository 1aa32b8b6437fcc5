// A button that copies a text and says that it did.

import { type ReactNode, useState } from 'react'
import { Button, IconButton } from '../ui/index.ts'

interface CopyButtonProps {
  readonly text: string
  /** What it copies, in words. */
  readonly label: string
  /** With words beside the icon. */
  readonly isWide?: boolean
}

export function CopyButton({ text, label, isWide = false }: CopyButtonProps): ReactNode {
  const [done, setDone] = useState<'copied' | 'failed'>()
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => setDone('copied'),
      () => setDone('failed'),
    )
    setTimeout(() => setDone(undefined), 2_500)
  }
  const words = done === 'copied' ? 'Copied' : done === 'failed' ? 'Copying is not allowed: mark it and copy' : label
  const icon = done === 'copied' ? 'check' : 'copy'
  return (
    <>
      {isWide ? (
        <Button isSmall icon={icon} onClick={copy}>
          {words}
        </Button>
      ) : (
        <IconButton isSmall icon={icon} label={words} onClick={copy} />
      )}
      <span className="visually-hidden" role="status">
        {done === undefined ? '' : words}
      </span>
    </>
  )
}

// How somebody joins: the line to type, and where the registry asks for codes, a new one, shown once.

import { type ReactNode, useState } from 'react'
import type { RegistryAbout, RegistryInvite } from '../../api/index.ts'
import { Button, Dialog } from '../ui/index.ts'
import { CopyButton } from './copy-button.tsx'
import { instantText } from './model/figure-words.ts'
import { problemText } from './model/problem-words.ts'
import type { WindowModel } from './model/window-model.ts'

interface InviteDialogProps {
  readonly model: WindowModel
  readonly about: RegistryAbout
  readonly onClose: () => void
}

const modeTexts = {
  open: 'This registry is open: whoever has the line joins, under a name that nobody has yet.',
  password: 'Whoever has the line joins, and sets a password for a name that nobody has yet.',
  invite: 'A code lets one new name in. It is shown here once; the registry keeps only its hash.',
} as const

export function InviteDialog({ model, about, onClose }: InviteDialogProps): ReactNode {
  const needsCode = about.accounts === 'invite'
  const [invite, setInvite] = useState<RegistryInvite>()
  const [problem, setProblem] = useState<string>()
  const make = (): void => {
    setProblem(undefined)
    model.makeInvite().then(setInvite, (error: unknown) => setProblem(problemText(error)))
  }
  const line = invite?.joinLine ?? `npx parley chat YOURNAME --registry ${about.invite}`
  return (
    <Dialog
      title="Invite somebody"
      size="medium"
      isOpen
      onClose={onClose}
      text={modeTexts[about.accounts]}
      actions={
        <>
          {needsCode && (
            <Button icon="add" kind={invite === undefined ? 'primary' : 'plain'} onClick={make}>
              {invite === undefined ? 'Make a code' : 'Another code'}
            </Button>
          )}
          <Button kind={needsCode && invite === undefined ? 'plain' : 'primary'} onClick={onClose}>
            Done
          </Button>
        </>
      }
    >
      {invite !== undefined && (
        <Shown title="Code" text={invite.code} label="Copy the code" isLarge>
          good for one name, until {instantText(invite.expires)}
        </Shown>
      )}
      {(!needsCode || invite !== undefined) && (
        <Shown title="The line to join" text={line} label="Copy the line">
          in place of YOURNAME the name to join by
        </Shown>
      )}
      {problem !== undefined && (
        <p className="dialog-problem" role="alert">
          {problem}
        </p>
      )}
    </Dialog>
  )
}

interface ShownProps {
  readonly title: string
  readonly text: string
  readonly label: string
  readonly isLarge?: boolean
  readonly children: ReactNode
}

function Shown({ title, text, label, isLarge = false, children }: ShownProps): ReactNode {
  return (
    <div className="shown">
      <p className="shown-title">{title}</p>
      <code className={isLarge ? 'shown-text is-large' : 'shown-text'}>{text}</code>
      <p className="shown-note">
        {children}
        <CopyButton text={text} label={label} isWide />
      </p>
    </div>
  )
}

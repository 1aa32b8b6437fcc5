// The question before an action: what will happen, and for what cannot be undone the name, typed.

import { type ReactNode, useState } from 'react'
import type { RegistryPeer } from '../../api/index.ts'
import { Button, Dialog, TextField } from '../ui/index.ts'
import { actionWords, doneText, isTypedRight } from './model/action-words.ts'
import { problemText } from './model/problem-words.ts'
import type { PeerAction, WindowModel } from './model/window-model.ts'

interface ActionDialogProps {
  readonly model: WindowModel
  readonly action: PeerAction
  readonly peer: RegistryPeer
  /** `done`: what was done, in a sentence. */
  readonly onClose: (done?: string) => void
}

export function ActionDialog({ model, action, peer, onClose }: ActionDialogProps): ReactNode {
  const { name } = peer
  const { title, sentences, button, isDanger, asksForName } = actionWords(action, peer)
  const [typed, setTyped] = useState('')
  const [problem, setProblem] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const isReady = !asksForName || isTypedRight(typed, name)

  const act = (): void => {
    if (!isReady || isBusy) return
    setBusy(true)
    setProblem(undefined)
    model.act(action, name).then(
      (sessions) => onClose(doneText(action, name, sessions)),
      (error: unknown) => {
        setBusy(false)
        setProblem(problemText(error))
      },
    )
  }

  return (
    <Dialog
      title={title}
      isOpen
      isQuestion
      onClose={() => onClose()}
      text={sentences.map((sentence) => (
        <p key={sentence} className="dialog-sentence">
          {sentence}
        </p>
      ))}
      actions={
        <>
          {/* First, so that it has the focus: what cannot be taken back is never one press of Enter away. */}
          <Button onClick={() => onClose()}>Cancel</Button>
          <Button kind={isDanger ? 'danger' : 'primary'} isBusy={isBusy} disabled={!isReady} onClick={act}>
            {button}
          </Button>
        </>
      }
    >
      {asksForName && (
        <TextField
          label={`Type ${name} to delete it`}
          value={typed}
          onChange={setTyped}
          autoCapitalize="off"
          onKeyDown={(event) => event.key === 'Enter' && act()}
        />
      )}
      {problem !== undefined && (
        <p className="dialog-problem" role="alert">
          {problem}
        </p>
      )}
    </Dialog>
  )
}

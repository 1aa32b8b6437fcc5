// Adding somebody to the list of friends, or changing what we call them.

import { type ReactNode, useState } from 'react'
import { Button, Dialog, TextField } from '../../ui/index.ts'
import { sameName, useModel, usePage } from '../model/index.ts'
import { checkName, errorLine } from '../words/index.ts'

const formId = 'add-friend'

export function AddFriendDialog(props: {
  readonly name?: string | undefined
  readonly onClose: () => void
}): ReactNode {
  const { name: given, onClose } = props
  const friend = useModel((state) => state.friends.find(({ name }) => given !== undefined && sameName(name, given)))
  const isKnown = friend?.isFriend === true
  const { fields, set, problem, isBusy, add } = useAdding(given ?? '', friend?.alias ?? '', isKnown, onClose)
  return (
    <Dialog
      title={isKnown ? `What do you call ${given}?` : 'Add a friend'}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} kind="primary" isBusy={isBusy}>
            {isKnown ? 'Save' : 'Add'}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          void add()
        }}
      >
        {given === undefined && (
          <TextField label="Name" value={fields.name} onChange={(name) => set({ name })} problem={problem} />
        )}
        <TextField
          label="Alias"
          hint="Only you see it. Empty: their own name."
          value={fields.alias}
          onChange={(alias) => set({ alias })}
          maxLength={64}
          {...(given === undefined ? {} : { problem })}
        />
      </form>
    </Dialog>
  )
}

interface Fields {
  readonly name: string
  readonly alias: string
}

function useAdding(name: string, alias: string, isKnown: boolean, onDone: () => void) {
  const page = usePage()
  const [fields, setFields] = useState<Fields>({ name, alias })
  const [problem, setProblem] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const set = (change: Partial<Fields>): void => {
    setFields({ ...fields, ...change })
    setProblem(checkName((change.name ?? fields.name).trim(), false))
  }
  const add = async (): Promise<void> => {
    const who = fields.name.trim()
    const wrong = checkName(who, true)
    if (wrong !== undefined) return setProblem(wrong)
    setBusy(true)
    try {
      await page.peer.addFriend(who, fields.alias.trim())
      page.tell(isKnown ? `${who}: alias changed.` : `${who} is on your list.`, 'good')
      onDone()
    } catch (error) {
      setProblem(errorLine(error))
    } finally {
      setBusy(false)
    }
  }
  return { fields, set, problem, isBusy, add }
}

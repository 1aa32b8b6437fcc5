// Changing the password of an account, where its registry has passwords.

import { type ReactNode, useState } from 'react'
import { Button, TextField } from '../../ui/index.ts'
import { usePage } from '../model/index.ts'
import { errorLine } from '../words/index.ts'

export function PasswordForm({ onDone }: { readonly onDone: () => void }): ReactNode {
  const page = usePage()
  const [before, setBefore] = useState('')
  const [after, setAfter] = useState('')
  const [again, setAgain] = useState('')
  const [problem, setProblem] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const change = async (): Promise<void> => {
    if (after === '') return setProblem('The new password is empty.')
    if (after !== again) return setProblem('The two new passwords are not the same.')
    setBusy(true)
    try {
      await page.peer.changePassword(before, after)
      page.tell('Your password is changed.', 'good')
      onDone()
    } catch (error) {
      setProblem(errorLine(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault()
        void change()
      }}
    >
      <TextField
        label="Present password"
        type="password"
        autoComplete="current-password"
        value={before}
        onChange={setBefore}
      />
      <TextField label="New password" type="password" autoComplete="new-password" value={after} onChange={setAfter} />
      <TextField
        label="New password again"
        type="password"
        autoComplete="new-password"
        value={again}
        onChange={setAgain}
        problem={problem}
      />
      <div className="form-actions">
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" kind="primary" isBusy={isBusy}>
          Change password
        </Button>
      </div>
    </form>
  )
}

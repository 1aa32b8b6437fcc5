// The form that logs in: what the registry asks for, one question at a time, and what went wrong beside it.

import { type ReactNode, useState } from 'react'
import { ParleyError } from '../../../base/index.ts'
import { Button, TextField } from '../../ui/index.ts'
import { usePage } from '../model/index.ts'
import { codeOf, errorWords, type ErrorWords } from '../words/index.ts'
import { type LoginStep, loginOptions, nextLoginStep, offersSignUp } from './login-step.ts'

export interface LoginFormProps {
  readonly name: string
  readonly first: LoginStep
  readonly onDone: () => void
  /** Absent: there is no way back. */
  readonly onCancel?: () => void
}

export function LoginForm({ name, first, onDone, onCancel }: LoginFormProps): ReactNode {
  const page = usePage()
  const [step, setStep] = useState(first)
  const [fields, setFields] = useState({ password: '', again: '', inviteCode: '' })
  const [problem, setProblem] = useState<ErrorWords>()
  const [canSignUp, setCanSignUp] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const set = (change: Partial<typeof fields>): void => setFields({ ...fields, ...change })
  const goTo = (next: LoginStep): void => {
    setStep(next)
    setProblem(undefined)
    setCanSignUp(false)
  }
  const send = async (): Promise<void> => {
    if (step.kind === 'signUp' && fields.again !== fields.password) {
      return setProblem({ text: 'The two passwords are not the same.' })
    }
    setBusy(true)
    try {
      await page.peer.login(loginOptions(step, { name, ...fields }))
      onDone()
    } catch (error) {
      const isKnown = error instanceof ParleyError && error.details['known'] === true
      const next = nextLoginStep(step, codeOf(error), isKnown)
      if (next !== undefined) goTo(next)
      else setProblem(errorWords(error))
      setCanSignUp(offersSignUp(step, codeOf(error), isKnown))
    } finally {
      setBusy(false)
    }
  }
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <Questions name={name} step={step} fields={fields} set={set} problem={problem} />
      <div className="form-actions">
        {onCancel !== undefined && <Button onClick={onCancel}>Cancel</Button>}
        {canSignUp && <Button onClick={() => goTo({ kind: 'signUp' })}>Sign up as {name}</Button>}
        <Button type="submit" kind="primary" isBusy={isBusy}>
          {step.kind === 'signUp' ? 'Sign up' : step.kind === 'invite' ? 'Join' : 'Log in'}
        </Button>
      </div>
    </form>
  )
}

interface Fields {
  readonly password: string
  readonly again: string
  readonly inviteCode: string
}

function Questions(props: {
  readonly name: string
  readonly step: LoginStep
  readonly fields: Fields
  readonly set: (change: Partial<Fields>) => void
  readonly problem: ErrorWords | undefined
}): ReactNode {
  const { name, step, fields, set, problem } = props
  const text = problem && [problem.text, problem.hint].filter(Boolean).join(' ')
  if (step.kind === 'plain') return problem === undefined ? null : <p className="field-note field-problem">{text}</p>
  if (step.kind === 'invite') {
    return (
      <TextField
        key="invite"
        autoFocus
        label="Invite code"
        hint="Whoever runs the registry gives you one."
        value={fields.inviteCode}
        onChange={(inviteCode) => set({ inviteCode })}
        problem={text}
      />
    )
  }
  if (step.kind === 'signUp') {
    return (
      <TextField
        key="again"
        autoFocus
        label={`Password for ${name}, once more`}
        type="password"
        autoComplete="new-password"
        hint="It never leaves this machine in a form that could be used again."
        value={fields.again}
        onChange={(again) => set({ again })}
        problem={text}
      />
    )
  }
  return (
    <TextField
      key="password"
      autoFocus
      label={`Password for ${name}`}
      type="password"
      autoComplete={step.isKnown ? 'current-password' : 'off'}
      hint={step.isKnown ? undefined : 'Yours, or the one you want, if the name is new.'}
      value={fields.password}
      onChange={(password) => set({ password })}
      problem={text}
    />
  )
}

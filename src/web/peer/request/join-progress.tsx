// The request dialogue after it was sent: how far it is, what the registry asks, or what went wrong and how to mend it.

import type { ReactNode } from 'react'
import { unreachable } from '../../../base/index.ts'
import type { PeerStatus } from '../../../api/index.ts'
import { Button, Icon } from '../../ui/index.ts'
import { KeyText } from '../dialog/key-words.tsx'
import type { OpenRequest } from '../model/index.ts'
import type { ErrorWords } from '../words/index.ts'
import type { JoinView } from './join-view.ts'
import { LoginForm } from './login-form.tsx'
import { firstLoginStep } from './login-step.ts'

export interface JoinProgressProps {
  readonly view: JoinView
  readonly request: OpenRequest
  readonly status: PeerStatus | undefined
  /** Back to the form, at this field. */
  readonly onChange: (field?: 'name' | 'registry', words?: ErrorWords) => void
  /** Into the page though the registry has not let us in. */
  readonly onGoOn: () => void
}

export function JoinProgress({ view, request, status, onChange, onGoOn }: JoinProgressProps): ReactNode {
  switch (view.kind) {
    case 'waiting':
      return <Waiting view={view} onChange={onChange} onGoOn={onGoOn} />
    case 'login':
      return (
        <section className="join" aria-label="Log in">
          <h2>The registry wants to know you</h2>
          <LoginForm
            name={request.name}
            first={firstLoginStep(status ?? {})}
            onDone={() => undefined}
            onCancel={() => onChange()}
          />
        </section>
      )
    case 'stopped':
      return (
        <section className="join" role="alert">
          <h2>{view.words.text}</h2>
          {view.words.hint !== undefined && <p>{view.words.hint}</p>}
          <div className="form-actions">
            <Button kind="primary" onClick={() => onChange(view.field, view.words)}>
              {view.field === 'name' ? 'Choose another name' : 'Change the registry'}
            </Button>
          </div>
        </section>
      )
    case 'wrongKey':
      return <WrongKey view={view} onChange={onChange} onGoOn={onGoOn} />
    default:
      return unreachable(view)
  }
}

function Waiting(props: {
  readonly view: Extract<JoinView, { kind: 'waiting' }>
  readonly onChange: () => void
  readonly onGoOn: () => void
}): ReactNode {
  const { view, onChange, onGoOn } = props
  return (
    <section className="join" role="status">
      <div className="join-line">
        {view.isTrouble ? <Icon name="alert" size={22} /> : <span className="spinner" aria-hidden="true" />}
        <h2>{view.title}</h2>
      </div>
      <p>{view.text}</p>
      <div className="form-actions">
        {view.isTrouble && (
          <Button kind="quiet" onClick={onGoOn}>
            Go on without it
          </Button>
        )}
        <Button onClick={() => onChange()}>Change</Button>
      </div>
    </section>
  )
}

function WrongKey(props: {
  readonly view: Extract<JoinView, { kind: 'wrongKey' }>
  readonly onChange: (field: 'registry') => void
  readonly onGoOn: () => void
}): ReactNode {
  const { onChange, onGoOn } = props
  const { expected, offered } = props.view
  return (
    <section className="join" role="alert">
      <h2>The registry shows another key than the one you know</h2>
      <p>
        Parley does not talk to it: somebody else may pass for it. Ask whoever runs the registry, by another road, for
        its fingerprint and a new invite link.
      </p>
      <div className="key-pair">
        <KeyText title="Known" fingerprint={expected} />
        <KeyText title="Shown" fingerprint={offered} other={{ fingerprint: expected, words: [] }} />
      </div>
      <div className="form-actions">
        <Button kind="quiet" onClick={onGoOn}>
          Go on without it
        </Button>
        <Button kind="primary" onClick={() => onChange('registry')}>
          Change the registry
        </Button>
      </div>
    </section>
  )
}

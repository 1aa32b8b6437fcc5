// The form of the request dialogue. What is typed is checked while it is typed, what is only half typed is left alone
// until its field is left.

import { type ReactNode, useState } from 'react'
import { Avatar, Button, Icon, TextField } from '../../ui/index.ts'
import type { HostProfile, OpenRequest } from '../model/index.ts'
import { checkName, checkPort, checkTarget, describeTarget } from '../words/index.ts'

export interface FormValues {
  readonly name: string
  readonly registry: string
  readonly port: string
  readonly inviteCode: string
}

const fieldNames = ['name', 'registry', 'port'] as const
type FieldName = (typeof fieldNames)[number]

/** What came back from an attempt, by field; `form`: of the whole. */
export type FormProblems = { readonly [Field in FieldName | 'form']?: string }

export interface RequestFormProps {
  readonly values: FormValues
  readonly onValues: (values: FormValues) => void
  readonly problems: FormProblems
  readonly profiles: readonly HostProfile[]
  readonly onSend: (request: OpenRequest) => void
  readonly onClose?: () => void
}

export function RequestForm(props: RequestFormProps): ReactNode {
  const { values, problems, profiles, onSend, onClose } = props
  const { field, profile, mayBeEmpty, send } = useRequestForm(props)
  const port = field('port')
  const registryHint = mayBeEmpty
    ? 'Empty: the one of last time.'
    : 'Its invite link, or its address, from whoever runs it.'
  return (
    <>
      {profiles.length > 0 && <Profiles profiles={profiles} onPick={(name) => onSend({ name })} />}
      <form
        className="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          send()
        }}
      >
        {problems.form !== undefined && (
          <p role="alert" className="form-problem">
            <Icon name="alert" />
            <span>{problems.form}</span>
          </p>
        )}
        <TextField
          {...field('name')}
          label="Your name"
          hint="Letters, digits, dots, hyphens. The first to take a name keeps it."
          autoFocus={profiles.length === 0}
          autoCapitalize="none"
          maxLength={64}
        />
        <TextField
          {...field('registry')}
          label="Registry"
          hint={describeTarget(values.registry) ?? registryHint}
          placeholder="parley://KEY@HOST:PORT  or  HOST:PORT"
          autoCapitalize="none"
          inputMode="url"
        />
        <Advanced field={port} isOpen={port.problem !== undefined} />
        <div className="form-actions">
          {onClose !== undefined && <Button onClick={onClose}>Cancel</Button>}
          <Button type="submit" kind="primary" className="request-send">
            {profile === undefined ? 'Join' : `Go on as ${profile.name}`}
          </Button>
        </div>
      </form>
    </>
  )
}

/** What is typed, what is wrong with it, and whether that is to be said yet. */
function useRequestForm({ values, onValues, problems, profiles, onSend }: RequestFormProps) {
  const [left, setLeft] = useState<ReadonlySet<FieldName>>(new Set())
  const [changed, setChanged] = useState<ReadonlySet<FieldName>>(new Set())
  const profile = profiles.find(({ name }) => name.toLowerCase() === values.name.trim().toLowerCase())
  // A profile knows the registry of last time.
  const mayBeEmpty = profile !== undefined && values.registry.trim() === ''
  const check = (name: FieldName, isLeft: boolean): string | undefined => {
    if (name === 'port') return checkPort(values.port)
    if (name === 'name') return checkName(values.name.trim(), isLeft)
    return mayBeEmpty ? undefined : checkTarget(values.registry, isLeft)
  }
  const field = (name: FieldName) => ({
    value: values[name],
    // What came back from an attempt holds until the field is changed.
    problem: check(name, left.has(name)) ?? (changed.has(name) ? undefined : problems[name]),
    onChange: (text: string): void => {
      setChanged(new Set(changed).add(name))
      onValues({ ...values, [name]: text })
    },
    onBlur: (): void => {
      if (values[name] !== '') setLeft(new Set(left).add(name))
    },
  })
  const send = (): void => {
    setLeft(new Set(fieldNames))
    setChanged(new Set())
    if (fieldNames.every((name) => check(name, true) === undefined)) onSend(requestOf(values))
  }
  return { field, profile, mayBeEmpty, send }
}

function Advanced(props: {
  readonly field: {
    readonly value: string
    readonly problem: string | undefined
    readonly onChange: (text: string) => void
    readonly onBlur: () => void
  }
  readonly isOpen: boolean
}): ReactNode {
  const { field, isOpen } = props
  const [wasOpened, setOpened] = useState(false)
  return (
    <details
      className="request-more"
      open={isOpen || wasOpened}
      onToggle={({ currentTarget }) => setOpened(currentTarget.open)}
    >
      <summary>Advanced</summary>
      <TextField
        {...field}
        label="UDP port"
        hint="On which others reach this machine. Empty: any that is free."
        inputMode="numeric"
        maxLength={6}
      />
    </details>
  )
}

function Profiles(props: {
  readonly profiles: readonly HostProfile[]
  readonly onPick: (name: string) => void
}): ReactNode {
  const { profiles, onPick } = props
  return (
    <section className="request-profiles" aria-labelledby="profiles-title">
      <h2 id="profiles-title" className="list-title">
        Profiles on this machine
      </h2>
      <ul>
        {profiles.map(({ name, registry }) => (
          <li key={name}>
            <button type="button" className="row row-small request-profile" onClick={() => onPick(name)}>
              <Avatar name={name} size="small" />
              <span className="row-line">
                <bdi className="row-title">{name}</bdi>
                <span className="row-time">{registry ?? 'go on'}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      <p className="request-or">or as somebody new</p>
    </section>
  )
}

function requestOf({ name, registry, port, inviteCode }: FormValues): OpenRequest {
  const portText = port.trim()
  return {
    name: name.trim(),
    ...(registry.trim() === '' ? {} : { registry: registry.trim() }),
    ...(portText === '' ? {} : { port: Number(portText) }),
    ...(inviteCode.trim() === '' ? {} : { inviteCode: inviteCode.trim() }),
  }
}

// Fields of forms: a label always, a hint, and what is wrong with what was typed, tied to the control so that it is read
// with it.

import { type ComponentPropsWithRef, type ReactNode, useId } from 'react'
import { Icon } from './icon.tsx'
import './field.css'

export interface TextFieldProps extends Omit<ComponentPropsWithRef<'input'>, 'onChange' | 'value' | 'size'> {
  readonly label: ReactNode
  readonly value: string
  readonly onChange: (value: string) => void
  readonly hint?: ReactNode
  /** What is wrong, and what to do about it; shown in place of the hint. */
  readonly problem?: ReactNode
}

export function TextField({ label, value, onChange, hint, problem, ...rest }: TextFieldProps): ReactNode {
  const id = useId()
  const note = problem ?? hint
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      <input
        autoComplete="off"
        spellCheck={false}
        {...rest}
        id={id}
        className="input"
        value={value}
        aria-invalid={problem !== undefined}
        aria-describedby={note === undefined ? undefined : `${id}-note`}
        onChange={(event) => onChange(event.target.value)}
      />
      {note !== undefined && (
        <p id={`${id}-note`} className={problem === undefined ? 'field-note' : 'field-note field-problem'}>
          {problem !== undefined && <Icon name="alert" size={16} />}
          <span>{note}</span>
        </p>
      )}
    </div>
  )
}

export interface Choice<Value extends string> {
  readonly value: Value
  readonly text: string
  readonly hint?: string
}

export interface ChoiceFieldProps<Value extends string> {
  readonly label: string
  readonly value: Value
  readonly choices: readonly Choice<Value>[]
  readonly onChange: (value: Value) => void
}

/** One of a few, side by side. */
export function ChoiceField<Value extends string>(props: ChoiceFieldProps<Value>): ReactNode {
  const { label, value, choices, onChange } = props
  const id = useId()
  return (
    <fieldset className="field choice-field">
      <legend className="field-label">{label}</legend>
      <div className="choices">
        {choices.map((choice) => (
          <label key={choice.value} className="choice">
            <input
              type="radio"
              name={id}
              checked={choice.value === value}
              onChange={() => onChange(choice.value)}
              className="visually-hidden"
            />
            <span className="choice-text">{choice.text}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}

export interface SwitchFieldProps {
  readonly label: ReactNode
  readonly hint?: ReactNode
  readonly isOn: boolean
  readonly isDisabled?: boolean
  readonly onChange: (isOn: boolean) => void
}

/** On or off, at once. */
export function SwitchField({ label, hint, isOn, isDisabled = false, onChange }: SwitchFieldProps): ReactNode {
  const id = useId()
  return (
    <div className="switch-field">
      <div>
        <label htmlFor={id} className="field-label">
          {label}
        </label>
        {hint !== undefined && (
          <p id={`${id}-note`} className="field-note">
            {hint}
          </p>
        )}
      </div>
      <input
        id={id}
        type="checkbox"
        role="switch"
        className="switch"
        checked={isOn}
        disabled={isDisabled}
        aria-describedby={hint === undefined ? undefined : `${id}-note`}
        onChange={(event) => onChange(event.target.checked)}
      />
    </div>
  )
}

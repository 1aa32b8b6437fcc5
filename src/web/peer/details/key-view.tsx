// A key as people compare it: eight groups of letters, and the same as twelve words.

import { type ReactNode, useId } from 'react'
import type { KeyWords } from '../../../api/index.ts'
import { IconButton } from '../../ui/index.ts'
import { usePage } from '../model/index.ts'

export interface KeyViewProps {
  /** `Key`, `Key before`, `Key now`. */
  readonly title: string
  /** Whose, as in `bob's key`. */
  readonly owner: string
  readonly value: KeyWords
  readonly isChanged?: boolean
}

export function KeyView({ title, owner, value, isChanged = false }: KeyViewProps): ReactNode {
  const page = usePage()
  const id = useId()
  const copy = (): void => {
    navigator.clipboard.writeText(`${owner}\n${value.fingerprint}\n${value.words.join(' ')}`).then(
      () => page.tell('The key is copied.'),
      () => page.tell('The browser did not let it be copied.', 'alert'),
    )
  }
  return (
    <section className={isChanged ? 'details-key details-key-changed' : 'details-key'} aria-labelledby={id}>
      <header className="details-head">
        <h4 id={id}>{title}</h4>
        <IconButton icon="copy" label="Copy the key" isSmall onClick={copy} />
      </header>
      <ol className="details-key-words" aria-label="Twelve words">
        {value.words.map((word, at) => (
          // oxlint-disable-next-line react/no-array-index-key -- a word may stand twice
          <li key={at}>
            <span aria-hidden="true">{at + 1}</span> {word}
          </li>
        ))}
      </ol>
      <p className="details-key-fingerprint">
        {value.fingerprint.split('-').map((group, at) => (
          // oxlint-disable-next-line react/no-array-index-key -- a group may stand twice
          <code key={at}>{group}</code>
        ))}
      </p>
    </section>
  )
}

// A key as people compare it: its fingerprint in groups, and its twelve words.

import type { ReactNode } from 'react'
import type { KeyWords } from '../../../api/index.ts'

export function KeyText(props: {
  readonly title?: string
  readonly fingerprint: string
  readonly words?: KeyWords['words'] | undefined
  /** Groups and words that differ from these are marked. */
  readonly other?: KeyWords | undefined
}): ReactNode {
  const { title, fingerprint, words, other } = props
  const groups = fingerprint.split(/[\s-]+/).filter((group) => group !== '')
  const otherGroups = other?.fingerprint.split(/[\s-]+/) ?? groups
  return (
    <figure className="key-text">
      {title !== undefined && <figcaption className="key-title">{title}</figcaption>}
      <p className="key-groups">
        {groups.map((group, at) => (
          <Part key={`${at} ${group}`} text={group} isOther={group !== otherGroups[at]} />
        ))}
      </p>
      {words !== undefined && words.length > 0 && (
        <ol className="key-words">
          {words.map((word, at) => (
            <li key={`${at} ${word}`}>
              <Part text={word} isOther={other !== undefined && word !== other.words[at]} />
            </li>
          ))}
        </ol>
      )}
    </figure>
  )
}

function Part({ text, isOther }: { readonly text: string; readonly isOther: boolean }): ReactNode {
  return isOther ? <mark className="key-other">{text}</mark> : <span>{text}</span>
}

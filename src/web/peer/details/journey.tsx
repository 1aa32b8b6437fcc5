// The way of one message, step by step, as far as this peer knows it.

import { type ReactNode, useCallback } from 'react'
import { Icon, IconButton } from '../../ui/index.ts'
import { PlainText } from '../markdown/index.ts'
import { usePage } from '../model/index.ts'
import { type SelectedMessage, selectMessage } from '../transcript/selected-message.ts'
import { exactTime, isoTime } from '../transcript/moment.ts'
import { codeOf, errorLine, plainText } from '../words/index.ts'
import { stepBefore, stepWords } from './journey-words.ts'
import { useLoaded } from './use-loaded.ts'

export function Journey({ message }: { readonly message: SelectedMessage }): ReactNode {
  const page = usePage()
  const { id } = message
  const load = useCallback(() => page.peer.journey(id), [page, id])
  const steps = useLoaded(load, (event) => 'id' in event && event.id === id)
  return (
    <section className="details-part journey" aria-label="Journey of the message">
      <header className="details-head">
        <h3>This message's journey</h3>
        <IconButton icon="close" label="Close the journey" isSmall onClick={() => selectMessage(undefined)} />
      </header>
      <blockquote className="journey-text" dir="auto">
        <PlainText text={message.text.slice(0, 200).replace(/\s+/g, ' ')} />
        {message.text.length > 200 && '…'}
      </blockquote>
      {steps.problem !== undefined && (
        <p className="details-note">
          {codeOf(steps.problem) === 'unknownMessage' ? 'Nothing is known of its way yet.' : errorLine(steps.problem)}
        </p>
      )}
      <ol className="journey-steps">
        {steps.value?.map((step, at) => {
          const words = stepWords(step, stepBefore(steps.value ?? [], at))
          return (
            <li key={`${step.step} ${step.to ?? ''} ${step.at}`}>
              <span className={`journey-sign journey-${step.step}`}>
                <Icon name={words.icon} size={15} />
              </span>
              <div>
                <p>{plainText(words.text)}</p>
                <p className="details-note">
                  <time dateTime={isoTime(step.at)}>{exactTime(step.at)}</time>
                  {words.after !== '' && ` · ${words.after}`}
                </p>
                {words.why !== '' && <p className="details-note">{words.why}</p>}
              </div>
            </li>
          )
        })}
      </ol>
      {steps.value?.length === 0 && <p className="details-note">Nothing was kept of its way.</p>}
    </section>
  )
}

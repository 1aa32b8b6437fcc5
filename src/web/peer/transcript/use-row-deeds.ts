// What can be done with one message.

import { useMemo } from 'react'
import type { ConversationKey } from '../../../api/index.ts'
import { outgoingOf } from '../composer/page-outgoing.ts'
import { usePage } from '../model/index.ts'
import { useShell } from '../shell/shell-context.tsx'
import type { RowDeeds } from './message-row.tsx'
import { selectMessage } from './selected-message.ts'
import { useLatest } from './use-latest.ts'

export function useRowDeeds(conversation: ConversationKey): RowDeeds {
  const page = usePage()
  const shell = useLatest(useShell())
  const key = useLatest(conversation)
  return useMemo<RowDeeds>(
    () => ({
      copy: ({ entry }) => {
        navigator.clipboard.writeText(entry.text ?? '').then(
          () => page.tell('The text is copied.'),
          () => page.tell('The browser did not let the text be copied.', 'alert'),
        )
      },
      retry: ({ entry }) => {
        const isLost = entry.isOwn && (entry.state === 'failed' || entry.state === 'expired')
        try {
          if (entry.outgoing === 'refused') outgoingOf(page).retry(entry.id)
          // The peer has given it up: the same words are another message now.
          else if (isLost) outgoingOf(page).send(key.current, entry.text ?? '')
        } catch (error) {
          page.tellError(error)
        }
      },
      drop: ({ entry }) => outgoingOf(page).drop(entry.id),
      showJourney: ({ entry }) => {
        if (entry.id === '') return
        selectMessage({ key: key.current, id: entry.id, text: entry.text ?? '' })
        if (shell.current.details === undefined) shell.current.toggleDetails()
      },
    }),
    [page, shell, key],
  )
}

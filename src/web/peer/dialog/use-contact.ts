// What the peer knows of a person, asked for when a dialog opens.

import { useEffect, useState } from 'react'
import type { ContactCard } from '../../../api/index.ts'
import { usePage } from '../model/index.ts'
import { errorLine } from '../words/index.ts'

export interface ContactAnswer {
  readonly card?: ContactCard
  readonly problem?: string
}

/** Empty until the answer is there. */
export function useContact(name: string): ContactAnswer {
  const page = usePage()
  const [answer, setAnswer] = useState<ContactAnswer>({})
  useEffect(() => {
    let isGone = false
    const done = (given: ContactAnswer): void => {
      if (!isGone) setAnswer(given)
    }
    page.peer.contact(name).then(
      (card) => done({ card }),
      (error: unknown) => done({ problem: errorLine(error) }),
    )
    return () => {
      isGone = true
    }
  }, [page, name])
  return answer
}

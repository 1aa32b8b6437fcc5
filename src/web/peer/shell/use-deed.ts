// Something that the user sets going and that may fail: while it is under way its button is busy, and what goes wrong is
// told in people's words.

import { useCallback, useState } from 'react'
import { usePage } from '../model/index.ts'

/** `run` never rejects: it answers whether it worked. */
export function useDeed(): {
  readonly isBusy: boolean
  readonly run: (deed: () => Promise<unknown>) => Promise<boolean>
} {
  const page = usePage()
  const [isBusy, setBusy] = useState(false)
  const run = useCallback(
    async (deed: () => Promise<unknown>) => {
      setBusy(true)
      try {
        await deed()
        return true
      } catch (error) {
        page.tellError(error)
        return false
      } finally {
        setBusy(false)
      }
    },
    [page],
  )
  return { isBusy, run }
}

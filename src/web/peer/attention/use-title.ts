// Keeps the page's title: how many messages are unread.

import { useEffect } from 'react'
import { useModel } from '../model/index.ts'
import { titleOf } from './title-badge.ts'

export function useTitle(): void {
  const unread = useModel((state) => state.conversations.reduce((sum, row) => sum + row.unread, 0))
  const account = useModel((state) => state.status?.name)
  useEffect(() => {
    document.title = titleOf(unread, account)
  }, [unread, account])
}

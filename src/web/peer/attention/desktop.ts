// Notifications of the desktop through the browser: only with the user's leave, only while the page is hidden, and from
// one tab only, the one that holds the lock.

import type { PageModel } from '../model/index.ts'
import { currentSettings } from '../settings/index.ts'
import { notificationOf } from './notification-words.ts'

export type NotifyLeave = NotificationPermission | 'absent'

export function notifyLeave(): NotifyLeave {
  return 'Notification' in window ? window.Notification.permission : 'absent'
}

/** Asks for the user's leave; call it from a press of a button. */
export async function askToNotify(): Promise<NotifyLeave> {
  return 'Notification' in window ? await window.Notification.requestPermission() : 'absent'
}

/** Notifies of what comes, for as long as the page lives. */
export function notifyOfEvents(page: PageModel): void {
  let isLeader = false
  // The lock is held for as long as the tab lives; then another tab gets it.
  void navigator.locks.request('parley.notifications', () => {
    isLeader = true
    return new Promise<never>(() => undefined)
  })
  page.on((event) => {
    const { notify, notifyText } = currentSettings()
    if (!isLeader || !notify || !document.hidden || notifyLeave() !== 'granted' || event.type === 'resumed') return
    const found = notificationOf(event, page.state, notifyText)
    if (found === undefined) return
    const { title, body, tag, key } = found
    const shown = new window.Notification(title, { body, tag })
    shown.addEventListener('click', () => {
      window.focus()
      page.select(key)
      shown.close()
    })
  })
}

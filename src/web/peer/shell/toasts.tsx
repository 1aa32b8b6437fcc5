// Notices that just came, for a moment, where they hide nothing that is being written or read. They stay in the log.

import { type ReactNode, useEffect, useState } from 'react'
import { Icon, IconButton } from '../../ui/index.ts'
import { type Notice, useModel, usePage } from '../model/index.ts'
import { noticeIcons } from './notice-icon.ts'

const shownMs = 6_000
const alertMs = 12_000
const shownMax = 3

export function Toasts(): ReactNode {
  const page = usePage()
  const notices = useModel((state) => state.notices)
  // What was there before the page was is in the log.
  const [doneTo, setDoneTo] = useState(() => notices.at(-1)?.id ?? 0)
  const [gone, setGone] = useState<ReadonlySet<number>>(new Set())
  const isShown = ({ id, isToast }: Notice): boolean => isToast && id > doneTo && !gone.has(id)
  const shown = notices.filter(isShown).slice(-shownMax)
  const oldest = shown[0]
  useEffect(() => {
    if (oldest === undefined) return undefined
    const lastsMs = oldest.tone === 'alert' || oldest.tone === 'ask' ? alertMs : shownMs
    const timer = setTimeout(() => setDoneTo(oldest.id), Math.max(500, oldest.at + lastsMs - Date.now()))
    return () => clearTimeout(timer)
  }, [oldest])
  const open = (notice: Notice): void => {
    setGone(new Set(gone).add(notice.id))
    page.select(notice.key)
  }
  return (
    <div role="status" className="toasts">
      {shown.map((notice) => (
        <div key={notice.id} className={`toast toast-${notice.tone}`}>
          <Icon name={noticeIcons[notice.tone]} />
          {notice.key === undefined ? (
            <p>{notice.text}</p>
          ) : (
            <button type="button" className="toast-text" onClick={() => open(notice)}>
              {notice.text}
            </button>
          )}
          <IconButton isSmall icon="close" label="Dismiss" onClick={() => setGone(new Set(gone).add(notice.id))} />
        </div>
      ))}
    </div>
  )
}

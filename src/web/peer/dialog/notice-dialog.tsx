// The log of notices: what happened that is no message, the latest first.

import { type ReactNode, useEffect } from 'react'
import { Dialog, Icon } from '../../ui/index.ts'
import { useModel, usePage } from '../model/index.ts'
import { noticeIcons } from '../shell/notice-icon.ts'
import { markNoticesSeen } from '../shell/seen-notices.ts'
import { useNow } from '../shell/use-now.ts'
import { shortTime } from '../words/index.ts'

export function NoticeDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const page = usePage()
  const notices = useModel((state) => state.notices)
  const now = useNow(60_000)
  const last = notices.at(-1)?.id ?? 0
  useEffect(() => markNoticesSeen(last), [last])
  return (
    <Dialog title="Notices" isOpen onClose={onClose} size="medium">
      {notices.length === 0 && <p className="list-empty">Nothing has happened yet.</p>}
      <ul className="notice-log">
        {notices.toReversed().map(({ id, at, tone, text, key }) => (
          <li key={id} className={`notice notice-${tone}`}>
            <Icon name={noticeIcons[tone]} size={16} />
            <p>{text}</p>
            {key !== undefined && (
              <button
                type="button"
                className="link"
                onClick={() => {
                  page.select(key)
                  onClose()
                }}
              >
                Open
              </button>
            )}
            <time className="row-time">{shortTime(at, now)}</time>
          </li>
        ))}
      </ul>
    </Dialog>
  )
}

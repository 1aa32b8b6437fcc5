// The sign of a notice, by its tone.

import type { IconName } from '../../ui/index.ts'
import type { Notice } from '../model/index.ts'

export const noticeIcons: Readonly<Record<Notice['tone'], IconName>> = {
  good: 'check',
  plain: 'info',
  ask: 'bell',
  alert: 'alert',
}

// Times and durations as the page shows them. Times come from other people's clocks and may be any number at all, so each
// is bounded before it becomes a Date.

import type { ShownEntry } from './shown-entry.ts'

const lastShownMs = Date.UTC(9999, 11, 31)
/** A sender's clock may be so far ahead of ours, or the message so long under way; else our own time counts. */
const aheadMs = 5 * 60_000
const underWayMs = 40 * 86_400_000

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'medium' })
const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long' })
const wholeDay = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long' })

/** When it was said, as far as that can be believed: wall ms. */
export function saidAt(entry: Pick<ShownEntry, 'sentAt' | 'receivedAt'>): number {
  const { sentAt, receivedAt } = entry
  if (receivedAt === undefined) return bounded(sentAt)
  return sentAt > receivedAt + aheadMs || !(sentAt > receivedAt - underWayMs) ? bounded(receivedAt) : bounded(sentAt)
}

/** `14:05`. */
export function clockTime(wallMs: number): string {
  return clock.format(bounded(wallMs))
}

/** `Saturday, 21 November 2026 at 14:05:03`. */
export function exactTime(wallMs: number): string {
  return exact.format(bounded(wallMs))
}

/** For `<time>`: ISO 8601 in UTC. */
export function isoTime(wallMs: number): string {
  return new Date(bounded(wallMs)).toISOString()
}

/** A number that is the same for two times of one local day. */
export function dayOf(wallMs: number): number {
  const at = new Date(bounded(wallMs))
  return at.getFullYear() * 10_000 + at.getMonth() * 100 + at.getDate()
}

/** `Today`, `Yesterday`, `Thursday, 5 November`, `5 November 2025`. */
export function dayText(wallMs: number, nowMs: number): string {
  const day = dayOf(wallMs)
  if (day === dayOf(nowMs)) return 'Today'
  const now = new Date(bounded(nowMs))
  if (day === dayOf(new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1, 12).getTime())) return 'Yesterday'
  const at = bounded(wallMs)
  return new Date(at).getFullYear() === now.getFullYear() ? weekday.format(at) : wholeDay.format(at)
}

/** `0.8 ms`, `42 ms`, `3.1 s`, `5 min`, `2 h`, `3 days`. */
export function duration(ms: number): string {
  if (!(ms >= 0)) return '0 ms'
  if (ms < 9.95) return `${ms.toFixed(1)} ms`
  if (ms < 999.5) return `${Math.round(ms)} ms`
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`
  if (ms < 3_570_000) return `${Math.round(ms / 60_000)} min`
  if (ms < 171_000_000) return `${Math.round(ms / 3_600_000)} h`
  return `${Math.round(ms / 86_400_000)} days`
}

/** All that is known of when and how, for the tooltip of a message's time. */
export function exactText(entry: ShownEntry): string {
  const said = exactTime(saidAt(entry))
  if (entry.isOwn || entry.receivedAt === undefined) return said
  const lag = entry.receivedAt - entry.sentAt
  if (lag > 60_000 && saidAt(entry) === entry.sentAt) return `${said}, received ${exactTime(entry.receivedAt)}`
  return saidAt(entry) === entry.sentAt ? said : `${said} (received; the sender's clock was wrong)`
}

function bounded(wallMs: number): number {
  return Number.isFinite(wallMs) ? Math.min(Math.max(wallMs, 0), lastShownMs) : 0
}

// Times and durations as people and programs read them. Times come from other people's clocks and may be any number at
// all, so every one is clamped before it becomes a Date.

const lastShownMs = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/** ISO 8601 in UTC with milliseconds, clamped to the years 1970 to 9999. */
export function isoTime(wallMs: number): string {
  // Of a burst, many were sent in one millisecond and received in another.
  if (wallMs === latest.wallMs) return latest.text
  if (wallMs !== former.wallMs) former = { wallMs, text: new Date(clampTime(wallMs)).toISOString() }
  const found = former
  former = latest
  latest = found
  return found.text
}

let latest = { wallMs: 0, text: '1970-01-01T00:00:00.000Z' }
let former = latest

/** `14:05` today, `3 Nov 14:05` on another day of this year, `2019-11-03 14:05` else; all local. */
export function clockTime(wallMs: number, nowMs: number): string {
  const at = new Date(clampTime(wallMs))
  const now = new Date(clampTime(nowMs))
  const minutes = `${pad(at.getHours())}:${pad(at.getMinutes())}`
  if (at.getFullYear() !== now.getFullYear()) {
    return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())} ${minutes}`
  }
  if (at.getMonth() === now.getMonth() && at.getDate() === now.getDate()) return minutes
  return `${at.getDate()} ${months[at.getMonth()]} ${minutes}`
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

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

function clampTime(wallMs: number): number {
  return Number.isFinite(wallMs) ? Math.min(Math.max(wallMs, 0), lastShownMs) : 0
}

function pad(part: number): string {
  return String(part).padStart(2, '0')
}

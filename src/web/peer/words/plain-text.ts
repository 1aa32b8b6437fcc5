// Text of others in sentences of ours: what cannot be seen, or turns the direction of a line, is shown as a sign.

/** All but the joiner that emoji are put together with. */
const hidden = /(?!\u200d)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/** One line that shows what is in it, at most 300 characters. */
export function plainText(text: string): string {
  return text.slice(0, 300).replace(hidden, '\u{FFFD}')
}

/** The beginning of a message as one line. */
export function previewText(text: string): string {
  return plainText(text.slice(0, 400).replace(/\s+/g, ' ').trim())
}

/** `bob`, `bob and carol`, `bob, carol and dave`; from six on `bob, carol, dave and 3 more`. */
export function nameList(names: readonly string[]): string {
  const shown = names.map((name) => plainText(name))
  if (shown.length > 5) return `${shown.slice(0, 3).join(', ')} and ${shown.length - 3} more`
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}

/** `1 message`, `3 messages`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}

/** `0.8 s`, `12 s`, `5 min`, `2 h`, `3 days`. */
export function span(ms: number): string {
  if (!(ms > 0)) return '0 s'
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`
  if (ms < 59_500) return `${Math.round(ms / 1000)} s`
  if (ms < 3_570_000) return `${Math.round(ms / 60_000)} min`
  if (ms < 171_000_000) return `${Math.round(ms / 3_600_000)} h`
  return `${Math.round(ms / 86_400_000)} days`
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const weekday = new Intl.DateTimeFormat('en', { weekday: 'short' })
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })
const year = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })

/** `14:05` today, `Tue` within six days, `3 Nov` this year, `3 Nov 2019` else. */
export function shortTime(wallMs: number, nowMs: number): string {
  const at = Number.isFinite(wallMs) ? Math.min(Math.max(wallMs, 0), Date.UTC(9999, 11, 31)) : 0
  const [then, now] = [new Date(at), new Date(nowMs)]
  if (then.toDateString() === now.toDateString()) return clock.format(then)
  if (at < nowMs && nowMs - at < 6 * 86_400_000) return weekday.format(then)
  return then.getFullYear() === now.getFullYear() ? day.format(then) : year.format(then)
}

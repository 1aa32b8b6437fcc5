// Figures in words: sizes, times, counts and rates, as short as a tile is. Times are told as how long ago, with the exact
// instant beside it where somebody asks.

/** `1.4 MiB`. */
export function bytesText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  const step = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10))
  const value = bytes / 1_024 ** step
  return `${step === 0 ? Math.round(value) : value.toFixed(value < 100 ? 1 : 0)} ${units[step] as string}`
}

/** `3 d 4 h`, `12 min`, `8 s`: the two largest units that say something. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000))
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  const days = Math.floor(hours / 24)
  if (days > 0) return joined(`${days} d`, hours % 24, 'h')
  if (hours > 0) return joined(`${hours} h`, minutes % 60, 'min')
  return minutes > 0 ? `${minutes} min` : `${seconds} s`
}

/** How long ago; `now` where it is less than two seconds, also where clocks do not agree. */
export function agoText(at: number, now: number): string {
  return now - at < 2_000 ? 'now' : `${durationText(now - at)} ago`
}

/** The exact instant, in the time of this machine. */
export function instantText(at: number): string {
  const date = new Date(at)
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${clockText(at)}`
}

/** The time of day. */
export function clockText(at: number): string {
  const date = new Date(at)
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')
}

/** Digits in groups of three. */
export function countText(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, '\u202f')
}

/** `0.4`, `12`: how often in a second. */
export function rateText(perSecond: number): string {
  if (perSecond === 0) return '0'
  if (perSecond < 10) return perSecond.toFixed(1)
  return countText(perSecond)
}

export function rttText(rttMs: number): string {
  return `${rttMs < 10 ? rttMs.toFixed(1) : Math.round(rttMs)} ms`
}

/** Of a share from 0 to 1. */
export function percentText(share: number): string {
  const percent = share * 100
  if (percent === 0) return '0 %'
  return percent < 1 ? '< 1 %' : `${Math.round(percent)} %`
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : many}`
}

const limitWords: Readonly<Record<string, string>> = {
  requestsInWork: 'too much work at once',
  loginsPerHost: 'logins of one host',
  passwordGuesses: 'guesses at passwords',
  sessions: 'sessions',
  accounts: 'accounts',
  mailbox: 'full mailboxes',
  mailboxPerSender: 'messages of one sender',
  mailStore: 'mail in all',
  prekeys: 'prekeys',
  rooms: 'rooms',
  messageBytes: 'too long messages',
  junk: 'unreadable requests',
  flood: 'floods',
  slowReader: 'slow readers',
  loginTime: 'no login in time',
}

/** A limit's name for people: `rate.deposit` is the rate of deposits. */
export function limitText(limit: string): string {
  if (limit.startsWith('rate.')) return `rate of ${limit.slice(5)}`
  return Object.hasOwn(limitWords, limit) ? (limitWords[limit] as string) : limit
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}

function joined(large: string, small: number, unit: string): string {
  return small === 0 ? large : `${large} ${small} ${unit}`
}

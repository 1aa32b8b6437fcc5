// The registry's figures as text, for its console: a line each, what is 0 left out where that says nothing.

import type { MeteredFigures, MeteredStore } from '../registry/index.ts'

/** Without a line feed at the end. `store` is absent where it did not answer. */
export function figuresText(figures: MeteredFigures, store: MeteredStore | undefined): string {
  const { counters, refusals, limits } = figures
  const rows: readonly (readonly [string, string])[] = [
    ['Up', durationText(figures.uptimeMs)],
    ['On line', `${figures.online} (${figures.sessions} sessions)`],
    ...storeRows(store, figures.at),
    [
      'Messages',
      `${counters.deposited} to mailboxes, ${counters.roomMessages} to rooms, ${counters.channelMessages} to everybody`,
    ],
    ['Mail', `${counters.collected} collected, ${counters.expired} expired`],
    ['Logins', `${counters.logins} (${counters.names} new names), ${counters.introductions} introductions`],
    ['Refused', countsText(refusals)],
    ['Limits hit', countsText(limits)],
    ['Memory', bytesText(figures.memoryBytes)],
    ['Last backup', 'none yet'],
  ]
  const width = Math.max(...rows.map(([title]) => title.length))
  return rows.map(([title, words]) => `${title.padEnd(width)}  ${words}`).join('\n')
}

function storeRows(store: MeteredStore | undefined, at: number): readonly (readonly [string, string])[] {
  if (!store) return [['Store', 'does not answer']]
  const { accounts, suspended, mailRows, mailBytes, oldestMailAt, bytes } = store
  const oldest = oldestMailAt === undefined ? '' : `, the oldest for ${durationText(Math.max(0, at - oldestMailAt))}`
  return [
    ['Accounts', suspended === 0 ? `${accounts}` : `${accounts} (${suspended} suspended)`],
    ['Mailboxes', `${mailRows} messages (${bytesText(mailBytes)})${oldest}`],
    ['Store', bytesText(bytes)],
  ]
}

function countsText(counts: Readonly<Record<string, number>>): string {
  const told = Object.entries(counts).toSorted(([, a], [, b]) => b - a)
  return told.length === 0 ? 'none' : told.map(([name, count]) => `${name} ${count}`).join(', ')
}

function durationText(ms: number): string {
  const minutes = Math.floor(ms / 60_000)
  const [days, hours] = [Math.floor(minutes / 1_440), Math.floor(minutes / 60) % 24]
  if (days > 0) return `${days} d ${hours} h`
  if (hours > 0) return `${hours} h ${minutes % 60} min`
  return minutes > 0 ? `${minutes} min` : `${Math.floor(ms / 1_000)} s`
}

function bytesText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB']
  const step = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10))
  return `${step === 0 ? bytes : (bytes / 1_024 ** step).toFixed(1)} ${units[step] as string}`
}

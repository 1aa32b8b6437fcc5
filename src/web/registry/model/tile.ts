// The figures at a glance, as words: a title, a value, a note below it, and details for who looks closer.

import type { RegistryFigures } from '../../../api/index.ts'
import { agoText, bytesText, countText, durationText, limitText, percentText, plural } from './figure-words.ts'

export interface Tile {
  readonly kind: 'online' | 'mailbox' | 'done' | 'limits' | 'store' | 'backup' | 'load'
  readonly title: string
  readonly value: string
  readonly note: string
  /** More, on hover and focus. */
  readonly details?: string
  /** Somebody should look at it. */
  readonly isWarning: boolean
}

/** Mail that nobody has collected for so long is worth a look: it expires after thirty days. */
const oldMailMs = 7 * 24 * 3_600_000
const busyLoop = 0.8

export function tilesOf(figures: RegistryFigures): readonly Tile[] {
  return [
    onlineTile(figures),
    mailboxTile(figures),
    doneTile(figures),
    limitsTile(figures),
    storeTile(figures),
    backupTile(figures),
    loadTile(figures),
  ]
}

function onlineTile({ online, sessions, store }: RegistryFigures): Tile {
  const of = store === undefined ? '' : `of ${plural(store.accounts, 'account')}, `
  return {
    kind: 'online',
    title: 'On line',
    value: countText(online),
    note: `${of}${plural(sessions, 'session')}`,
    isWarning: false,
  }
}

function mailboxTile({ store, at }: RegistryFigures): Tile {
  const tile = { kind: 'mailbox', title: 'In mailboxes' } as const
  if (store === undefined) return { ...tile, value: '?', note: 'the store does not answer', isWarning: true }
  const { mailRows, mailBytes, oldestMailAt } = store
  if (oldestMailAt === undefined) return { ...tile, value: '0', note: 'nothing waits', isWarning: false }
  return {
    ...tile,
    value: countText(mailRows),
    note: `oldest ${durationText(at - oldestMailAt)}, ${bytesText(mailBytes)}`,
    isWarning: at - oldestMailAt > oldMailMs,
  }
}

function doneTile({ counters }: RegistryFigures): Tile {
  const { deposited = 0, roomMessages = 0, channelMessages = 0, introductions = 0 } = counters
  return {
    kind: 'done',
    title: 'Messages',
    value: countText(deposited + roomMessages + channelMessages),
    note: plural(introductions, 'introduction'),
    details: `${countText(deposited)} to mailboxes, ${countText(roomMessages)} to rooms, ${countText(channelMessages)} to everybody, since the start`,
    isWarning: false,
  }
}

function limitsTile({ limits }: RegistryFigures): Tile {
  const tile = { kind: 'limits', title: 'Limits hit' } as const
  const hit = Object.entries(limits).toSorted(([, a], [, b]) => b - a)
  const [most] = hit
  if (most === undefined) return { ...tile, value: '0', note: 'since the start', isWarning: false }
  return {
    ...tile,
    value: countText(hit.reduce((sum, [, count]) => sum + count, 0)),
    note: `most: ${limitText(most[0])}`,
    details: hit.map(([name, count]) => `${limitText(name)} ${countText(count)}`).join(', '),
    isWarning: true,
  }
}

function storeTile({ store }: RegistryFigures): Tile {
  const tile = { kind: 'store', title: 'Store' } as const
  if (store === undefined) return { ...tile, value: '?', note: 'does not answer', isWarning: true }
  const { bytes, rooms, suspended } = store
  const note = suspended === 0 ? plural(rooms, 'room') : `${plural(rooms, 'room')}, ${countText(suspended)} suspended`
  return { ...tile, value: bytesText(bytes), note, isWarning: false }
}

function backupTile({ lastBackupAt, at }: RegistryFigures): Tile {
  const tile = { kind: 'backup', title: 'Last backup' } as const
  if (lastBackupAt === undefined) {
    return { ...tile, value: 'none', note: 'this version makes none by itself', isWarning: false }
  }
  return { ...tile, value: agoText(lastBackupAt, at), note: '', isWarning: false }
}

function loadTile({ loopBusy, loopLagMs, memoryBytes }: RegistryFigures): Tile {
  const lag = loopLagMs === undefined ? '' : `, ${Math.round(Math.max(0, loopLagMs))} ms late`
  return {
    kind: 'load',
    title: 'Load',
    value: percentText(loopBusy),
    note: `${bytesText(memoryBytes)}${lag}`,
    isWarning: loopBusy > busyLoop,
  }
}

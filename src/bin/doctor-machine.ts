// What the doctor sees of this machine: versions, the profile's folder, the disk under it, its store, and whether a peer
// runs. It opens the store for reading only, and leaves nothing behind.

import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { attachPeer, type PeerApi, productVersion } from '../api/index.ts'
import { ParleyError } from '../base/index.ts'
import type { Finding } from '../cli/doctor/index.ts'
import { errorText } from '../terminal/index.ts'

const nodeMajorMin = 24
const mebibyte = 1_024 * 1_024
const spaceProblemBytes = 64 * mebibyte
const spaceWarningBytes = 512 * mebibyte
const fsyncWarningMs = 200
const trialBytes = 64 * 1_024
/** A larger store takes longer to read through than somebody wants to wait. */
const checkedStoreBytesMax = 2_048 * mebibyte
const answerMs = 2_000
const forOthers = 0o077
const hasModes = process.platform !== 'win32'

/** Node.js, Parley, SQLite. */
export function examineVersions(): Finding {
  const { node, sqlite } = process.versions
  const text = `Parley ${productVersion()} on Node.js ${node}, SQLite ${sqlite ?? 'unknown'}, ${process.platform} ${process.arch}`
  const isRight = Number.parseInt(node) >= nodeMajorMin
  const mend = `install Node.js ${nodeMajorMin} or newer`
  return {
    check: 'versions',
    level: isRight ? 'ok' : 'problem',
    text,
    ...(isRight ? {} : { cause: 'Node.js is too old', mend }),
  }
}

/** The folder of a profile, the disk under it and the store in it. `isRunning`: a peer has the store open. */
export function examineProfile(folder: string, isRunning: boolean): Finding[] {
  if (!existsSync(folder)) {
    return [
      { check: 'profile', level: 'ok', text: `there is none yet at ${folder}; \`parley chat\` makes it` },
      ...examineDisk(nearest(folder)),
    ]
  }
  return [examineModes(folder), ...examineDisk(folder), ...(isRunning ? [] : examineStore(join(folder, 'peer.db')))]
}

/** Whether a peer of this profile runs and answers. */
export async function examinePeer(
  name: string,
  home: string | undefined,
): Promise<{ readonly finding: Finding; readonly isRunning: boolean }> {
  const check = 'peer'
  const mend = 'end that process, then start it again; a report of what it did before helps'
  let peer: PeerApi | undefined
  try {
    const startedAt = performance.now()
    const attached = await inTime(attachPeer({ name, ...(home === undefined ? {} : { home }) }))
    if (attached === undefined) {
      return { finding: { check, level: 'ok', text: `no peer of ${name} runs now` }, isRunning: false }
    }
    peer = attached
    const status = await inTime(peer.status())
    const ms = Math.round(performance.now() - startedAt)
    const text = `a peer of ${name} runs, version ${status.version}, and answers within ${ms} ms; its registry: ${status.state}`
    const isOther = status.version !== productVersion()
    const other = { cause: `this Parley is ${productVersion()}`, mend: 'start it again, so that both are the same' }
    return { finding: { check, level: isOther ? 'warning' : 'ok', text, ...(isOther ? other : {}) }, isRunning: true }
  } catch (error) {
    const cause = errorText(error).text
    if (error instanceof ParleyError && error.code === 'notReadable') {
      const unknown = `whether a peer of ${name} runs cannot be seen`
      return {
        finding: { check, level: 'warning', text: unknown, cause, mend: 'mend the profile first' },
        isRunning: false,
      }
    }
    const text = `the peer of ${name} does not answer`
    return { finding: { check, level: 'problem', text, cause, mend }, isRunning: true }
  } finally {
    await peer?.close().catch(() => undefined)
  }
}

function lateError(): ParleyError {
  return new ParleyError('noAnswer', { message: `nothing came within ${answerMs / 1_000} s` })
}

async function inTime<T>(promise: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(lateError()), answerMs)
  try {
    return await Promise.race([promise, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

function examineModes(folder: string): Finding {
  const check = 'profile'
  try {
    const names = readdirSync(folder)
    const own = process.getuid?.()
    const foreign =
      own === undefined
        ? undefined
        : [folder, ...names.map((name) => join(folder, name))].find(
            (path) => statSync(path, { throwIfNoEntry: false })?.uid !== own && existsSync(path),
          )
    if (foreign !== undefined) {
      return {
        check,
        level: 'problem',
        text: `${foreign} belongs to somebody else`,
        cause: 'it was made by another user, perhaps with sudo',
        mend: `chown -R ${own} '${folder}'`,
      }
    }
    const open = !hasModes
      ? undefined
      : names.find(
          (name) => /\.key$|^registries\.json$/.test(name) && (statSync(join(folder, name)).mode & forOthers) !== 0,
        )
    if (open !== undefined) {
      return {
        check,
        level: 'problem',
        text: `others can read ${join(folder, open)}`,
        cause: 'its mode was changed, or it was copied',
        mend: `chmod 600 '${join(folder, open)}'`,
      }
    }
    const isOpen = hasModes && (statSync(folder).mode & forOthers) !== 0
    if (isOpen)
      return {
        check,
        level: 'warning',
        text: `others can enter ${folder}`,
        cause: 'its mode was changed',
        mend: `chmod 700 '${folder}'`,
      }
    return { check, level: 'ok', text: `${folder} is its owner's only` }
  } catch (error) {
    return {
      check,
      level: 'problem',
      text: `${folder} cannot be read`,
      cause: reasonOf(error),
      mend: `ls -ld '${folder}' tells whose it is; chown or chmod it`,
    }
  }
}

function examineDisk(folder: string): Finding[] {
  const check = 'disk'
  const { bavail, bsize } = statfsSync(folder)
  const free = bavail * bsize
  const level = free < spaceProblemBytes ? 'problem' : free < spaceWarningBytes ? 'warning' : 'ok'
  const amount =
    free > 10_240 * mebibyte ? `${Math.floor(free / mebibyte / 1_024)} GiB` : `${Math.floor(free / mebibyte)} MiB`
  const full = { cause: 'the disk is nearly full', mend: 'make room: messages that cannot be kept are refused' }
  const space: Finding = { check, level, text: `${amount} free at ${folder}`, ...(level === 'ok' ? {} : full) }
  return [space, examineWriting(folder)]
}

function examineWriting(folder: string): Finding {
  const check = 'disk'
  try {
    const ms = writeTrial(join(folder, `doctor-${process.pid}.tmp`))
    const text = `${trialBytes / 1_024} KiB are written and on the disk within ${ms.toFixed(1)} ms`
    if (ms < fsyncWarningMs) return { check, level: 'ok', text }
    const cause = 'the disk is slow or busy, or a network lies before it'
    return {
      check,
      level: 'warning',
      text,
      cause,
      mend: 'keep the profile on a disk of this machine: each message waits for it',
    }
  } catch (error) {
    const mend = `see its owner, its mode and whether the disk is mounted for reading only: ls -ld '${folder}'`
    return { check, level: 'problem', text: `nothing can be written at ${folder}`, cause: reasonOf(error), mend }
  }
}

/** Writes a file and removes it; ms until it was on the disk. */
function writeTrial(path: string): number {
  const startedAt = performance.now()
  const file = openSync(path, 'wx', 0o600)
  try {
    writeSync(file, new Uint8Array(trialBytes))
    fsyncSync(file)
    return performance.now() - startedAt
  } finally {
    closeSync(file)
    rmSync(path, { force: true })
  }
}

function examineStore(path: string): Finding[] {
  const check = 'store'
  const size = sizeOf(path)
  if (size === undefined) return []
  if (size > checkedStoreBytesMax) return [{ check, level: 'ok', text: `${path} is too large to read through here` }]
  const mend = `copy ${path} away; then restore it from a backup, or save what can be read: sqlite3 peer.db .recover`
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path, { readOnly: true, timeout: answerMs })
    const rows = database.prepare('PRAGMA quick_check(5)').all()
    const said = rows.map((row) => String(row['quick_check']))
    if (said.join() === 'ok')
      return [{ check, level: 'ok', text: `the store is whole (${(size / mebibyte).toFixed(1)} MiB)` }]
    return [{ check, level: 'problem', text: `${path} is damaged`, cause: said.join('; '), mend }]
  } catch (error) {
    return [{ check, level: 'problem', text: `${path} cannot be read as a store`, cause: reasonOf(error), mend }]
  } finally {
    database?.close()
  }
}

/** Undefined where there is no file, or none that may be seen: then the profile's finding says so. */
function sizeOf(path: string): number | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })?.size
  } catch {
    return undefined
  }
}

/** The folder above that is there. */
function nearest(path: string): string {
  return existsSync(path) ? path : nearest(dirname(path))
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

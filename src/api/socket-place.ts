// Where the socket of a profile is: in the profile's folder, or, where that path is longer than a socket's may be, in a
// private folder of the session's or the temporary ones, with its path written down in the profile's folder. Invariant:
// nobody but its owner can reach a socket that is served or called, or lie about where it is.

import { createHash } from 'node:crypto'
import { chmodSync, lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import { ParleyError } from '../base/index.ts'

/** What sun_path holds is 104 bytes on some systems and 108 on others, with the zero at its end. */
const pathBytesMax = 100
const forOthers = 0o077

type Environment = Readonly<Record<string, string | undefined>>

/** The path to serve at, with its folder made and the path written down where it is not the usual one. */
export function prepareSocketPath(folder: string, environment: Environment = process.env): string {
  const usual = join(folder, 'peer.sock')
  checkPrivate(folder)
  if (Buffer.byteLength(usual) <= pathBytesMax) {
    rmSync(noteOf(folder), { force: true })
    return usual
  }
  const name = `${createHash('sha256').update(folder).digest('hex').slice(0, 16)}.sock`
  const short = join(shortFolder(environment), name)
  mkdirSync(dirname(short), { recursive: true, mode: 0o700 })
  checkPrivate(dirname(short))
  writeFileSync(noteOf(folder), `${JSON.stringify({ path: short })}\n`, { mode: 0o600 })
  return short
}

/**
 * The path to call; undefined where there is no such profile or nothing was ever served. Throws ParleyError
 * `socketNotPrivate` {path, mode}, `notReadable` {path, reason}.
 */
export function knownSocketPath(folder: string): string | undefined {
  const usual = join(folder, 'peer.sock')
  try {
    const isUsual = Buffer.byteLength(usual) <= pathBytesMax
    const path = isUsual ? usual : notedPath(folder)
    if (path === undefined) return undefined
    lstatSync(path)
    checkPrivate(folder)
    checkPrivate(dirname(path))
    checkPrivate(path)
    return path
  } catch (cause) {
    if (!(cause instanceof Error) || cause instanceof ParleyError || !('code' in cause)) throw cause
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return undefined
    throw new ParleyError('notReadable', { details: { path: folder, reason: cause.message }, cause })
  }
}

/** Closes a fresh socket to others, and makes sure. */
export function closeToOthers(path: string): void {
  chmodSync(path, 0o600)
  checkPrivate(path)
}

/** Throws ParleyError `socketNotPrivate` {path, mode} where others may reach it, or it is somebody else's. */
function checkPrivate(path: string): void {
  const { mode, uid } = lstatSync(path)
  if (uid === process.getuid?.() && (mode & forOthers) === 0) return
  throw new ParleyError('socketNotPrivate', { details: { path, mode: (mode & 0o777).toString(8) } })
}

function shortFolder(environment: Environment): string {
  const runtime = environment['XDG_RUNTIME_DIR']
  if (runtime !== undefined && isAbsolute(runtime) && Buffer.byteLength(runtime) < 60) return join(runtime, 'parley')
  const temporary = Buffer.byteLength(tmpdir()) < 60 ? tmpdir() : '/tmp'
  return join(temporary, `parley-${process.getuid?.() ?? 0}`)
}

function noteOf(folder: string): string {
  return join(folder, 'peer.socket.json')
}

function notedPath(folder: string): string | undefined {
  try {
    const note: unknown = JSON.parse(readFileSync(noteOf(folder), 'utf8'))
    const path = typeof note === 'object' && note !== null && 'path' in note ? note.path : undefined
    return typeof path === 'string' ? path : undefined
  } catch {
    return undefined
  }
}

// Files with secrets: readable by their owner only, written whole or not at all. A file that others can read is refused
// rather than mended, because its secret may already be known; the error says how to mend it.

import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { ParleyError } from '../base/index.ts'

const forOthers = 0o077
const hasModes = process.platform !== 'win32'

/**
 * The bytes of a private file, or undefined where there is none. Throws ParleyError `privateFileOpen` when others may
 * read it, `notReadable` when we may not.
 */
export function readPrivateFile(path: string): Uint8Array | undefined {
  try {
    const state = lstatSync(path)
    if (!state.isFile()) throw new ParleyError('notReadable', { details: { path, reason: 'it is not a plain file' } })
    if (hasModes && (state.mode & forOthers) !== 0) {
      throw new ParleyError('privateFileOpen', { details: { path, mode: (state.mode & 0o777).toString(8) } })
    }
    return new Uint8Array(readFileSync(path))
  } catch (cause) {
    if (cause instanceof ParleyError) throw cause
    if (isCode(cause, 'ENOENT')) return undefined
    throw new ParleyError('notReadable', { details: { path, reason: reasonOf(cause) }, cause })
  }
}

/** Writes a new private file; ParleyError `fileExists` where one is there already, which stays as it is. */
export function createPrivateFile(path: string, bytes: Uint8Array): void {
  writeAside(path, bytes, (aside) => {
    // A hard link, unlike a rename, fails where the name is taken: two programs that start at once cannot both win.
    linkSync(aside, path)
    unlinkSync(aside)
  })
}

/** Writes a private file, replacing an older one in one step: a reader sees the old bytes or the new ones. */
export function writePrivateFile(path: string, bytes: Uint8Array): void {
  writeAside(path, bytes, (aside) => renameSync(aside, path))
}

/** Makes an empty file that only its owner may read where there is none, and closes one of ours that is open to others. */
export function keepPrivate(path: string): void {
  closeSync(openSync(path, 'a', 0o600))
  if (hasModes && (statSync(path).mode & forOthers) !== 0) chmodSync(path, 0o600)
}

/** Makes a folder (and those above it) that only its owner may enter; closes one of ours that is open to others. */
export function ensurePrivateFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    const state = statSync(path)
    if (!state.isDirectory()) throw new ParleyError('notWritable', { details: { path, reason: 'it is not a folder' } })
    if (hasModes && (state.mode & forOthers) !== 0) chmodSync(path, 0o700)
  } catch (cause) {
    if (cause instanceof ParleyError) throw cause
    throw new ParleyError('notWritable', { details: { path, reason: reasonOf(cause) }, cause })
  }
}

function writeAside(path: string, bytes: Uint8Array, publish: (aside: string) => void): void {
  const aside = `${path}.${randomBytes(6).toString('hex')}.new`
  let made = false
  try {
    const file = openSync(aside, 'wx', 0o600)
    made = true
    try {
      let written = 0
      while (written < bytes.length) written += writeSync(file, bytes, written)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    publish(aside)
    made = false
    syncFolder(dirname(path))
  } catch (cause) {
    if (made) unlinkSync(aside)
    const code = isCode(cause, 'EEXIST') ? 'fileExists' : 'notWritable'
    throw new ParleyError(code, { details: { path, reason: reasonOf(cause) }, cause })
  }
}

/** Makes the new name itself survive a power cut. Windows cannot open folders and needs no such thing. */
function syncFolder(path: string): void {
  if (!hasModes) return
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

function isCode(cause: unknown, code: string): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === code
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}

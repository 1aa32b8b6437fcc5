// Which profile a command is about where it is not told: the one in PARLEY_PROFILE, the only one there is, or the one used
// last. A profile is a folder with an identity key in it. docs/operating.md, "Profiles".

import { lstatSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ParleyError } from '../base/index.ts'
import { profileFolder } from '../peer/profile-folder.ts'
import { foldName, nameProblem } from '../protocol/account-name.ts'

/** The names of this machine's profiles as their folders have them, in order of the alphabet; none where there is no home. */
export function profileNames(home?: string): readonly string[] {
  const folder = profileFolder(home)
  let entries
  try {
    entries = readdirSync(folder, { withFileTypes: true })
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return []
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ParleyError('notReadable', { details: { path: folder, reason }, cause })
  }
  return entries
    .filter((entry) => entry.isDirectory() && nameProblem(entry.name) === undefined)
    .map(({ name }) => name)
    .filter((name) => mayHave(join(folder, name, 'identity.key')))
    .toSorted()
}

export interface ProfileQuestion {
  readonly home?: string | undefined
  /** What the command was told. */
  readonly given?: string | undefined
  /** Absent: the process's own. */
  readonly environment?: Readonly<Record<string, string | undefined>>
}

/**
 * In order: what was given, PARLEY_PROFILE, the only profile, the one used last. Throws ParleyError `badName` {name,
 * problem}, `noProfile` where there is none, `whichProfile` {names} where there are several and none was used before.
 */
export function chooseProfile({ home, given, environment = process.env }: ProfileQuestion): string {
  const named = given ?? (environment['PARLEY_PROFILE'] || undefined)
  if (named !== undefined) {
    const problem = nameProblem(named)
    if (problem !== undefined) throw new ParleyError('badName', { details: { name: named, problem } })
    return named
  }
  const names = profileNames(home)
  if (names.length === 0) throw new ParleyError('noProfile', { details: { folder: profileFolder(home) } })
  if (names.length === 1) return names[0] as string
  const used = names
    .map((name) => ({ name, at: lastUse(join(profileFolder(home), foldName(name))) }))
    .toSorted((a, b) => b.at - a.at)
  const [latest, second] = used as [(typeof used)[number], (typeof used)[number]]
  if (latest.at > second.at) return latest.name
  throw new ParleyError('whichProfile', { details: { names } })
}

/** One that may not be looked into is somebody's: who opens it is told what is wrong. */
function mayHave(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined
  } catch {
    return true
  }
}

/** When a program last took the profile's lock; 0 where none ever did. */
function lastUse(folder: string): number {
  return statSync(join(folder, 'lock.json'), { throwIfNoEntry: false })?.mtimeMs ?? 0
}

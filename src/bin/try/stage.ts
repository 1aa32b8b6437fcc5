// What `parley try` sets up: a folder, a registry and two companions as processes of their own, and a peer for the
// person in this process. Ada is here and answers; Grace was here once, so that she has a mailbox, and is away. Nothing
// of it outlives the stage: processes end and the folder goes, unless it is to be kept.

import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { type JsonEvent, openPeer, type PeerApi } from '../../api/index.ts'
import { nameProblem } from '../../protocol/index.ts'
import { ChildProgram } from './child-program.ts'
import { Companion } from './companion.ts'

export const adaName = 'Ada'
export const graceName = 'Grace'

export interface Stage extends AsyncDisposable {
  readonly folder: string
  readonly invite: string
  readonly peer: PeerApi
  readonly ada: Companion
  /** Resolves when Grace, who has to log in once to have a mailbox, has gone away again. */
  readonly graceIsAway: Promise<void>
  /** Grace as she is now; undefined while she is away. */
  grace(): Companion | undefined
  /** Whether Grace has been away and was brought back. */
  hasGraceReturned(): boolean
  /** Grace logs in again; what she does then is for `onGrace` to say. */
  bringGrace(onGrace: (grace: Companion) => void): void
}

/** Resolves when Ada and the person are on line. */
export async function setStage(keep: boolean): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-try-'))
  const programs = new Set<ChildProgram>()
  const atExit = (): void => {
    for (const program of programs) program.kill()
    if (!keep) rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', atExit)
  // Read while the registry starts; the peer that is opened later finds it there.
  void import('../../peer/index.ts')
  const start = (name: string, invite: string): Companion => {
    const companion = new Companion(name, invite, join(folder, name.toLowerCase()))
    programs.add(companion.program)
    return companion
  }
  const strike = async (peer?: PeerApi): Promise<void> => {
    await peer?.close()
    await Promise.all([...programs].map((program) => program.end('SIGTERM')))
    if (!keep) await rm(folder, { recursive: true, force: true, maxRetries: 3 })
    process.off('exit', atExit)
  }
  try {
    const invite = await startRegistry(join(folder, 'registry'), programs)
    const ada = start(adaName, invite)
    const peer = await openPeer({ name: ownName(), registry: invite, home: join(folder, 'you') })
    await Promise.all([ada.online, loggedIn(peer)])
    // Only now, so that the first message does not wait for somebody who is to be away.
    let hasReturned = false
    let grace: Companion | undefined = start(graceName, invite)
    const graceIsAway = visit(grace, ada).then(() => void (grace = undefined))
    // Whoever needs it hears of a failure; nobody else has to.
    graceIsAway.catch(() => undefined)
    return {
      folder,
      invite,
      peer,
      ada,
      graceIsAway,
      grace: () => grace,
      hasGraceReturned: () => hasReturned,
      bringGrace: (onGrace) => {
        hasReturned = true
        grace = start(graceName, invite)
        onGrace(grace)
      },
      [Symbol.asyncDispose]: () => strike(peer),
    }
  } catch (error) {
    await strike()
    throw error
  }
}

/**
 * Comes, and goes when somebody has a message of hers: what she gave the registry for her mailbox went before it, so it
 * is there by then.
 */
async function visit(companion: Companion, friend: Companion): Promise<void> {
  await Promise.all([companion.online, friend.online])
  const stored = companion.next((event): event is JsonEvent => event.type === 'state' && event.state === 'stored')
  companion.say(friend.name, 'I have to go; back later.')
  await stored
  await companion.leave()
}

async function loggedIn(peer: PeerApi): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const unsubscribe = peer.subscribe((event) => {
    if (event.type === 'directory') resolve()
  })
  await promise
  unsubscribe()
}

/** Starts a registry on a free port of this machine and resolves with its invite link. */
async function startRegistry(data: string, programs: Set<ChildProgram>): Promise<string> {
  const args = ['registry', '--host', '127.0.0.1', '--port', '0', '--data', data, '--name', 'parley try']
  return await new Promise<string>((resolve, reject) => {
    let said = ''
    const program = new ChildProgram(args, (bytes) => {
      said += Buffer.from(bytes).toString('utf8')
      const invite = /parley:\/\/[\w-]+@[\w.:[\]-]+(?=\s)/.exec(said)?.[0]
      if (invite !== undefined) resolve(invite)
    })
    programs.add(program)
    void program.ended().then(() => reject(new Error(`the registry ended: ${program.complaints}`)))
  })
}

/** The login name where it makes an account name that is not a companion's, else `you`. */
export function ownName(login: string = loginName()): string {
  const name = login.replace(/[^A-Za-z0-9._-]/g, '').slice(0, 32)
  const isTaken = [adaName, graceName].some((taken) => taken.toLowerCase() === name.toLowerCase())
  return nameProblem(name) === undefined && !isTaken ? name : 'you'
}

function loginName(): string {
  try {
    const { username } = userInfo()
    // Nobody is called so.
    return username === 'root' ? 'you' : username
  } catch {
    // An account without an entry in the system's table has no name.
    return 'you'
  }
}

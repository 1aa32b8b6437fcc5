// A thousand people at one registry: how long until all are logged in and see each other, until one message to everyone is
// with everyone, and until a message of each is with everyone. The registry is a real process with a real store; the people
// share one process, so that on two cores their side is the slower one.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseRegistryTarget } from '../../src/protocol/index.ts'
import { Member } from './member.ts'

const launcher = join(import.meta.dirname, '../../bin/parley.js')
const people = Number(process.env['PARLEY_CROWD'] ?? 1_000)

async function inviteOf(registry: ChildProcess): Promise<string> {
  let said = ''
  for await (const text of registry.stdout as NodeJS.ReadableStream) {
    said += String(text)
    const found = /parley:\/\/\S+/.exec(said)
    if (found) return found[0]
  }
  throw new Error('the registry did not start')
}

/** Waits until it is so, looking after every news. */
class Watch {
  #check: () => void = () => undefined
  #isDue = false

  news(): void {
    if (this.#isDue) return
    this.#isDue = true
    setImmediate(() => {
      this.#isDue = false
      this.#check()
    })
  }

  async until(what: string, since: number, holds: () => boolean): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#check = () => {
        if (holds()) resolve()
      }
      this.#check()
    })
    console.log(`${what}: ${((performance.now() - since) / 1_000).toFixed(2)} s`)
  }
}

export async function reportCrowd(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-bench-'))
  const words = [launcher, 'registry', '--host', '127.0.0.1', '--port', '0', '--data', folder]
  const registry = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'ignore'] })
  try {
    const invite = parseRegistryTarget(await inviteOf(registry))
    if (!invite.ok) throw new Error('no invite')
    registry.stdout?.resume()
    const watch = new Watch()
    const members = Array.from({ length: people }, (_, i) => new Member(i + 1, invite.value, () => watch.news()))
    const begun = performance.now()
    await Promise.all(members.map((member) => member.start()))
    await watch.until(`${people} logged in`, begun, () => members.every((member) => member.isOnline))
    const seeAll = (): boolean => members.every((member) => member.others.size >= people - 1)
    await watch.until(`${people} see each other on line`, begun, seeAll)
    const oneAt = performance.now()
    members[0]?.say('hello, everyone')
    const haveOne = (): boolean => members.every((member, i) => member.heard >= (i === 0 ? 0 : 1))
    await watch.until('one message with everyone', oneAt, haveOne)
    await watch.until('and its sender knows', oneAt, () => (members[0]?.heardBy ?? 0) >= people - 1)
    await watch.until('from the first connection to here', begun, () => true)
    const eachAt = performance.now()
    for (const member of members.slice(1)) member.say(`hello from ${member.name}`)
    const haveAll = (): boolean => members.every((member, i) => member.heard >= (i === 0 ? people - 1 : people - 1))
    await watch.until(`a message of each of ${people - 1} with everyone`, eachAt, haveAll)
    await Promise.all(members.map((member) => member.close()))
  } finally {
    registry.kill('SIGTERM')
    await once(registry, 'exit')
    rmSync(folder, { recursive: true, force: true })
  }
}

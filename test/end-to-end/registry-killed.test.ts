// A registry that is killed with SIGKILL under load, again and again, at a chosen acknowledgement: what it acknowledged is
// there afterwards, once and in order, and its clients are back by themselves.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { openPeer, type PeerApi, type PeerEvent } from '../../src/api/index.ts'
import { RegistryProgram, temporaryFolder } from './program.ts'
import { slow } from './slow.ts'

/** `.ci/run` asks for 50. */
const kills = Number(process.env['PARLEY_KILLS'] ?? 2)
/** Fewer than one sender's quota in one mailbox, which is 100. */
const messagesPerRound = 80
/** The promise is 2,000 ms from the registry's return; only who asks for it on a quiet machine gets a verdict on time. */
const backWithinMs = Number(process.env['PARLEY_BACK_WITHIN_MS'] ?? Infinity)

/** What a peer has said so far, to be waited for. */
class Heard {
  readonly events: PeerEvent[] = []
  readonly #checks = new Set<() => void>()

  constructor(peer: PeerApi) {
    peer.subscribe((event) => {
      this.events.push(event)
      for (const check of this.#checks) check()
    })
  }

  async until(fits: () => boolean): Promise<void> {
    await new Promise<void>((resolve) => {
      const check = (): void => {
        if (!fits()) return
        this.#checks.delete(check)
        resolve()
      }
      this.#checks.add(check)
      check()
    })
  }

  states(state: string): Set<string> {
    const ids = this.events.flatMap((event) => (event.type === 'state' && event.state === state ? [event.id] : []))
    return new Set(ids)
  }
}

async function collect(home: string, registry: string, expected: readonly string[]): Promise<void> {
  await using carol = await openPeer({ name: 'carol', home, registry })
  const heard = new Heard(carol)
  const texts = (): string[] => heard.events.flatMap((event) => (event.type === 'message' ? [event.text] : []))
  await heard.until(() => texts().length >= messagesPerRound)
  const kept = await carol.history('alice', 1_000_000)
  assert.deepEqual(
    kept.map((entry) => entry.text),
    expected,
    'every acknowledged message once, in order',
  )
}

async function killAt(
  context: TestContext,
  registry: RegistryProgram,
  heard: Heard,
  acknowledged: number,
): Promise<void> {
  const before = heard.states('mailbox').size
  await heard.until(() => heard.states('mailbox').size - before >= acknowledged)
  registry.kill('SIGKILL')
  await registry.exit
  context.diagnostic(`killed after ${acknowledged} acknowledgements of ${messagesPerRound}`)
}

test('a registry killed under load loses and doubles nothing, and its clients come back', slow, async (context) => {
  const folder = temporaryFolder(context)
  const data = join(folder, 'registry')
  let registry = new RegistryProgram(context, data)
  const [invite, port] = [await registry.invite(), await registry.port()]
  const carolHome = join(folder, 'carol')
  // Carol must be known, and have left prekeys, before anybody can write to her while she is away.
  const first = await openPeer({ name: 'carol', home: carolHome, registry: invite })
  await new Heard(first).until(() => first.registryState() === 'online')
  const alice = await openPeer({ name: 'alice', home: join(folder, 'alice'), registry: invite })
  context.after(() => alice.close())
  const heard = new Heard(alice)
  await heard.until(() => alice.registryState() === 'online')
  await alice.send('carol', 'hello')
  await heard.until(() => heard.states('stored').size === 1)
  await first.close()
  const expected = ['hello']
  const backMs: number[] = []
  for (let round = 0; round < kills; round++) {
    const sends: Promise<string>[] = []
    for (let i = 0; i < messagesPerRound; i++) {
      expected.push(`round ${round} message ${i}`)
      sends.push(alice.send('carol', `round ${round} message ${i}`))
    }
    const begun = heard.events.length
    await killAt(context, registry, heard, 1 + ((round * 37) % (messagesPerRound - 1)))
    registry = new RegistryProgram(context, data, port)
    await registry.invite()
    const returned = performance.now()
    await heard.until(() =>
      heard.events.slice(begun).some((event) => event.type === 'registry' && event.state === 'online'),
    )
    backMs.push(performance.now() - returned)
    const ids = await Promise.all(sends)
    await heard.until(() => ids.every((id) => heard.states('mailbox').has(id) || heard.states('stored').has(id)))
    await collect(carolHome, invite, expected)
    await heard.until(() => ids.every((id) => heard.states('stored').has(id)))
  }
  const slowest = Math.max(...backMs)
  context.diagnostic(`back after ${backMs.map((ms) => ms.toFixed(0)).join(', ')} ms`)
  assert.equal(heard.states('stored').size, expected.length)
  assert.ok(slowest < backWithinMs, `the slowest return took ${slowest} ms`)
})

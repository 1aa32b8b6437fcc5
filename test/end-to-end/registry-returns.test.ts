// A registry that is killed with SIGKILL while its clients are idle: none of them says anything, and all are back by
// themselves once it is, long before their keepalive would tell them.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { ChatProgram, RegistryProgram, temporaryFolder } from './program.ts'
import { slow } from './slow.ts'

/** The promise is 2 s from the registry's return; a machine that is busy with other tests gets more before it counts. */
const backWithinMs = Number(process.env['PARLEY_BACK_WITHIN_MS'] ?? 2_000)

test(
  'idle clients of a registry that was killed are back by themselves within 2 s of its return',
  slow,
  async (context) => {
    const folder = temporaryFolder(context)
    const data = join(folder, 'registry')
    let registry = new RegistryProgram(context, data)
    const [invite, port] = [await registry.invite(), await registry.port()]
    const chats = ['alice', 'bob'].map(
      (name) => new ChatProgram(context, name, join(folder, name), ['--registry', invite]),
    )
    for (const chat of chats) await chat.online()
    const back: number[] = []
    // Twice, as a link that was made after a reset must be remembered like the first.
    for (let round = 1; round <= 2; round++) {
      registry.kill('SIGKILL')
      await registry.exit
      registry = new RegistryProgram(context, data, port)
      await registry.invite()
      const returned = performance.now()
      for (const chat of chats) {
        const online = (): number => chat.of('registry').filter(({ state }) => state === 'online').length
        await chat.until(() => (online() > round ? true : undefined), `being on line ${round + 1} times`)
      }
      back.push(performance.now() - returned)
    }
    context.diagnostic(`back after ${back.map((ms) => ms.toFixed(0)).join(', ')} ms`)
    assert.ok(Math.max(...back) < backWithinMs, `back after ${back.join(', ')} ms`)
    for (const chat of chats) assert.equal(await chat.leave(), 0)
  },
)

// Memory of idle links: a server process with one endpoint, a client process with one endpoint for each link, because two
// links between the same two keys are one. The server's side is what is counted.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { fromHex, toHex } from '../../src/base/index.ts'
import { openLinkDriver } from './link-contender.ts'

type Note = { readonly port: number; readonly key: string } | { readonly connected: true }

/** KiB of resident memory of one endpoint for each of `count` idle links. */
export async function idleKib(count: number): Promise<number> {
  let up = 0
  const allUp = Promise.withResolvers<void>()
  const { driver, endpoint } = await openLinkDriver((event) => {
    if (event.type === 'up' && ++up === count) allUp.resolve()
    if (event.type === 'message') endpoint.send(performance.now(), event.link, 1, event.bytes)
  })
  const child = fork(fileURLToPath(import.meta.url), ['client', String(count)], { stdio: 'inherit' })
  const before = settled()
  child.send({ port: driver.address.port, key: toHex(endpoint.publicKey) } satisfies Note)
  await allUp.promise
  await once(child, 'message')
  const each = (settled() - before) / count / 1024
  child.kill('SIGKILL')
  await once(child, 'exit')
  await driver.close()
  return each
}

function settled(): number {
  for (let i = 0; i < 4; i++) globalThis.gc?.()
  return process.memoryUsage().rss
}

async function connectAll(count: number, port: number, key: Uint8Array): Promise<void> {
  for (let i = 0; i < count; i++) {
    const done = Promise.withResolvers<void>()
    const { driver, endpoint } = await openLinkDriver((event) => {
      // One message to and fro, so that a link is counted as it is after use and not as it is after birth.
      if (event.type === 'up') endpoint.send(performance.now(), event.link, 1, new Uint8Array(64))
      if (event.type === 'message') done.resolve()
    })
    driver.turn((now) =>
      endpoint.connect(now, {
        addresses: [{ host: '127.0.0.1', port }],
        remoteKey: key,
        purpose: 'peer',
        idleTimeoutMs: 600_000,
      }),
    )
    await done.promise
  }
}

if (process.argv[2] === 'client') {
  process.once('message', (note: Extract<Note, { port: number }>) => {
    void connectAll(Number(process.argv[3]), note.port, fromHex(note.key) as Uint8Array).then(() =>
      process.send?.({ connected: true } satisfies Note),
    )
  })
}

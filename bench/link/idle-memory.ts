// Memory of idle links: a server process with one endpoint, a client process with one endpoint for each link, because two
// links between the same two keys are one. The server's side is what is counted.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { fromHex, toHex } from '../../src/base/index.ts'
import { openLinkDriver } from './link-contender.ts'

interface Place {
  readonly port: number
  readonly key: string
}

const manyFromOneAddress = { handshakesPerSecond: 1_000_000, handshakeBurst: 1_000_000 }
/** Links that are there before anything is counted: code, buffers and the young generation have grown by then. */
const warmUpLinks = 500

/** KiB of resident memory of one endpoint for each of `count` idle links, beyond the first 500. */
export async function idleKib(count: number): Promise<number> {
  let up = 0
  const warm = Promise.withResolvers<void>()
  const allUp = Promise.withResolvers<void>()
  const { driver, endpoint } = await openLinkDriver((event) => {
    if (event.type === 'up') up++
    if (event.type !== 'message') return
    endpoint.send(performance.now(), event.link, 1, event.bytes)
    if (up === warmUpLinks) warm.resolve()
    if (up === warmUpLinks + count) allUp.resolve()
    // They all come from one address, which strangers may not do so fast.
  }, manyFromOneAddress)
  const child = fork(fileURLToPath(import.meta.url), ['client', String(warmUpLinks), String(count)], {
    stdio: 'inherit',
  })
  child.send({ port: driver.address.port, key: toHex(endpoint.publicKey) } satisfies Place)
  await warm.promise
  const before = settled()
  child.send('more')
  await allUp.promise
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
  const [first, more] = process.argv.slice(3).map(Number) as [number, number]
  const [place] = (await once(process, 'message')) as [Place]
  const connect = (links: number): Promise<void> => connectAll(links, place.port, fromHex(place.key) as Uint8Array)
  await connect(first)
  await once(process, 'message')
  await connect(more)
}

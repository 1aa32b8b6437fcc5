// Parley's link over a real socket: sealed, acknowledged, in order.

import { fromHex, toHex } from '../../src/base/index.ts'
import { LinkKeyPair, loadSodium, systemRandom } from '../../src/crypto/index.ts'
import { Endpoint, type LinkEvent, type LinkId, type LinkLimits, type Program } from '../../src/link/index.ts'
import { LinkDriver, systemClock } from '../../src/net/index.ts'
import type { Contender, Receiver, Sender } from './contender.ts'

const stream = 1

export async function openLinkDriver(
  onEvent: (event: LinkEvent) => void,
  limits: Partial<LinkLimits> = {},
): Promise<{ driver: LinkDriver; endpoint: Endpoint }> {
  if (process.env['PARLEY_SODIUM'] === '1' && !(await loadSodium())) throw new Error('sodium-native is not installed')
  const random = systemRandom()
  let timestamp = Date.now()
  const endpoint = new Endpoint({
    staticKey: LinkKeyPair.generate(random),
    resetKey: random.bytes(32),
    random,
    purpose: 'peer',
    limits,
    timestamp: () => ++timestamp,
  })
  const program: Program = {
    handleLinkEvent: (_now, event) => onEvent(event),
    handleTimeout: () => undefined,
    pollTimeout: () => undefined,
  }
  const driver = await LinkDriver.open({ endpoint, program, host: '127.0.0.1', port: 0, clock: systemClock })
  return { driver, endpoint }
}

export const link: Contender = {
  async receive(_job, onMessage): Promise<Receiver> {
    const { driver, endpoint } = await openLinkDriver((event) => {
      if (event.type !== 'message') return
      const answer = onMessage(event.bytes)
      if (answer) endpoint.send(performance.now(), event.link, stream, answer)
    })
    const target = { port: driver.address.port, key: toHex(endpoint.publicKey) }
    return { target, close: () => driver.close() }
  },

  async connect(target, _job, on): Promise<Sender> {
    const up = Promise.withResolvers<LinkId>()
    const { driver, endpoint } = await openLinkDriver((event) => {
      if (event.type === 'message') on.message(event.bytes)
      else if (event.type === 'writable') on.writable()
      else if (event.type === 'up') up.resolve(event.link)
      else if (event.type === 'down') up.reject(new Error(`the link went down: ${JSON.stringify(event.cause)}`))
    })
    const remoteKey = fromHex(target.key) as Uint8Array
    driver.turn((now) =>
      endpoint.connect(now, { addresses: [{ host: '127.0.0.1', port: target.port }], remoteKey, purpose: 'peer' }),
    )
    const id = await up.promise
    return {
      send: (message) => driver.turn((now) => endpoint.send(now, id, stream, message)) === 'queued',
      flush: () => undefined,
      close: () => driver.close(),
    }
  },
}

// How long a message takes over a lossy path: two endpoints, one stream, so that every message also waits for those
// before it. The clock runs from `send` to the moment the other side's link hands the whole message to its owner.

import type { Address, MonotonicMs } from '../../src/base/index.ts'
import { LinkKeyPair } from '../../src/crypto/index.ts'
import { Endpoint, type LinkEvent, type LinkId, type Program } from '../../src/link/index.ts'
import { Host } from '../host.ts'
import { Network } from '../network.ts'
import { SeededRandom } from '../seeded-random.ts'
import { VirtualTime } from '../virtual-time.ts'
import { percentile } from './percentile.ts'

export interface LinkLossSetting {
  readonly seed: number
  readonly messages: number
  /** Loss on each way. */
  readonly lossRate: number
  readonly rttMs: number
  /** Time between two messages; half of it is jitter, so that nothing falls into step with a timer. */
  readonly everyMs: number
  readonly messageBytes: number
}

export interface LinkLossFigure {
  readonly sent: number
  readonly delivered: number
  /** In round-trip times. */
  readonly p50: number
  readonly p99: number
  readonly p999: number
  readonly datagramsPerMessage: number
}

interface Side {
  readonly endpoint: Endpoint
  readonly host: Host
  link: LinkId | undefined
}

/** Without the rates that keep strangers in check: this figure is about one pair. */
const idleTimeoutMs = 60_000

export function measureLinkLoss(setting: LinkLossSetting): LinkLossFigure {
  const { time, network, sender, receiver, onMessage } = buildPair(setting)
  const random = new SeededRandom(`figure/${setting.seed}/pace`)
  const sentAt: MonotonicMs[] = []
  const tookMs: number[] = []
  onMessage((now, bytes) => {
    const number = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
    if (number !== tookMs.length) throw new Error(`message ${number} came where ${tookMs.length} was due`)
    tookMs.push(now - (sentAt[number] as number))
  })
  time.runUntil(60_000, () => sender.link !== undefined && receiver.link !== undefined)

  let datagrams = 0
  network.observe({ sent: () => void (datagrams += 1) })
  const message = new Uint8Array(setting.messageBytes)
  const sendNext = () => {
    const number = sentAt.length
    if (number === setting.messages) return
    new DataView(message.buffer).setUint32(0, number)
    sender.host.act((now) => {
      sentAt.push(now)
      if (sender.link !== undefined) sender.endpoint.send(now, sender.link, 1, message)
    })
    time.schedule(time.now + setting.everyMs * (0.75 + random.fraction() / 2), sendNext)
  }
  sendNext()
  const lastMs = time.now + setting.messages * setting.everyMs * 1.5 + 60_000
  time.runUntil(lastMs, () => tookMs.length === setting.messages)

  const sorted = tookMs.toSorted((a, b) => a - b)
  const inRtts = (share: number) => percentile(sorted, share) / setting.rttMs
  return {
    sent: sentAt.length,
    delivered: tookMs.length,
    p50: inRtts(0.5),
    p99: inRtts(0.99),
    p999: inRtts(0.999),
    datagramsPerMessage: datagrams / setting.messages,
  }
}

function buildPair(setting: LinkLossSetting) {
  const random = new SeededRandom(`figure/${setting.seed}`)
  const time = new VirtualTime()
  const network = new Network(time, random.branch('network'))
  let handleMessage: (now: MonotonicMs, bytes: Uint8Array) => void = () => {}
  const keys = [0, 1].map((i) => LinkKeyPair.fromSecret(random.branch(`key ${i}`).bytes(32)))
  const addresses: Address[] = [1, 2].map((i) => ({ host: `10.0.0.${i}`, port: 4_000 }))
  const sides = keys.map((staticKey, i): Side => {
    const branch = random.branch(`side ${i}`)
    let timestamp = 0
    const endpoint = new Endpoint({
      staticKey,
      resetKey: branch.bytes(32),
      random: branch,
      purpose: 'peer',
      timestamp: () => (timestamp = Math.max(time.wallMs(), timestamp + 1)),
    })
    const program: Program = {
      handleLinkEvent(now: MonotonicMs, event: LinkEvent) {
        if (event.type === 'up') side.link = event.link
        if (event.type === 'down') throw new Error(`the link went down: ${JSON.stringify(event.cause)}`)
        if (event.type === 'message') handleMessage(now, event.bytes)
      },
      handleTimeout() {},
      pollTimeout: () => undefined,
    }
    const boot = () => ({ endpoint, program })
    const host = new Host({ name: `side ${i}`, address: addresses[i] as Address, time, network, boot })
    host.site.up.set({ delayMs: setting.rttMs / 2, lossRate: setting.lossRate })
    const side: Side = { endpoint, host, link: undefined }
    return side
  })
  const [sender, receiver] = sides as [Side, Side]
  for (const { host } of sides) host.start()
  sender.host.act((now) => {
    const remoteKey = (keys[1] as LinkKeyPair).publicKey
    sender.endpoint.connect(now, { addresses: [addresses[1] as Address], remoteKey, purpose: 'peer', idleTimeoutMs })
  })
  const onMessage = (handle: typeof handleMessage) => (handleMessage = handle)
  return { time, network, sender, receiver, onMessage }
}

// One side of a measurement, as a process of its own. The receiver counts on arrival and checks the order; the sender
// fills as fast as the contender lets it, or plays ball.

import type { Contender, Job, Target } from './contender.ts'
import { messageBytes, plainDatagramBytes } from './contender.ts'

export type ContenderName = 'link' | 'tcp' | 'datagram'

export type ToSide =
  | { readonly kind: 'receive'; readonly contender: ContenderName; readonly job: Job }
  | {
      readonly kind: 'send'
      readonly contender: ContenderName
      readonly job: Job
      readonly target: Target
      readonly forMs: number
    }
  | { readonly kind: 'count' }

export type FromSide =
  | { readonly kind: 'listening'; readonly target: Target }
  | {
      readonly kind: 'count'
      readonly messages: number
      readonly bytes: number
      readonly unordered: number
      readonly at: number
      readonly cpuMs: number
    }
  | { readonly kind: 'sent'; readonly rttUs: readonly number[] }

const warmUpPings = 2_000
const pings = 20_000
const sendsPerTurn = 256

const contenders: Record<ContenderName, () => Promise<Contender>> = {
  link: () => import('./link-contender.ts').then((module) => module.link),
  tcp: () => import('./tcp-contender.ts').then((module) => module.tcp),
  datagram: () => import('./datagram-contender.ts').then((module) => module.datagram),
}

const tell = (message: FromSide): void => void process.send?.(message)

let messages = 0
let bytes = 0
let unordered = 0

process.on('message', (order: ToSide) => {
  if (order.kind === 'receive') void receive(order.contender, order.job)
  else if (order.kind === 'send') void send(order)
  else {
    const { user, system } = process.cpuUsage()
    tell({ kind: 'count', messages, bytes, unordered, at: performance.now(), cpuMs: (user + system) / 1000 })
  }
})

async function receive(name: ContenderName, job: Job): Promise<void> {
  const contender = await contenders[name]()
  let expected = 0
  const receiver = await contender.receive(job, (message) => {
    messages++
    bytes += message.length
    if (job === 'roundTrip') return message
    const number = new DataView(message.buffer, message.byteOffset).getUint32(0)
    if (number !== expected) unordered++
    expected = number + 1
    return undefined
  })
  tell({ kind: 'listening', target: receiver.target })
}

async function send(order: ToSide & { kind: 'send' }): Promise<void> {
  const contender = await contenders[order.contender]()
  const isPlainBulk = order.contender === 'datagram' && order.job === 'bulk'
  const size = isPlainBulk ? plainDatagramBytes : messageBytes[order.job]
  const rttUs = order.job === 'roundTrip' ? await playBall(contender, order, size) : await fill(contender, order, size)
  tell({ kind: 'sent', rttUs })
}

async function fill(contender: Contender, order: ToSide & { kind: 'send' }, size: number): Promise<number[]> {
  let wake: (() => void) | undefined
  const sender = await contender.connect(order.target, order.job, {
    writable: () => wake?.(),
    message: () => undefined,
  })
  const message = new Uint8Array(size)
  const view = new DataView(message.buffer)
  const until = performance.now() + order.forMs
  let number = 0
  while (performance.now() < until) {
    let isOpen = true
    for (let i = 0; isOpen && i < sendsPerTurn; i++) {
      view.setUint32(0, number)
      isOpen = sender.send(message)
      if (isOpen) number++
    }
    sender.flush()
    await (isOpen
      ? new Promise(setImmediate)
      : new Promise<void>((resolve) => {
          wake = resolve
        }))
  }
  return []
}

async function playBall(contender: Contender, order: ToSide & { kind: 'send' }, size: number): Promise<number[]> {
  const times: number[] = []
  const message = new Uint8Array(size)
  const done = Promise.withResolvers<void>()
  let at = 0
  const sender = await contender.connect(order.target, order.job, {
    writable: () => undefined,
    message: () => {
      const now = performance.now()
      times.push((now - at) * 1000)
      if (times.length === warmUpPings + pings) done.resolve()
      else serve()
    },
  })
  const serve = (): void => {
    at = performance.now()
    sender.send(message)
    sender.flush()
  }
  serve()
  // The bare loop loses a ball now and then, and would wait for it for ever.
  const rescue = setInterval(() => {
    if (performance.now() - at > 200) serve()
  }, 100)
  await done.promise
  clearInterval(rescue)
  return times.slice(warmUpPings)
}

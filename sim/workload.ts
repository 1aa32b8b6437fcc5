// What people do in a history: they talk, a word now and then or many at once, and they leave and come back.

import type { MonotonicMs } from '../src/base/index.ts'
import type { ChatPeer } from './chat-peer.ts'
import type { World } from './world.ts'

export interface Work {
  readonly world: World
  readonly peers: readonly ChatPeer[]
  readonly untilMs: MonotonicMs
}

/** How long a peer that was closed may take to say goodbye. */
const goodbyeMs = 2_000

/** Plans who says what when. Says in a few words what it chose. */
export function layTalk({ world, peers, untilMs }: Work): string {
  const { time, random } = world
  const talk = random.branch('talk')
  const messages = talk.pick([5, 20, 60])
  const burst = talk.pick([1, 1, 4, 15])
  const sizes = talk.pick([[20], [20, 200], [20, 3_000], [20, 20, 20, 40_000]])
  let numbers = 0
  for (let i = 0; i < messages / burst; i++) {
    const [from, to] = talk.shuffle(peers)
    if (from === undefined || to === undefined) continue
    const size = talk.pick(sizes)
    time.schedule(talk.between(0, untilMs), () => {
      for (let j = 0; j < burst; j++) from.send(to.name, `message ${numbers++} of ${from.name} `.padEnd(size, '.'))
    })
  }
  return `${messages} messages in bursts of ${burst}`
}

/** Plans who is away when. Says in a few words what it chose. */
export function layAbsences({ world, peers, untilMs }: Work): string {
  const { time, random, tell } = world
  const away = random.branch('away')
  let absences = 0
  for (const peer of peers) {
    if (!away.chance(0.4)) continue
    absences += 1
    const leavesAt = away.between(0, untilMs)
    const backAt = Math.min(leavesAt + goodbyeMs + away.pick([3_000, 30_000, 300_000]), untilMs - 1)
    time.schedule(leavesAt, () => {
      tell(`${peer.name} leaves`)
      peer.leave()
    })
    time.schedule(leavesAt + goodbyeMs, () => time.now < backAt && peer.host.isUp && peer.host.crash())
    time.schedule(backAt, () => {
      tell(`${peer.name} is back`)
      // One that was too slow to leave is stopped first: a closed peer does not open again by itself.
      if (peer.host.isUp) peer.host.crash()
      peer.host.start()
    })
  }
  return `${absences} absences`
}

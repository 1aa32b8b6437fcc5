// What can go wrong in a history. Each history takes a random subset (a swarm), because faults that are always all there
// hide one another: with 50% loss no queue ever fills. Everything is drawn from the history's seed, by name.

import type { Address } from '../src/base/index.ts'
import type { Host } from './host.ts'
import type { Impairment } from './impairment.ts'
import type { Network } from './network.ts'
import type { SeededRandom } from './seeded-random.ts'
import type { VirtualTime } from './virtual-time.ts'

export interface FaultSetting {
  readonly time: VirtualTime
  readonly network: Network
  readonly random: SeededRandom
  readonly hosts: readonly Host[]
  /** Hosts whose address may change: those that nobody must find again by a configured address. */
  readonly movable: readonly Host[]
  readonly crashable: readonly Host[]
  /** Faults stop at this instant; everything is healed and up again. */
  readonly untilMs: number
  /** Tells a readable trace. */
  readonly tell: (what: string) => void
}

/** One way of going wrong: draws its settings, schedules itself, and says in a few words what it will do. */
type Fault = (setting: FaultSetting, random: SeededRandom) => string

const delays = { lan: [0.05, 1], city: [1, 15], continent: [15, 60], satellite: [120, 300] } as const

const faults: Readonly<Record<string, Fault>> = {
  loss: (setting, random) => {
    const lossRate = random.pick([0.01, 0.05, 0.2, 0.35, 0.5])
    impair(setting.hosts, { lossRate })
    return `loss ${lossRate}`
  },
  bursts: (setting, random) => {
    const burst = { enterRate: random.pick([0.005, 0.02]), leaveRate: random.pick([0.1, 0.33]) }
    impair(setting.hosts, { burst })
    return `bursts ${burst.enterRate}/${burst.leaveRate}`
  },
  jitter: (setting, random) => {
    const jitterMs = random.pick([2, 20, 100])
    impair(setting.hosts, { jitterMs, keepsOrder: random.chance(0.3) })
    return `jitter ${jitterMs} ms`
  },
  reorder: (setting, random) => {
    const reorder = { reorderRate: random.pick([0.01, 0.1, 0.3]), reorderMs: random.pick([1, 10, 200]) }
    impair(setting.hosts, reorder)
    return `reorder ${reorder.reorderRate} by ${reorder.reorderMs} ms`
  },
  duplicate: (setting, random) => {
    const duplicateRate = random.pick([0.01, 0.1, 0.5])
    impair(setting.hosts, { duplicateRate })
    return `duplicate ${duplicateRate}`
  },
  corrupt: (setting, random) => {
    const corruptRate = random.pick([0.001, 0.02, 0.2])
    impair(setting.hosts, { corruptRate })
    return `corrupt ${corruptRate}`
  },
  slow: (setting, random) => {
    const bytesPerMs = random.pick([8, 60, 600])
    impair(setting.hosts, { bytesPerMs, queueBytes: random.pick([8_000, 64_000]) })
    return `rate ${bytesPerMs} B/ms`
  },
  smallPath: (setting, random) => {
    const mtuBytes = random.pick([1_200, 1_280, 1_472])
    impair(setting.hosts, { mtuBytes })
    return `MTU ${mtuBytes}`
  },
  oneWay: (setting, random) => {
    repeat(setting, random, 40_000, () => {
      const [from, to] = random.shuffle(setting.hosts)
      if (from === undefined || to === undefined) return
      setting.tell(`cut ${from.name} > ${to.name}`)
      setting.network.cut(from.name, to.name)
      later(setting, random.waitMs(5_000), () => setting.network.mend(from.name, to.name))
    })
    return 'one-way partitions'
  },
  partition: (setting, random) => {
    repeat(setting, random, 60_000, () => partition(setting, random))
    return 'partitions'
  },
  swizzle: (setting, random) => {
    repeat(setting, random, 60_000, () => swizzle(setting, random))
    return 'swizzle-clogging'
  },
  rebind: (setting, random) => {
    repeat(setting, random, random.pick([5_000, 40_000]), () => {
      if (setting.movable.length === 0) return
      const host = random.pick(setting.movable)
      const address = freshAddress(host.site.address, random)
      setting.tell(`${host.name} moves to ${address.host}:${address.port}`)
      setting.network.move(host.name, address)
    })
    return 'address changes'
  },
  crash: (setting, random) => {
    repeat(setting, random, random.pick([20_000, 90_000]), () => crash(setting, random))
    return 'crashes'
  },
}

/** Lays the cables and schedules this history's faults until `untilMs`, when all is healed. Says what it chose. */
export function layFaults(setting: FaultSetting): readonly string[] {
  const { random, hosts } = setting
  const swarm = random.branch('swarm')
  const words: string[] = [layCables(setting)]
  for (const [name, fault] of Object.entries(faults)) {
    // The draw is made in any case, so that a new fault in the table changes none of the others.
    const isChosen = swarm.branch(name).chance(0.35)
    if (isChosen) words.push(fault(setting, random.branch(name)))
  }
  setting.time.schedule(setting.untilMs, () => {
    setting.tell('faults stop')
    setting.network.heal()
    for (const host of hosts) {
      host.spare()
      if (!host.isUp) host.start()
    }
  })
  return words
}

function layCables(setting: FaultSetting): string {
  const random = setting.random.branch('cables')
  const kind = random.pick(Object.keys(delays) as (keyof typeof delays)[])
  const [low, high] = delays[kind]
  for (const host of setting.hosts) {
    host.site.up.set({ delayMs: random.between(low, high) / 2 })
    host.site.down.set({ delayMs: random.between(low, high) / 2 })
  }
  return kind
}

/** Adds an impairment to the way out of every host: what it does happens once on each way from one to another. */
function impair(hosts: readonly Host[], impairment: Impairment): void {
  for (const host of hosts) host.site.up.set({ ...host.site.up.impairment, ...impairment })
}

function repeat(setting: FaultSetting, random: SeededRandom, meanMs: number, run: () => void): void {
  const { time, untilMs } = setting
  const next = () => {
    const at = time.now + random.waitMs(meanMs)
    if (at >= untilMs) return
    time.schedule(at, () => {
      run()
      next()
    })
  }
  next()
}

function later(setting: FaultSetting, afterMs: number, run: () => void): void {
  const at = setting.time.now + afterMs
  if (at < setting.untilMs) setting.time.schedule(at, run)
}

function partition(setting: FaultSetting, random: SeededRandom): void {
  const { network } = setting
  const inside = setting.hosts.filter(() => random.chance(0.5))
  const outside = setting.hosts.filter((host) => !inside.includes(host))
  setting.tell(`partition ${inside.map(({ name }) => name).join()} | ${outside.map(({ name }) => name).join()}`)
  const pairs = inside.flatMap((a) => outside.map((b) => [a.name, b.name] as const))
  for (const [a, b] of pairs) {
    network.cut(a, b)
    network.cut(b, a)
  }
  later(setting, random.waitMs(15_000), () => {
    for (const [a, b] of pairs) {
      network.mend(a, b)
      network.mend(b, a)
    }
  })
}

/** Stops hosts one by one, and frees them one by one in another order: what finds the rarest bugs (FoundationDB). */
function swizzle(setting: FaultSetting, random: SeededRandom): void {
  const chosen = setting.hosts.filter(() => random.chance(0.6))
  setting.tell(`swizzle ${chosen.map(({ name }) => name).join()}`)
  let afterMs = 0
  for (const host of chosen) {
    afterMs += random.waitMs(500)
    later(setting, afterMs, () => setting.network.clog(host.name))
  }
  for (const host of random.shuffle(chosen)) {
    afterMs += random.waitMs(2_000)
    later(setting, afterMs, () => setting.network.unclog(host.name))
  }
}

function crash(setting: FaultSetting, random: SeededRandom): void {
  const downMs = random.pick([10, 1_000, 30_000])
  const point = random.pick(['now', 'beforeStep', 'afterStep'] as const)
  const host = random.pick(setting.crashable.length === 0 ? setting.hosts : setting.crashable)
  if (!host.isUp || setting.crashable.length === 0) return
  const afterwards = () => {
    setting.tell(`${host.name} crashes (${point}) for ${downMs} ms`)
    later(setting, downMs, () => {
      if (!host.isUp) host.start()
    })
  }
  if (point !== 'now') return host.crashAtNextStep(point, afterwards)
  host.crash()
  afterwards()
}

/** Half the time another port of the same address (a NAT forgot us), else another network. */
function freshAddress(old: Address, random: SeededRandom): Address {
  const port = 1_024 + random.below(64_000)
  return random.chance(0.5)
    ? { host: old.host, port }
    : { host: `10.${1 + random.below(250)}.${random.below(250)}.${1 + random.below(250)}`, port }
}

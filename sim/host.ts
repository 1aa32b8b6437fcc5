// One machine of a simulation: it owns a place in the network and runs `{ endpoint, program }` the way every loop must,
// draining datagrams, events and timers after each mutation. It can crash at any instant (memory, timers and whatever its
// stores had not committed are gone) and start again.

import { type Address, type MonotonicMs, type WallMs, assert } from '../src/base/index.ts'
import type { LinkEvent, Program } from '../src/link/index.ts'
import type { Network, Site } from './network.ts'
import { Violation, check } from './violation.ts'
import type { Scheduled, Scheduler, VirtualTime } from './virtual-time.ts'

/** The calls of an endpoint that a loop makes. */
export interface DrivenEndpoint {
  handleDatagram(now: MonotonicMs, from: Address, bytes: Uint8Array): void
  handleTimeout(now: MonotonicMs): void
  pollTransmit(now: MonotonicMs): { readonly to: Address; readonly bytes: Uint8Array } | undefined
  pollTimeout(): MonotonicMs | undefined
  pollEvent(): LinkEvent | undefined
}

/** What runs on a host between a start and a crash. */
export interface Machine {
  readonly endpoint: DrivenEndpoint
  readonly program: Program
  /** Takes one event that the program has for its owner. False where there is none. */
  takeProgramEvent?(now: MonotonicMs): boolean
  /** Looks at the machine after it was drained: the place for invariants of one host. */
  inspect?(now: MonotonicMs): void
  /** The power goes: the stores forget what was not committed. */
  crash?(): void
}

/** Starts a machine. It gets a scheduler that dies, and whose runs are drained, with this incarnation. */
export type Boot = (scheduler: Scheduler, incarnation: number) => Machine

/** Where inside a store's next step a crash falls: before it did anything, or after it but before anybody heard of it. */
export type CrashPoint = 'beforeStep' | 'afterStep'

/** Rounds of draining, and timers at one instant, after which we call it a busy loop. */
const roundsMax = 20_000

export class Host {
  readonly name: string
  readonly site: Site
  readonly #time: VirtualTime
  readonly #network: Network
  readonly #boot: Boot
  #machine: Machine | undefined
  #incarnation = 0
  #wake: { readonly at: MonotonicMs; readonly scheduled: Scheduled } | undefined
  #isDraining = false
  #armedCrash: { readonly point: CrashPoint; readonly afterwards: () => void } | undefined
  #wakesAtInstant = { at: -1, count: 0 }
  #wakes = 0

  constructor(setting: { name: string; address: Address; time: VirtualTime; network: Network; boot: Boot }) {
    this.name = setting.name
    this.#time = setting.time
    this.#network = setting.network
    this.#boot = setting.boot
    this.site = setting.network.join(setting.name, setting.address, (now, from, bytes) => {
      if (this.#machine === undefined) return
      this.#machine.endpoint.handleDatagram(now, from, bytes)
      this.#drain(now)
    })
  }

  get isUp(): boolean {
    return this.#machine !== undefined
  }

  /** How often it has been started. */
  get incarnation(): number {
    return this.#incarnation
  }

  /** How many timers have run on it. */
  get wakes(): number {
    return this.#wakes
  }

  start(): void {
    assert(this.#machine === undefined, `${this.name} runs already`)
    this.#incarnation += 1
    this.#machine = this.#boot(this.#scheduler(this.#incarnation), this.#incarnation)
    this.#drain(this.#time.now)
  }

  /** Ends the machine between two instructions: nothing is said to anybody. */
  crash(): void {
    const machine = this.#machine
    assert(machine !== undefined, `${this.name} is down`)
    this.#machine = undefined
    this.#wake?.scheduled.cancel()
    this.#wake = undefined
    this.#armedCrash = undefined
    machine.crash?.()
  }

  /** Crashes at the next step of one of the host's stores, where a crash hurts most, and calls `afterwards`. */
  crashAtNextStep(point: CrashPoint, afterwards: () => void): void {
    this.#armedCrash = { point, afterwards }
  }

  /** Calls off a crash that has not come yet. */
  spare(): void {
    this.#armedCrash = undefined
  }

  /** Does something on the running machine, then drains it. Nothing where it is down. */
  act(run: (now: MonotonicMs) => void): void {
    if (this.#machine === undefined) return
    run(this.#time.now)
    if (!this.#isDraining) this.#drain(this.#time.now)
  }

  #scheduler(incarnation: number): Scheduler {
    const time = this.#time
    const turn = (run: (now: MonotonicMs) => void) => (now: MonotonicMs) => {
      if (this.#incarnation !== incarnation || this.#machine === undefined) return
      const armed = this.#armedCrash
      if (armed?.point !== 'beforeStep') run(now)
      if (armed === undefined) return this.#drain(now)
      this.crash()
      armed.afterwards()
    }
    return {
      get now() {
        return time.now
      },
      wallMs: (): WallMs => time.wallMs(),
      schedule: (atMs, run) => time.schedule(atMs, turn(run)),
    }
  }

  #drain(now: MonotonicMs): void {
    const machine = this.#machine
    if (machine === undefined) return
    assert(!this.#isDraining, 'a drain inside a drain')
    this.#isDraining = true
    let rounds = 0
    while (this.#drainOnce(now, machine)) {
      rounds += 1
      check(rounds < roundsMax, 'L5', () => `${this.name} never runs dry`)
    }
    this.#isDraining = false
    machine.inspect?.(now)
    this.#arm(now, machine)
  }

  #drainOnce(now: MonotonicMs, machine: Machine): boolean {
    let worked = false
    const { endpoint, program } = machine
    for (let event = endpoint.pollEvent(); event !== undefined; event = endpoint.pollEvent()) {
      program.handleLinkEvent(now, event)
      worked = true
    }
    for (let out = endpoint.pollTransmit(now); out !== undefined; out = endpoint.pollTransmit(now)) {
      this.#network.send(this.name, out.to, out.bytes)
      worked = true
    }
    while (machine.takeProgramEvent?.(now) === true) worked = true
    return worked
  }

  #arm(now: MonotonicMs, machine: Machine): void {
    const at = Math.max(now, dueAt(machine))
    if (at === Infinity) return
    // A later timer keeps the wake it has: waking for nothing is cheaper than a new entry for every packet.
    if (this.#wake !== undefined && this.#wake.at <= at) return
    this.#wake?.scheduled.cancel()
    const scheduled = this.#time.schedule(at, (woken) => this.#handleWake(woken))
    this.#wake = { at, scheduled }
  }

  #handleWake(now: MonotonicMs): void {
    const machine = this.#machine
    this.#wake = undefined
    if (machine === undefined) return
    if (dueAt(machine) > now) return this.#arm(now, machine)
    this.#wakes += 1
    if (this.#wakesAtInstant.at !== now) this.#wakesAtInstant = { at: now, count: 0 }
    this.#wakesAtInstant.count += 1
    if (this.#wakesAtInstant.count > roundsMax) throw new Violation('L5', `${this.name} is woken for ever`)
    if ((machine.endpoint.pollTimeout() ?? Infinity) <= now) machine.endpoint.handleTimeout(now)
    if ((machine.program.pollTimeout() ?? Infinity) <= now) machine.program.handleTimeout(now)
    this.#drain(now)
  }
}

function dueAt(machine: Machine): MonotonicMs {
  return Math.min(machine.endpoint.pollTimeout() ?? Infinity, machine.program.pollTimeout() ?? Infinity)
}

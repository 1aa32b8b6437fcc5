// A real `parley` process for end-to-end tests: what it says can be waited for, and it never outlives its test. Waiting
// ends with the process: a test does not hang on a program that has died.

import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import type { TestContext } from 'node:test'
import * as v from 'valibot'
import { type JsonEvent, jsonEventSchema } from '../../src/api/json-event.ts'

const launcher = join(import.meta.dirname, '../../bin/parley.js')

/** A wait that would outlast the test itself. */
const hangMs = process.env['PARLEY_KILLS'] === undefined ? 60_000 : 600_000

/** A folder that goes with the test. */
export function temporaryFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'parley-test-'))
  context.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}

export class Program {
  stdout = ''
  stderr = ''
  readonly exit: Promise<number | string>
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>
  readonly #checks = new Set<() => void>()
  #hasEnded = false

  constructor(context: TestContext, args: readonly string[], env: Record<string, string> = {}) {
    const unset = { PARLEY_HOME: '', XDG_DATA_HOME: '', PARLEY_PROFILE: '', PARLEY_REGISTRY: '', PARLEY_LOG: '' }
    const own = { PARLEY_CONFIG: 'none', NO_COLOR: '1', NODE_TEST_CONTEXT: '' }
    const inherited = { ...process.env, ...unset, ...own }
    this.#child = spawn(process.execPath, [launcher, ...args], {
      env: { ...inherited, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    this.#child.stdin.on('error', () => undefined)
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => this.#hear(() => (this.stdout += text)))
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => this.#hear(() => (this.stderr += text)))
    this.exit = new Promise((resolve) => {
      this.#child.on('close', (code, signal) => {
        this.#hasEnded = true
        resolve(code ?? signal ?? 'unknown')
        for (const check of this.#checks) check()
      })
    })
    context.after(async () => {
      if (!this.#hasEnded) this.#child.kill('SIGKILL')
      await this.exit
    })
  }

  get pid(): number {
    return this.#child.pid as number
  }
  get hasEnded(): boolean {
    return this.#hasEnded
  }

  write(text: string | Uint8Array): boolean {
    return this.#child.stdin.write(text)
  }
  endInput(): void {
    this.#child.stdin.end()
  }
  /** Reads nothing more, as somebody who started a program and forgot it. */
  pauseOutput(): void {
    this.#child.stdout.pause()
    this.#child.stderr.pause()
  }
  /** The exit code, also where not all was read. */
  get ended(): Promise<number | string> {
    return new Promise((resolve) => this.#child.on('exit', (code, signal) => resolve(code ?? signal ?? 'unknown')))
  }
  closeOutput(): void {
    this.#child.stdout.destroy()
    this.#child.stderr.destroy()
  }
  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }
  /** For writing much: resolves when the pipe takes more. */
  async drained(): Promise<void> {
    await new Promise<void>((resolve) => {
      const go = (): void => {
        this.#child.stdin.off('drain', go).off('close', go)
        resolve()
      }
      this.#child.stdin.on('drain', go).on('close', go)
    })
  }

  /** The match, as soon as standard output or error holds it. */
  async says(what: RegExp): Promise<RegExpExecArray> {
    return this.until(() => what.exec(this.stdout) ?? what.exec(this.stderr) ?? undefined, String(what))
  }

  async until<T>(find: () => T | undefined, what: string): Promise<T> {
    return await new Promise<T>((resolve, reject) => {
      const settle = (found: T | undefined, how: string): void => {
        this.#checks.delete(check)
        clearTimeout(guard)
        const said = `${this.stdout.slice(-2_000)}\n${this.stderr.slice(-2_000)}`
        if (found === undefined) reject(new Error(`the program ${how} ${what}\n${said}`))
        else resolve(found)
      }
      const check = (): void => {
        const found = find()
        if (found !== undefined || this.#hasEnded) settle(found, 'ended without')
      }
      // Not a verdict on speed: a test that hangs should say what it waited for.
      const guard = setTimeout(() => settle(undefined, 'hangs without'), hangMs)
      this.#checks.add(check)
      check()
    })
  }

  #hear(keep: () => void): void {
    keep()
    for (const check of this.#checks) check()
  }
}

/** `parley registry` on a port of its own. */
export class RegistryProgram extends Program {
  readonly data: string

  constructor(context: TestContext, data: string, port = 0) {
    super(context, ['registry', '--host', '127.0.0.1', '--port', String(port), '--data', data])
    this.data = data
  }
  async invite(): Promise<string> {
    return (await this.says(/Invite +(parley:\/\/\S+)/))[1] as string
  }
  async port(): Promise<number> {
    return Number(/:(\d+)$/.exec(await this.invite())?.[1])
  }
  async fingerprint(): Promise<string> {
    return (await this.says(/Key +(\S+)/))[1] as string
  }
}

/** `parley chat NAME --json`. Every line it writes is held against the schema. */
export class ChatProgram extends Program {
  readonly name: string
  readonly home: string

  constructor(context: TestContext, name: string, home: string, args: readonly string[]) {
    super(context, ['chat', name, '--json', '--home', home, ...args])
    this.name = name
    this.home = home
  }

  events(): JsonEvent[] {
    const lines = this.stdout.split('\n').slice(0, -1)
    return lines.map((line) => v.parse(jsonEventSchema, JSON.parse(line)))
  }

  of<T extends JsonEvent['type']>(type: T): Extract<JsonEvent, { type: T }>[] {
    return this.events().filter((event): event is Extract<JsonEvent, { type: T }> => event.type === type)
  }

  /** The first event of a type that fits, once there is one. */
  async event<T extends JsonEvent['type']>(
    type: T,
    fits: (event: Extract<JsonEvent, { type: T }>) => boolean = () => true,
  ): Promise<Extract<JsonEvent, { type: T }>> {
    return this.until(() => this.of(type).find((event) => fits(event)), `${type} event ${String(fits)}`)
  }

  command(line: string): void {
    this.write(`${line}\n`)
  }

  async online(): Promise<this> {
    await this.event('directory')
    return this
  }

  /** Leaves as a person does. */
  async leave(): Promise<number | string> {
    this.command('/quit')
    return this.exit
  }

  /** Texts that this profile has stored with somebody, oldest first. */
  async textsWith(name: string): Promise<{ from: string; text: string }[]> {
    const seen = this.of('history').length
    this.command(`/history ${name} 10000`)
    const answer = await this.until(() => this.of('history')[seen], 'history')
    return answer.messages.map(({ from, text }) => ({ from, text }))
  }
}

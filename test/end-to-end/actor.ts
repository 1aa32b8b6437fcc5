// Somebody at a plain terminal, for scripts that read like the older programs' own: types a line, and waits for the lines
// that answer it, each once and in this order.

import { createSocket } from 'node:dgram'
import { readFileSync, watch } from 'node:fs'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import { Program, temporaryFolder } from './program.ts'

/** A UDP port that was free a moment ago: the older start lines name every port. */
export async function freePort(): Promise<number> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  const { port } = socket.address()
  await new Promise<void>((resolve) => socket.close(resolve))
  return port
}

/** Waits until a file that is rewritten now and then holds something. */
export async function fileHolds(path: string, pattern: RegExp): Promise<string> {
  const watcher = watch(dirname(path))
  try {
    return await new Promise<string>((resolve, reject) => {
      const look = (): void => {
        const text = textOf(path)
        if (pattern.test(text)) resolve(text)
      }
      const guard = setTimeout(() => reject(new Error(`${path} does not hold ${pattern}:\n${textOf(path)}`)), 60_000)
      guard.unref()
      watcher.on('change', look)
      look()
    })
  } finally {
    watcher.close()
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

export class Actor extends Program {
  /** Up to where standard output was heard. */
  #at = 0

  types(line: string): void {
    this.write(`${line}\n`)
  }

  /** Waits for lines that match, each after the one before it. */
  async hears(...patterns: readonly RegExp[]): Promise<void> {
    for (const pattern of patterns) {
      await this.until(
        () => {
          const found = pattern.exec(this.stdout.slice(this.#at))
          if (found === null) return undefined
          this.#at += found.index + found[0].length
          return true
        },
        `${String(pattern)} after:\n${this.stdout.slice(Math.max(0, this.#at - 200), this.#at)}`,
      )
    }
  }

  /** Waits for lines that match, in whatever order, and goes on behind the last of them. */
  async hearsAll(...patterns: readonly RegExp[]): Promise<void> {
    let end = this.#at
    for (const pattern of patterns) {
      await this.until(
        () => {
          const found = pattern.exec(this.stdout.slice(this.#at))
          if (found === null) return undefined
          end = Math.max(end, this.#at + found.index + found[0].length)
          return true
        },
        `${String(pattern)} after:\n${this.stdout.slice(Math.max(0, this.#at - 200), this.#at)}`,
      )
    }
    this.#at = end
  }

  /** How often something stands in all that was said. */
  count(text: string): number {
    return this.stdout.split(text).length - 1
  }
}

/** A place for one script: a folder, a registry's port, and people. */
export class Scene {
  readonly port: number
  readonly #context: TestContext
  readonly #folder: string

  private constructor(context: TestContext, port: number) {
    this.#context = context
    this.#folder = temporaryFolder(context)
    this.port = port
  }

  /** Starts a registry with these words; `PORT` stands for its port, `FILE/name` for a file of the scene. */
  static async open(context: TestContext, ...words: readonly string[]): Promise<{ scene: Scene; registry: Actor }> {
    const scene = new Scene(context, await freePort())
    const registry = scene.start('registry', ...words)
    await registry.hears(/listens on \S+:\d+/)
    return { scene, registry }
  }

  /** Runs `parley` with these words; what it keeps is `name`'s. */
  start(name: string, ...words: readonly string[]): Actor {
    const given = words.map((word) => (word === 'PORT' ? String(this.port) : word))
    const args = given.map((word) => (word.startsWith('FILE/') ? this.file(word.slice(5)) : word))
    return new Actor(this.#context, args, { PARLEY_HOME: join(this.#folder, name) })
  }

  file(name: string): string {
    return join(this.#folder, name)
  }
}

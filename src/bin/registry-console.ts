// The registry's console: what its operator types is done here, and what is said to everybody is shown. Invariant: text of
// others reaches the terminal only through `visibleLine`; every line is answered. docs/operating.md, "The console".

import { unreachable } from '../base/index.ts'
import { foldName, isAccountName } from '../protocol/index.ts'
import type { ChannelMessage, RegistryServer } from '../registry/index.ts'
import { cutForDisplay, errorText, visibleLine } from '../terminal/index.ts'
import { clientTable } from './client-table.ts'
import { figuresText } from './registry-figures.ts'
import { joinLine } from './join-line.ts'
import { type ConsoleCommand, consoleHelp, type ConsoleProblem, readConsoleLine } from './registry-verbs.ts'

export interface RegistryConsoleOptions {
  readonly server: Pick<
    RegistryServer,
    'clients' | 'freeName' | 'makeInvite' | 'say' | 'invite' | 'disconnect' | 'suspend' | 'unsuspend' | 'meter'
  >
  /** Shows whole lines, without a line feed at the end. */
  readonly show: (lines: string) => void
  /** Whether somebody is there to be asked. */
  readonly isAttended: boolean
  readonly quit: () => void
}

export class RegistryConsole {
  readonly #options: RegistryConsoleOptions
  /** The name whose freeing waits for a yes. */
  #asked: string | undefined

  constructor(options: RegistryConsoleOptions) {
    this.#options = options
  }

  /** What the next line answers, where it answers something. */
  get question(): string | undefined {
    return this.#asked === undefined
      ? undefined
      : `Free ${this.#asked}? Its account, password, mail and rooms go. (y/N) `
  }

  /** Somebody spoke in the public channel. */
  hear({ from, text }: ChannelMessage): void {
    if (from === undefined) return
    const { text: shown, cut } = cutForDisplay(text)
    const rest = cut === 0 ? '' : ` (${cut} more characters)`
    this.#options.show(`[Channel_Message ${visibleLine(from)}: ${visibleLine(shown)}${rest}]`)
  }

  /** Does what a line says; never rejects. */
  async enter(line: string): Promise<void> {
    try {
      if (this.#asked !== undefined) return await this.#answer(this.#asked, line)
      const read = readConsoleLine(line)
      if (read === undefined) return
      if (read.ok) await this.#run(read.value)
      else this.#options.show(problemText(read.error))
    } catch (error) {
      const { text, hints } = errorText(error)
      this.#options.show([text, ...hints.map((hint) => `  ${hint}`)].join('\n'))
    }
  }

  async #run(command: ConsoleCommand): Promise<void> {
    const { server, show } = this.#options
    switch (command.verb) {
      case 'say': {
        const { online } = await server.say(command.text)
        return show(`[said to ${online} on line]`)
      }
      case 'clients':
        return show(clientTable(server.clients()).trimEnd())
      case 'invite':
        return this.#invite(command.count)
      case 'free':
        return this.#free(command.name, command.sure)
      case 'disconnect':
      case 'suspend':
      case 'unsuspend':
        return this.#change(command.verb, command.name)
      case 'stats':
        return this.#stats()
      case 'help':
        return show(consoleHelp())
      case 'quit':
        return this.#options.quit()
      default:
        return unreachable(command)
    }
  }

  async #invite(count: number): Promise<void> {
    const { server, show } = this.#options
    for (let made = 0; made < count; made++) {
      const { code, expires } = await server.makeInvite()
      const until = new Date(expires).toISOString().slice(0, 10)
      show(`${joinLine(server.invite, code)}   (for one name, until ${until})`)
    }
  }

  async #change(verb: 'disconnect' | 'suspend' | 'unsuspend', name: string): Promise<void> {
    const { server, show } = this.#options
    if (!isAccountName(name)) return show(`${visibleLine(name)} cannot be a name`)
    const key = foldName(name)
    if (verb === 'disconnect') {
      const sessions = server.disconnect(key)
      return show(sessions === 0 ? `${name} is not on line.` : `${name} is off line; its peers may come back.`)
    }
    if (!(await server[verb](key))) return show(`Nobody has the name ${name}.`)
    show(
      verb === 'suspend' ? `${name} is suspended: nobody logs in to it, its mail is kept.` : `${name} is open again.`,
    )
  }

  /** Where the store does not answer, its figures are left out, and that is said. */
  async #stats(): Promise<void> {
    const { meter } = this.#options.server
    const store = await meter.store().catch(() => undefined)
    this.#options.show(figuresText(meter.figures(), store))
  }

  async #free(name: string, isSure: boolean): Promise<void> {
    const { show, isAttended } = this.#options
    if (!isAccountName(name)) return show(`${visibleLine(name)} cannot be a name`)
    if (isSure) return this.#reallyFree(name)
    if (isAttended) this.#asked = name
    else show(`Nothing was done. It cannot be undone, so say yes: free ${name} yes`)
  }

  async #answer(name: string, line: string): Promise<void> {
    this.#asked = undefined
    if (/^y(?:es)?$/i.test(line.trim())) return this.#reallyFree(name)
    this.#options.show(`${name} stays as it is.`)
  }

  async #reallyFree(name: string): Promise<void> {
    const { server, show } = this.#options
    const freed = await server.freeName(foldName(name))
    show(freed ? `${name} is free now.` : `Nobody has the name ${name}.`)
  }
}

function problemText(problem: ConsoleProblem): string {
  if (problem.kind === 'unknown') return `unknown verb /${visibleLine(problem.word)}; help lists the verbs`
  return `usage: ${problem.usage} (nothing was said; to say this line: say ${visibleLine(problem.line).slice(0, 60)})`
}

// `parley registry`: starts a registry, prints where it listens and the line to join, and serves until it is told to
// end. Results go to standard output, the log to standard error and, where asked for, to a file.

import { formatAddress, type ParleyError } from '../base/index.ts'
import { isIP } from 'node:net'
import { RewrittenFile } from '../disk/index.ts'
import { resolveHost } from '../net/index.ts'
import type { AccountMode } from '../protocol/index.ts'
import { type LogLevel, LogRing, type LogStream, RegistryServer } from '../registry/index.ts'
import type { ChannelHistory } from './argument.ts'
import { clientTable } from './client-table.ts'
import type { LogOptions } from './command-option.ts'
import { complain } from './complaint.ts'
import type { ConsoleTerminal } from './console-line.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import { registryFolder } from './folder.ts'
import { joinLine } from './join-line.ts'
import { openLogOutput } from './log-output.ts'
import { leaveUnread, PatientOutput } from './patient-output.ts'
import type { RegistryConsole } from './registry-console.ts'
import { terminationOfProcess } from './termination.ts'

export interface RegistryCommandOptions extends LogOptions {
  readonly host: string
  readonly port: number
  readonly data?: string
  readonly name?: string
  readonly accounts: AccountMode
  readonly channelHistory?: ChannelHistory
  readonly table?: string
  readonly logLevel: LogLevel
  readonly logAddresses: boolean
  /** A port, or true where none was given. */
  readonly web?: number | true
  readonly webHost?: string
  readonly metricsOpen?: boolean
  /** What to type, where the command was another one. */
  readonly form?: string
}

const dayMs = 24 * 3_600_000

export async function runRegistry(options: RegistryCommandOptions): Promise<ExitCode> {
  const { signal } = terminationOfProcess()
  const { promise: ended, resolve: end } = Promise.withResolvers<void>()
  signal.addEventListener('abort', () => end(), { once: true })
  if (signal.aborted) end()
  await using run = new RegistryRun(options, end)
  try {
    await run.start()
  } catch (error) {
    return complain(error, options.form)
  }
  await ended
  await run.stop()
  leaveUnread()
  return run.broken === undefined ? exitCodes.done : complain(run.broken)
}

/** One registry with its console, its logs and its table, put together and taken apart in the right order. */
class RegistryRun implements AsyncDisposable {
  broken: ParleyError | undefined
  readonly #options: RegistryCommandOptions
  readonly #data: string
  readonly #end: () => void
  readonly #closing: (() => unknown)[] = []
  readonly #output = new PatientOutput(process.stdout)
  readonly #errors = new PatientOutput(process.stderr)
  #console: RegistryConsole | undefined
  #terminal: ConsoleTerminal | undefined
  #table: RewrittenFile | undefined

  constructor(options: RegistryCommandOptions, end: () => void) {
    this.#options = options
    this.#data = options.data ?? registryFolder()
    this.#end = end
  }

  async start(): Promise<void> {
    const options = this.#options
    const file = await openLogOutput(options, (text) => this.#warn(text))
    if (file) this.#closing.push(() => file.close())
    const { accounts, logLevel, logAddresses, channelHistory } = options
    const ring = options.web === undefined ? undefined : new LogRing()
    const server = await RegistryServer.open({
      data: this.#data,
      host: await literalOf(options.host),
      port: options.port,
      ...(options.name === undefined ? {} : { name: options.name }),
      accounts,
      logLevel,
      logAddresses,
      log: [this.#errorLog(), ...(file ? [file] : []), ...(ring ? [ring] : [])],
      ...(channelHistory && {
        policy: { channelMessagesMax: channelHistory.messages, channelKeepMs: channelHistory.days * dayMs },
      }),
      onChannel: (message) => this.#console?.hear(message),
      onTable: () => this.#table?.touch(),
      onFatal: (error) => {
        this.broken = error
        this.#end()
      },
    })
    this.#closing.unshift(() => server.stop())
    await this.#openTable(server)
    const window = ring && (await this.#openWindow(server, ring))
    const code = accounts === 'invite' ? await this.#firstCode(server) : undefined
    this.#output.write(announcement(server, this.#data, code, window))
    await this.#openConsole(server)
  }

  async stop(): Promise<void> {
    this.#terminal?.close()
    this.#terminal = undefined
    for (const close of this.#closing.splice(0)) await close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  /** Standard error; or the console's terminal once it is open, so that no log line tears the line being typed. */
  #errorLog(): LogStream {
    const { logFormat } = this.#options
    return {
      isTTY: this.#errors.isTTY,
      ...(logFormat && { form: logFormat }),
      write: (text) => this.#complain(text),
    }
  }

  #complain(text: string): void {
    const terminal = this.#errors.isTTY ? this.#terminal : undefined
    ;(terminal ?? this.#errors).write(text)
  }

  #warn(text: string): void {
    this.#complain(`parley: ${text}\n`)
  }

  /** Undefined where so many codes are unused that no more are made. */
  async #firstCode(server: RegistryServer): Promise<string | undefined> {
    try {
      return (await server.makeInvite()).code
    } catch (error) {
      const { errorText } = await import('../terminal/index.ts')
      this.#warn(`no invite code was made: ${errorText(error).text}`)
      return undefined
    }
  }

  /** The window's address, with its token. Opened after the registry, so that a port in use is told while nobody waits. */
  async #openWindow(server: RegistryServer, ring: LogRing): Promise<string> {
    const { openWindow } = await import('./registry-window.ts')
    const { web, webHost, metricsOpen = false, accounts } = this.#options
    const host = webHost === undefined ? undefined : await literalOf(webHost)
    const port = web === undefined || web === true ? 0 : web
    const page = await openWindow({ server, ring, accounts, port, host, isMetricsOpen: metricsOpen })
    // Before the server: who looks is told that it ends.
    this.#closing.unshift(() => page.close())
    if (!page.isLocal) {
      this.#warn(
        `the window listens on ${page.host}: it speaks plain HTTP, and whoever sees the token on the way rules here`,
      )
    }
    return page.url
  }

  async #openTable(server: RegistryServer): Promise<void> {
    const { table: path } = this.#options
    if (path === undefined) return
    const table = await RewrittenFile.open({
      path,
      text: () => clientTable(server.clients()),
      onFailure: (reason) => this.#warn(`the table ${path} cannot be written: ${reason}; trying again`),
    })
    this.#table = table
    // After the server: the last table shows that everybody has left.
    this.#closing.splice(1, 0, () => {
      table.touch()
      return table.close()
    })
  }

  /** Loaded last, as the faces' words come with it and nobody waits for them. */
  async #openConsole(server: RegistryServer): Promise<void> {
    const [{ consoleForm, ConsoleTerminal, readPipe }, { RegistryConsole }] = await Promise.all([
      import('./console-line.ts'),
      import('./registry-console.ts'),
    ])
    const form = consoleForm()
    if (form === 'none') return
    const show = (lines: string): void => (this.#terminal ?? this.#output).write(`${lines}\n`)
    const console = new RegistryConsole({ server, show, isAttended: form === 'terminal', quit: this.#end })
    this.#console = console
    const enter = (line: string): Promise<void> => console.enter(line)
    if (form === 'pipe') {
      void readPipe(enter, (limit) => show(`the line has more than ${limit} bytes; nothing was said`))
      // A registry that has ended does not wait for lines.
      this.#closing.push(() => process.stdin.destroy())
      return
    }
    this.#terminal = new ConsoleTerminal()
    this.#terminal.start(enter, () => console.question)
  }
}

async function literalOf(host: string): Promise<string> {
  if (isIP(host) !== 0) return host
  const [first] = await resolveHost(host, 0)
  return first?.host ?? host
}

function announcement(server: RegistryServer, data: string, code: string | undefined, window?: string): string {
  return [
    `Parley registry "${server.name}" listens on ${formatAddress(server.address)} (UDP); its data is in ${data}`,
    `Key      ${server.fingerprint}`,
    `Invite   ${server.invite}`,
    `To join  ${joinLine(server.invite, code)}`,
    ...(code === undefined ? [] : ['         (the code lets one name in; the console makes more: invite)']),
    ...(window === undefined ? [] : [`Window   ${window}`]),
    '',
    '',
  ].join('\n')
}

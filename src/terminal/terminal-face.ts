// The face for people at a terminal: the transcript above, the line they type below. Coordinates the chat, the editor
// and the screen; each of their rules lives in its own file.

import type { ReadStream, WriteStream } from 'node:tty'
import type { PeerApi, RegistryState } from '../api/index.ts'
import { Chat } from './chat.ts'
import type { FaceEvent, FaceResult } from './face-event.ts'
import { LineEditor } from './line-editor.ts'
import { Screen } from './screen.ts'
import { createTheme, type Theme, wantsColour, wantsUnicode } from './theme.ts'
import { Transcript } from './transcript.ts'

export interface TerminalFaceOptions {
  readonly input: ReadStream
  readonly output: WriteStream
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Wall time. */
  readonly nowMs: () => number
  /** Ends the face from outside. */
  readonly signal: AbortSignal
}

/** Comings and goings are told for everybody while the room is as small as this, else for familiar people only. */
const smallRoom = 12
/** What is on its way when somebody leaves gets this long; the direct budget is 2.5 s. */
const settleMs = 3_000

const questionText = 'Trust it for good? yes or no'

export class TerminalFace {
  readonly #options: TerminalFaceOptions
  readonly #theme: Theme
  readonly #screen: Screen
  readonly #transcript: Transcript
  readonly #editor: LineEditor
  #chat: Chat | undefined
  #name = ''
  #registry: RegistryState = 'connecting'
  #question: ((answer: boolean) => void) | undefined
  readonly #leaving = new AbortController()

  constructor(options: TerminalFaceOptions) {
    const { input, output, environment } = options
    this.#options = options
    const isTerminal = output.isTTY
    this.#theme = createTheme({
      colour: wantsColour(environment, isTerminal),
      unicode: wantsUnicode(environment, process.platform),
    })
    this.#screen = new Screen(output, (task) => setImmediate(task))
    this.#transcript = new Transcript(this.#screen, this.#theme, options.nowMs)
    this.#editor = new LineEditor({
      input,
      write: (text) => output.write(text),
      screen: this.#screen,
      nowMs: () => performance.now(),
      owner: {
        prompt: () => this.#prompt(),
        completion: () => ({ names: this.#chat?.names() ?? [], conversation: this.#chat?.conversation }),
        enter: (line) => this.#enter(line),
        note: (text) => this.#transcript.note(text),
        leave: () => this.#leave(),
      },
    })
  }

  /** Asks whether a registry's key is to be trusted; the answer is the next line. */
  async askTrust(fingerprint: string): Promise<boolean> {
    this.#transcript.note('The key of this registry is not known yet. Its fingerprint is')
    this.#transcript.note(`    ${fingerprint}`)
    this.#transcript.note('Compare it with what whoever runs the registry sees there.')
    const answer = new Promise<boolean>((resolve) => (this.#question = resolve))
    this.#editor.draw()
    return answer
  }

  /** A quiet line of the program's own. */
  note(text: string): void {
    this.#transcript.note(text)
  }

  /** Resolves when the person has left; the terminal is as it was then. The peer stays open. */
  async run(peer: PeerApi): Promise<FaceResult> {
    const { output, signal } = this.#options
    this.#name = peer.name
    this.#registry = peer.registryState()
    const onResize = (): void => this.#screen.resize()
    output.on('resize', onResize)
    const chat = new Chat(peer, (event) => this.#show(event))
    this.#chat = chat
    const interrupt = (): void => chat.leave('interrupted')
    const outputGone = (): void => chat.leave('outputClosed')
    signal.addEventListener('abort', interrupt)
    if (signal.aborted) interrupt()
    output.on('error', outputGone)
    try {
      this.#editor.open()
      const departure = await chat.departed
      if (departure === 'quit') await this.#settle(chat)
      return chat.finish(departure)
    } finally {
      this.#question?.(false)
      this.#editor.close()
      output.off('resize', onResize)
      signal.removeEventListener('abort', interrupt)
    }
  }

  #show(event: FaceEvent): void {
    if (event.type === 'registry') this.#registry = event.state
    if (event.type !== 'presence' || this.#isWorthTelling(event.name)) this.#transcript.show(event)
    this.#editor.draw()
  }

  #isWorthTelling(name: string): boolean {
    const chat = this.#chat
    return chat !== undefined && (chat.isFamiliar(name) || chat.names().length <= smallRoom)
  }

  async #enter(line: string): Promise<boolean> {
    const question = this.#question
    if (question === undefined) return (await this.#chat?.enter(line)) ?? true
    const answer = line.trim().toLowerCase()
    if (answer === 'yes' || answer === 'no') {
      this.#question = undefined
      question(answer === 'yes')
    } else {
      this.#transcript.note('please type yes or no')
    }
    this.#editor.draw()
    return true
  }

  /** The first time politely, the second time at once. */
  #leave(): void {
    if (this.#chat?.hasLeft === true) this.#leaving.abort()
    else this.#chat?.leave('quit')
  }

  async #settle(chat: Chat): Promise<void> {
    if (chat.unsettled === 0 || this.#registry !== 'online') return
    this.#transcript.note('handing over what is on its way (Ctrl-C: leave at once)')
    await chat.settle(AbortSignal.any([AbortSignal.timeout(settleMs), this.#leaving.signal, this.#options.signal]))
  }

  #prompt(): { prompt: string; shortPrompt: string } {
    const { glyphs, good, dim, warn, bold, name } = this.#theme
    const shortPrompt = `${glyphs.prompt} `
    if (this.#question !== undefined) return { prompt: `${bold(questionText)} ${shortPrompt}`, shortPrompt }
    const isOnline = this.#registry === 'online'
    const mark = isOnline ? good(glyphs.online) : warn(glyphs.offline)
    const state = isOnline ? '' : ` ${dim(`(${promptWord[this.#registry]})`)}`
    const conversation = this.#chat?.conversation
    const to = conversation === undefined ? '' : ` ${dim(glyphs.to)} ${name(conversation)}`
    return { prompt: `${mark} ${this.#name}${to}${state} ${dim(glyphs.prompt)} `, shortPrompt }
  }
}

const promptWord: Readonly<Record<RegistryState, string>> = {
  connecting: 'connecting',
  online: 'on line',
  unreachable: 'no registry',
  refused: 'refused',
  wrongKey: 'wrong registry key',
  replaced: 'replaced',
}

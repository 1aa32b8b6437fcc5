// The face for people at a terminal: the transcript above, the line they type below. Coordinates the chat, the editor
// and the screen; each of their rules lives in its own file.

import type { ReadStream, WriteStream } from 'node:tty'
import type { PeerApi, RegistryState } from '../api/index.ts'
import { Chat } from './chat.ts'
import type { Completable } from './completion.ts'
import type { FaceEvent, FaceResult } from './face-event.ts'
import { LineEditor } from './line-editor.ts'
import { Questions } from './question.ts'
import { roomTitle } from './room-sentence.ts'
import { Screen } from './screen.ts'
import { createTheme, type Theme, wantsColour, wantsUnicode } from './theme.ts'
import { Transcript } from './transcript.ts'
import { visibleLine } from './visible-text.ts'

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
  #name: () => string = () => ''
  #registry: RegistryState = 'connecting'
  readonly #questions: Questions
  /** What was being typed when plain lines began to go somewhere else; such a line is not sent without a look. */
  #typedBefore: string | undefined
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
    this.#transcript = new Transcript(this.#screen, this.#theme, options.nowMs, () => this.#name())
    this.#questions = new Questions(() => this.#editor.draw())
    this.#editor = new LineEditor({
      input,
      write: (text) => output.write(text),
      screen: this.#screen,
      nowMs: () => performance.now(),
      owner: {
        prompt: () => this.#prompt(),
        completion: () => this.#completable(),
        question: () => this.#questions.current,
        answer: (line) => this.#answer(line),
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
    for (;;) {
      const answer = await this.#questions.ask({ text: questionText, isSecret: false })
      const word = answer?.trim().toLowerCase()
      if (word === undefined || word === 'no') return false
      if (word === 'yes') return true
      this.#transcript.note('please type yes or no')
    }
  }

  /** A quiet line of the program's own. */
  note(text: string): void {
    this.#transcript.note(text)
  }

  /** Resolves when the person has left; the terminal is as it was then. The peer stays open. */
  async run(peer: PeerApi): Promise<FaceResult> {
    const { output, signal } = this.#options
    this.#name = () => peer.name
    this.#registry = peer.registryState()
    const onResize = (): void => this.#screen.resize()
    output.on('resize', onResize)
    const chat = new Chat(peer, { show: (event) => this.#show(event), ask: this.#questions.ask, isAttended: true })
    this.#chat = chat
    const interrupt = (): void => chat.leave('interrupted')
    const outputGone = (): void => chat.leave('outputClosed')
    signal.addEventListener('abort', interrupt)
    if (signal.aborted) interrupt()
    output.on('error', outputGone)
    try {
      this.#editor.open()
      const departure = await chat.departed
      this.#questions.end()
      if (departure === 'quit') await this.#settle(chat)
      await chat.markShown()
      this.#transcript.show({ type: 'exiting' })
      return chat.finish(departure)
    } finally {
      this.#questions.end()
      this.#editor.close()
      output.off('resize', onResize)
      signal.removeEventListener('abort', interrupt)
    }
  }

  #show(event: FaceEvent): void {
    if (event.type === 'registry') this.#registry = event.state
    if (event.type === 'chatOpened' || event.type === 'chatClosed') this.#guardDraft()
    if (event.type !== 'presence' || this.#isWorthTelling(event.name)) this.#transcript.show(event)
    this.#editor.draw()
  }

  #isWorthTelling(name: string): boolean {
    const chat = this.#chat
    return chat !== undefined && (chat.isFamiliar(name) || chat.names().length <= smallRoom)
  }

  #completable(): Completable {
    const chat = this.#chat
    if (chat === undefined) return { names: [], askers: [], rooms: [], isOpen: false }
    return { names: chat.names(), askers: chat.askers, rooms: chat.rooms, isOpen: chat.opened !== undefined }
  }

  /** A line that was begun for one person must not reach another because a private chat opened meanwhile. */
  #guardDraft(): void {
    const { draft } = this.#editor
    this.#typedBefore = draft === '' ? undefined : draft
  }

  async #enter(line: string): Promise<boolean> {
    const typedBefore = this.#typedBefore
    this.#typedBefore = undefined
    const isStale = typedBefore !== undefined && line.startsWith(typedBefore) && !line.startsWith('/')
    if (!isStale) return (await this.#chat?.enter(line)) ?? true
    this.#transcript.note('this line was begun before that, and was not sent; Enter once more sends it')
    return false
  }

  #answer(line: string | undefined): void {
    this.#questions.answer(line)
    this.#editor.draw()
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
    const { glyphs, good, dim, warn, bold } = this.#theme
    const shortPrompt = `${glyphs.prompt} `
    const question = this.#questions.current
    if (question !== undefined) return { prompt: `${bold(visibleLine(question.text))} ${shortPrompt}`, shortPrompt }
    const isOnline = this.#registry === 'online'
    const mark = isOnline ? good(glyphs.online) : warn(glyphs.offline)
    const state = isOnline ? '' : ` ${dim(`(${promptWord[this.#registry]})`)}`
    const to = this.#target()
    return { prompt: `${mark} ${this.#name()}${to}${state} ${dim(glyphs.prompt)} `, shortPrompt }
  }

  /** Where plain lines go, for the prompt. */
  #target(): string {
    const { glyphs, dim, name } = this.#theme
    const opened = this.#chat?.opened
    if (opened === undefined) return ''
    if (opened.kind === 'room') return ` ${dim(glyphs.to)} ${name(roomTitle(opened.room, opened.name))}`
    const isPrivate = opened.name === this.#chat?.session
    return ` ${dim(glyphs.to)} ${name(visibleLine(opened.name))}${isPrivate ? dim(' (private)') : ''}`
  }
}

const promptWord: Readonly<Record<RegistryState, string>> = {
  connecting: 'connecting',
  online: 'on line',
  unreachable: 'no registry',
  loggedOut: 'logged out',
  refused: 'refused',
  wrongKey: 'wrong registry key',
  replaced: 'replaced',
}

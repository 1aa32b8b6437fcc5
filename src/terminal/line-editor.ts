// Turns keys into edits of the line, and the line into a prompt on the screen. It owns the terminal's raw mode while it
// is open, and gives the terminal back as it was, however the program ends.

import { emitKeypressEvents } from 'node:readline'
import type { ReadStream } from 'node:tty'
import { unreachable } from '../base/index.ts'
import { candidatesFor, type Completable, CompletionCycle } from './completion.ts'
import { EditLine, editCharactersMax } from './edit-line.ts'
import { actionOf, isEditAction, type Key, type KeyAction, textOf } from './key-bindings.ts'
import { LineHistory } from './line-history.ts'
import type { Question } from './question.ts'
import type { Screen } from './screen.ts'

export type EditorInput = Pick<ReadStream, 'on' | 'off' | 'pause' | 'resume'> & Partial<Pick<ReadStream, 'setRawMode'>>

export interface EditorOwner {
  /** The prompt, styled, and its form for narrow terminals. */
  prompt(): { readonly prompt: string; readonly shortPrompt: string }
  /** What completion may offer. */
  completion(): Completable
  /** The question that waits for an answer; while there is one, the line belongs to it. */
  question(): Question | undefined
  /** The answer; undefined where the person gives none. */
  answer(line: string | undefined): void
  /** A line was entered. Resolves to false where it is to be kept for editing. */
  enter(line: string): Promise<boolean>
  /** A quiet line above the prompt. */
  note(text: string): void
  /** The person wants to leave. */
  leave(): void
}

/** Two Ctrl-C within this time leave. */
const interruptTwiceMs = 2_000
const bracketedPaste = { on: '\u001b[?2004h', off: '\u001b[?2004l' }

export class LineEditor {
  readonly #input: EditorInput
  readonly #write: (text: string) => unknown
  readonly #screen: Screen
  readonly #owner: EditorOwner
  readonly #nowMs: () => number
  readonly #draft = new EditLine()
  /** The answer being typed: a line of its own, so that no history, undo or yank can bring a secret back. */
  #answer = new EditLine()
  #asked: Question | undefined
  readonly #history = new LineHistory()
  readonly #cycle = new CompletionCycle()
  #isPasting = false
  #interruptedAt = Number.NEGATIVE_INFINITY
  #entering = Promise.resolve()
  #isOpen = false
  readonly #onKey = (typed: string | undefined, key: Key): void => this.#press(typed, key)
  readonly #onEnd = (): void => this.#owner.leave()
  readonly #onExit = (): void => this.close()

  constructor(options: {
    input: EditorInput
    write: (text: string) => unknown
    screen: Screen
    owner: EditorOwner
    /** Monotonic. */
    nowMs: () => number
  }) {
    this.#input = options.input
    this.#write = options.write
    this.#screen = options.screen
    this.#owner = options.owner
    this.#nowMs = options.nowMs
  }

  open(): void {
    emitKeypressEvents(this.#input as ReadStream)
    this.#input.on('keypress', this.#onKey)
    this.#input.on('end', this.#onEnd)
    process.on('exit', this.#onExit)
    this.#takeTerminal()
    this.draw()
  }

  /** Gives the terminal back. Safe to call twice. */
  close(): void {
    if (!this.#isOpen) return
    this.#giveTerminal()
    this.#input.off('keypress', this.#onKey)
    this.#input.off('end', this.#onEnd)
    process.off('exit', this.#onExit)
    this.#input.pause()
  }

  draw(): void {
    const { before, after } = this.#line
    const shown = this.#asked?.isSecret === true ? { before: '', after: '' } : { before, after }
    this.#screen.setPrompt({ ...this.#owner.prompt(), ...shown })
  }

  /** What is typed and not entered yet, answers left out. */
  get draft(): string {
    return this.#draft.text
  }

  /** The line that keys edit now. */
  get #line(): EditLine {
    const question = this.#owner.question()
    if (question !== this.#asked) {
      this.#asked = question
      this.#answer = new EditLine()
    }
    return question === undefined ? this.#draft : this.#answer
  }

  #takeTerminal(): void {
    this.#isOpen = true
    this.#input.setRawMode?.(true)
    this.#input.resume()
    this.#write(bracketedPaste.on)
  }

  #giveTerminal(): void {
    this.#isOpen = false
    this.#screen.close()
    this.#write(bracketedPaste.off)
    this.#input.setRawMode?.(false)
  }

  #press(typed: string | undefined, key: Key): void {
    if (!this.#isOpen) return
    const action = actionOf(key)
    if (this.#isPasting && action !== 'pasteEnd') this.#paste(typed)
    else if (action === undefined) this.#type(textOf(typed, key))
    else this.#act(action)
    if (action !== 'complete' && action !== 'completeBack') this.#cycle.reset()
    if (this.#isOpen) this.draw()
  }

  #type(text: string): void {
    if (!this.#line.insert(text)) this.#owner.note(`the line is full (${editCharactersMax} characters)`)
  }

  #paste(typed: string | undefined): void {
    const text = typed === '\r' || typed === '\n' ? '\n' : typed
    // eslint-disable-next-line no-control-regex
    if (text !== undefined && !/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/.test(text)) this.#line.insert(text)
  }

  #act(action: KeyAction): void {
    if (isEditAction(action)) return this.#line[action]()
    if (this.#owner.question() !== undefined && this.#actOnQuestion(action)) return
    switch (action) {
      case 'enter':
        return this.#enter()
      case 'newline':
        return this.#type('\n')
      case 'complete':
      case 'completeBack':
        return this.#complete(action === 'completeBack')
      case 'interrupt':
        return this.#interrupt()
      case 'endOrDelete':
        return this.#line.text === '' ? this.#owner.leave() : this.#line.deleteForward()
      case 'suspend':
        return this.#suspend()
      case 'redraw':
        return this.#screen.clear()
      case 'older':
        return this.#recall(this.#history.older(this.#line.text))
      case 'newer':
        return this.#recall(this.#history.newer())
      case 'pasteStart':
        this.#isPasting = true
        return
      case 'pasteEnd':
        return this.#endPaste()
      default:
        return unreachable(action)
    }
  }

  /** True where the key means something else, or nothing, while a question waits. */
  #actOnQuestion(action: KeyAction): boolean {
    const line = this.#line
    if (action === 'enter') this.#owner.answer(line.text)
    else if (action === 'interrupt' || (action === 'endOrDelete' && line.text === '')) this.#owner.answer(undefined)
    else if (action !== 'complete' && action !== 'completeBack' && action !== 'older' && action !== 'newer')
      return false
    return true
  }

  #enter(): void {
    const line = this.#line.text
    this.#line.clear()
    this.#history.add(line)
    this.#entering = this.#entering.then(async () => {
      if (await this.#owner.enter(line)) return
      // Nothing was typed meanwhile, or the new text goes first.
      if (this.#draft.text === '') this.#draft.set(line)
      this.draw()
    })
  }

  #interrupt(): void {
    const now = this.#nowMs()
    if (now - this.#interruptedAt < interruptTwiceMs) return this.#owner.leave()
    this.#interruptedAt = now
    if (this.#line.text === '') this.#owner.note('Ctrl-C once more to leave')
    this.#line.clear()
  }

  #complete(backwards: boolean): void {
    const known = this.#owner.completion()
    const next = this.#cycle.next(() => candidatesFor(this.#line.before, known), backwards)
    if (next === undefined) return
    this.#line.setBefore(next.before)
    if (next.choices.length > 1) this.#owner.note(next.choices.slice(0, 40).join('  '))
  }

  #recall(line: string | undefined): void {
    if (line !== undefined) this.#line.set(line)
  }

  /** A paste ends where it ends: a newline behind it must not send it. */
  #endPaste(): void {
    this.#isPasting = false
    if (this.#line.before.endsWith('\n')) this.#line.setBefore(this.#line.before.replace(/\n+$/, ''))
  }

  #suspend(): void {
    if (process.platform === 'win32') return
    this.#giveTerminal()
    process.once('SIGCONT', () => {
      this.#takeTerminal()
      this.#screen.reopen()
      this.draw()
    })
    process.kill(process.pid, 'SIGTSTP')
  }
}

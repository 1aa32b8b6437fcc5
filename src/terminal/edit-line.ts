// The line being typed: text before and after the cursor, with the edits of readline. Pure: it knows no keys and no
// screen. The cursor stands between letters, never inside one, and the line never grows over its limit.

import { letterAfter, letterBefore } from './cell-width.ts'

/** Room for more than a message may hold, so that a paste that is too long can be cut down by its writer. */
export const editCharactersMax = 262_144
const undoMax = 100

interface Snapshot {
  readonly before: string
  readonly after: string
}

export class EditLine {
  #before = ''
  #after = ''
  #killed = ''
  #undo: Snapshot[] = []
  /** Typing is undone in one step as long as it goes on. */
  #typing = false

  get text(): string {
    return this.#before + this.#after
  }
  get before(): string {
    return this.#before
  }
  get after(): string {
    return this.#after
  }

  set(text: string): void {
    this.#remember()
    this.#before = text.slice(0, editCharactersMax)
    this.#after = ''
  }

  /** Replaces what stands before the cursor, as completion does. */
  setBefore(before: string): void {
    this.#remember()
    this.#before = before
  }

  clear(): void {
    this.#before = ''
    this.#after = ''
    this.#undo = []
    this.#typing = false
  }

  /** False where the line is full and something was left out. */
  insert(text: string): boolean {
    const room = editCharactersMax - this.#before.length - this.#after.length
    if (room <= 0) return false
    if (!this.#typing) this.#remember()
    this.#typing = true
    this.#before += text.slice(0, room)
    return text.length <= room
  }

  left(): void {
    this.#moveTo(letterBefore(this.#before, this.#before.length))
  }
  right(): void {
    this.#moveTo(this.#before.length + letterAfter(this.#after, 0))
  }
  wordLeft(): void {
    this.#moveTo(wordStart(this.#before))
  }
  wordRight(): void {
    this.#moveTo(this.#before.length + wordEnd(this.#after))
  }
  home(): void {
    this.#moveTo(0)
  }
  end(): void {
    this.#moveTo(this.#before.length + this.#after.length)
  }

  deleteBack(): void {
    this.#cutBefore(letterBefore(this.#before, this.#before.length), false)
  }
  deleteForward(): void {
    this.#cutAfter(letterAfter(this.#after, 0), false)
  }
  killWordBack(): void {
    this.#cutBefore(wordStart(this.#before), true)
  }
  killWordForward(): void {
    this.#cutAfter(wordEnd(this.#after), true)
  }
  killToStart(): void {
    this.#cutBefore(0, true)
  }
  killToEnd(): void {
    this.#cutAfter(this.#after.length, true)
  }
  yank(): void {
    this.#typing = false
    this.insert(this.#killed)
    this.#typing = false
  }

  /** Swaps the letters around the cursor, or the last two at the end. */
  transpose(): void {
    this.#remember()
    if (this.#after === '') this.left()
    const start = letterBefore(this.#before, this.#before.length)
    const end = letterAfter(this.#after, 0)
    if (start === this.#before.length || end === 0) return this.end()
    const swapped = this.#after.slice(0, end) + this.#before.slice(start)
    this.#before = this.#before.slice(0, start) + swapped
    this.#after = this.#after.slice(end)
  }

  undo(): void {
    const snapshot = this.#undo.pop()
    this.#typing = false
    if (snapshot === undefined) return
    this.#before = snapshot.before
    this.#after = snapshot.after
  }

  #moveTo(at: number): void {
    const text = this.text
    this.#typing = false
    this.#before = text.slice(0, at)
    this.#after = text.slice(at)
  }

  #cutBefore(from: number, keep: boolean): void {
    if (from === this.#before.length) return
    this.#remember()
    if (keep) this.#killed = this.#before.slice(from)
    this.#before = this.#before.slice(0, from)
  }

  #cutAfter(to: number, keep: boolean): void {
    if (to === 0) return
    this.#remember()
    if (keep) this.#killed = this.#after.slice(0, to)
    this.#after = this.#after.slice(to)
  }

  #remember(): void {
    this.#typing = false
    this.#undo.push({ before: this.#before, after: this.#after })
    if (this.#undo.length > undoMax) this.#undo.shift()
  }
}

function wordStart(text: string): number {
  return text.length - wordLengthBack(text.slice(-wordMax))
}

/** Characters of the last word and of what stands behind it. */
function wordLengthBack(text: string): number {
  const behind = /[^\p{L}\p{N}\p{M}_]*$/u.exec(text)?.[0].length ?? 0
  const word = /[\p{L}\p{N}\p{M}_]*$/u.exec(text.slice(0, text.length - behind))?.[0].length ?? 0
  return behind + word
}

function wordEnd(text: string): number {
  return /^[^\p{L}\p{N}\p{M}_]*[\p{L}\p{N}\p{M}_]*/u.exec(text.slice(0, wordMax))?.[0].length ?? 0
}

/** A word is not longer for the editor, so that moving by words in a huge line stays quick. */
const wordMax = 1_024

// A notice: what a face tells in words of its own, as a line or a few, with its kind for the colour.

import { visibleLine } from './visible-text.ts'

/** Good news of an own doing, a welcome, something to look at, or none of these. */
export type Tone = 'ack' | 'greeting' | 'alert' | 'quiet'

export interface Notice {
  readonly tone: Tone
  /** Safe to show; a line each. */
  readonly lines: readonly string[]
}

/** What the sentences need to know besides the event. */
export interface Teller {
  readonly self: string
  /** Whether the registry let us in before, and has not logged us out since. */
  readonly wasOnline: boolean
}

/** `bob, carol and dave`. */
export function nameList(names: readonly string[]): string {
  const shown = names.map((name) => visibleLine(name))
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}

// Colours and glyphs of the terminal face. Everything that a colour says is said by a word or a glyph as well, and each
// glyph has an ASCII form.

import { styleText } from 'node:util'
import type { MessageState } from '../api/index.ts'

type Style = Parameters<typeof styleText>[0]

export interface Glyphs {
  readonly online: string
  readonly offline: string
  readonly prompt: string
  readonly to: string
  readonly dot: string
  readonly ellipsis: string
  readonly marks: Readonly<Record<MessageState, string>>
}

const unicodeGlyphs: Glyphs = {
  online: '●',
  offline: '○',
  prompt: '›',
  to: '→',
  dot: '·',
  ellipsis: '…',
  marks: { kept: '◦', mailbox: '•', stored: '✓', expired: '✗', failed: '✗' },
}

const asciiGlyphs: Glyphs = {
  online: '*',
  offline: 'o',
  prompt: '>',
  to: '->',
  dot: '-',
  ellipsis: '...',
  marks: { kept: '.', mailbox: 'm', stored: 'v', expired: '!', failed: '!' },
}

export type Paint = (text: string) => string

export interface Theme {
  readonly glyphs: Glyphs
  readonly dim: Paint
  readonly bold: Paint
  readonly good: Paint
  readonly bad: Paint
  readonly warn: Paint
  /** By the kind of what is told: a receipt, a welcome, what others say, what happened to somebody. */
  readonly ack: Paint
  readonly greeting: Paint
  readonly chat: Paint
  readonly alert: Paint
  /** Somebody's name, in the colour that is theirs everywhere. */
  readonly name: Paint
}

type Environment = Readonly<Record<string, string | undefined>>

/** Whether to write colours: NO_COLOR (no-color.org) wins, then FORCE_COLOR (force-color.org), then the terminal. */
export function wantsColour(environment: Environment, isTerminal: boolean): boolean {
  if (isSet(environment['NO_COLOR'])) return false
  const forced = environment['FORCE_COLOR']
  if (isSet(forced)) return forced !== '0' && forced !== 'false'
  return isTerminal && environment['TERM'] !== 'dumb'
}

/** Whether the terminal shows UTF-8, by the locale; on Windows and macOS always. */
export function wantsUnicode(environment: Environment, platform: string): boolean {
  if (platform === 'win32' || platform === 'darwin') return true
  const locale = [environment['LC_ALL'], environment['LC_CTYPE'], environment['LANG']].find((value) => isSet(value))
  return /utf-?8/i.test(locale ?? '')
}

/** Chosen to be legible on dark and light grounds; red and green stay for what went wrong and well. */
const nameColours: readonly Style[] = ['cyan', 'magenta', 'blue', 'yellow', 'cyanBright', 'magentaBright', 'blueBright']

export function createTheme(options: { colour: boolean; unicode: boolean }): Theme {
  const paint = (style: Style, text: string): string =>
    options.colour && text !== '' ? styleText(style, text, { validateStream: false }) : text
  return {
    glyphs: options.unicode ? unicodeGlyphs : asciiGlyphs,
    dim: (text) => paint('dim', text),
    bold: (text) => paint('bold', text),
    good: (text) => paint('green', text),
    bad: (text) => paint('red', text),
    warn: (text) => paint('yellow', text),
    ack: (text) => paint('green', text),
    greeting: (text) => paint(['bgBlue', 'whiteBright'], text),
    chat: (text) => paint('cyan', text),
    alert: (text) => paint('yellow', text),
    name: (text) => paint(['bold', nameColours[colourOf(text)] as 'cyan'], text),
  }
}

function colourOf(name: string): number {
  let hash = 0
  for (const character of name.toLowerCase()) hash = (hash * 31 + (character.codePointAt(0) as number)) >>> 0
  return hash % nameColours.length
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== ''
}

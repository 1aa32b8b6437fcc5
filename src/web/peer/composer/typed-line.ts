// What stands in the box, read: a message, or a command with its slash. `//` is a slash of a message. Kept: what looks
// like a command and is none is never sent.

import type { ConversationKey } from '../../../api/index.ts'
import { encodeUtf8 } from '../../../base/index.ts'
import { nameProblem, textBytesMax } from '../../../protocol/index.ts'

export type Typed =
  | { readonly kind: 'empty' }
  | { readonly kind: 'message'; readonly text: string }
  | { readonly kind: 'command'; readonly command: CommandName; readonly rest: string }
  | { readonly kind: 'unknown'; readonly word: string; readonly nearest?: CommandName }

/** What the box knows; the terminal knows more. */
export const commands = [
  { name: 'help', usage: '/help', does: 'shows these' },
  { name: 'open', usage: '/open NAME', does: 'opens a conversation; #3 for room 3, everyone for the channel' },
  { name: 'search', usage: '/search WORDS', does: 'searches here' },
  { name: 'me', usage: '//', does: 'a message that begins with a slash: type it twice' },
] as const

export type CommandName = Exclude<(typeof commands)[number]['name'], 'me'>

const names: readonly CommandName[] = ['help', 'open', 'search']
/** The counter shows from here on. */
export const counterBytes = textBytesMax - 4_096

export function readTyped(text: string): Typed {
  if (text.trim() === '') return { kind: 'empty' }
  if (text.startsWith('//')) return { kind: 'message', text: text.slice(1) }
  const found = /^\/([A-Za-z]+)(?:\s+([^]*))?$/.exec(text)
  if (found === null) {
    // A path such as `/etc/hosts`, or a slash alone, is none of our words either.
    const word = /^\/(\S*)/.exec(text)?.[1]
    return word === undefined ? { kind: 'message', text } : unknown(word)
  }
  const word = (found[1] as string).toLowerCase()
  const command = names.find((name) => name === word)
  if (command === undefined) return unknown(word)
  return { kind: 'command', command, rest: (found[2] ?? '').trim() }
}

/** Bytes as they count against the limit of a message. Exact only near it: short texts are not encoded at every key. */
export function bytesOf(text: string): number {
  // No character takes more than three bytes a unit.
  return text.length * 3 < counterBytes ? text.length : encodeUtf8(text).length
}

function unknown(word: string): Typed {
  const nearest = names.find((name) => name.startsWith(word.slice(0, 2)) && word.length >= 2)
  return { kind: 'unknown', word, ...(nearest && { nearest }) }
}

/** The conversation that `/open` names: `bob`, `#3`, `everyone`; undefined where it names none. */
export function placeOf(word: string): ConversationKey | undefined {
  const name = word.replace(/^@/, '')
  if (name.toLowerCase() === 'everyone') return { kind: 'channel' }
  const room = /^#(\d{1,9})$/.exec(name)?.[1]
  if (room !== undefined) return { kind: 'room', room: Number(room) }
  return nameProblem(name) === undefined ? { kind: 'person', name } : undefined
}

// What a verb is: its words, its parameters, and the command it makes. Every verb is one row of a family's table; reading
// a line, help and completion all come from the rows.

import type { NameProblem } from '../../protocol/index.ts'

/**
 * What a word of a line is. `names`: all the words that are left; `text` and `label`: all that is left, as it was typed;
 * `target`: a name, a room's number or `everyone`; `asker`: a name, of those whose requests are open.
 */
export type Parameter = 'name' | 'names' | 'asker' | 'room' | 'target' | 'text' | 'label' | 'count' | 'verb'

/** Whose history. Digits alone may be a room's number or somebody's name: the chat knows which. */
export type HistoryTarget =
  | { readonly kind: 'person'; readonly name: string }
  | { readonly kind: 'room'; readonly room: number }
  | { readonly kind: 'digits'; readonly digits: string }
  | { readonly kind: 'everyone' }

export type ConversationCommand =
  | { readonly verb: 'send'; readonly to: string; readonly text: string }
  /** Text to whatever is open. */
  | { readonly verb: 'say'; readonly text: string }
  | { readonly verb: 'all'; readonly text: string }
  | { readonly verb: 'open'; readonly name?: string }
  | { readonly verb: 'history'; readonly target: HistoryTarget; readonly count?: number }
  | { readonly verb: 'exit' }
  | { readonly verb: 'accept'; readonly name: string }

export type PeopleCommand =
  | { readonly verb: 'clients' | 'contacts' | 'refresh' | 'friends' }
  | { readonly verb: 'search' | 'remove' | 'block' | 'unblock'; readonly name: string }
  | { readonly verb: 'add'; readonly name: string; readonly alias?: string }
  | { readonly verb: 'alias'; readonly name: string; readonly alias: string }

export type SessionCommand =
  | { readonly verb: 'request'; readonly name: string }
  /** Without a name: the only one who asks. */
  | { readonly verb: 'ok' | 'reject'; readonly name?: string }
  | { readonly verb: 'withdraw' }

export type RoomCommand =
  | { readonly verb: 'group'; readonly names: readonly string[] }
  | { readonly verb: 'ok-group' | 'reject-group'; readonly room: number }
  | { readonly verb: 'rooms' }
  /** Without a number: the open one. */
  | { readonly verb: 'members' | 'leave'; readonly room?: number }
  | { readonly verb: 'room'; readonly room: number }
  | { readonly verb: 'invite'; readonly room: number; readonly names: readonly string[] }
  | { readonly verb: 'kick'; readonly room: number; readonly name: string }
  | { readonly verb: 'rename-room'; readonly room: number; readonly name: string }

export type AccountCommand =
  | { readonly verb: 'login'; readonly name?: string }
  | { readonly verb: 'logout' | 'password' }
  | { readonly verb: 'reg'; readonly name: string }
  | { readonly verb: 'dereg'; readonly name?: string }

export type ProgramCommand = { readonly verb: 'help'; readonly about?: string } | { readonly verb: 'quit' }

export type Command =
  ConversationCommand | PeopleCommand | SessionCommand | RoomCommand | AccountCommand | ProgramCommand
export type VerbName = Command['verb']

/** What is wrong with a line. Nothing was sent. */
export type LineProblem =
  | { readonly code: 'unknownVerb'; readonly verb: string; readonly nearest?: string }
  | { readonly code: 'usage'; readonly usage: string }
  | { readonly code: 'badName'; readonly name: string; readonly problem: NameProblem; readonly usage: string }
  | { readonly code: 'badRoom'; readonly room: string; readonly usage: string }
  | { readonly code: 'labelTooLong'; readonly limit: number }
  /** `verb`: the line's first word is one, with a slash. */
  | { readonly code: 'noConversation'; readonly verb?: string }
  | { readonly code: 'leaveFirst' }

export interface Verb {
  readonly name: VerbName
  /** Further words, or several words, that work after the slash. */
  readonly aliases: readonly string[]
  /** Words that work without the slash while nothing is open, and with it always; in the spelling that people know. */
  readonly bare: readonly string[]
  readonly parameters: readonly Parameter[]
  /** How many of the parameters must be there. */
  readonly required: number
  readonly usage: string
  readonly summary: string
  readonly examples: readonly string[]
  /** The words by their parameters' place, well-formed and of the right number; undefined where they mean nothing. */
  readonly read: (words: readonly string[]) => Command | undefined
}

export interface VerbFamily {
  readonly title: string
  readonly verbs: readonly Verb[]
}

/** A row of which most is as usual. */
export function verb(
  row: Pick<Verb, 'name' | 'usage' | 'summary' | 'read'> & Partial<Omit<Verb, 'name' | 'usage' | 'summary' | 'read'>>,
): Verb {
  const parameters = row.parameters ?? []
  return {
    aliases: [],
    bare: [],
    examples: [`/${row.name}`],
    ...row,
    parameters,
    required: row.required ?? parameters.length,
  }
}

/** A room's number as people type it: `3` or `#3`. */
export function roomNumber(word: string): number | undefined {
  const digits = /^#?([0-9]{1,9})$/.exec(word)?.[1]
  const number = Number(digits)
  return number >= 1 ? number : undefined
}

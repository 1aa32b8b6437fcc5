// The command line as data, read from commander's own tree: completion, manual and reference follow whatever commands
// there are. What a word stands for is told by how help names it: FILE, DIR, and NAME of a person, a room or a profile.

import type { EventEmitter } from 'node:events'
import type { Argument, Command, Option } from 'commander'
import type { ArgumentNode, CommandNode, OptionNode, WordKind } from '../cli/completion/index.ts'
import { settings } from './settings-table.ts'

/** Commands whose first argument is the own account. */
const ownNameCommands = ['chat', 'daemon', 'web']
const folderWords = ['DIR']
const fileWords = ['FILE']
const nameWords = ['NAME', 'TO', 'WHICH', 'WHO']

/** The tree below a program, without what is hidden and without `help`, which stands for `--help`. */
export function commandTree(command: Command, depth = 0): CommandNode {
  const help = command.createHelp()
  const options = help.visibleOptions(command).filter(({ long }) => depth === 0 || long !== '--help')
  const inner = help.visibleCommands(command).filter((one) => one.name() !== 'help')
  return {
    name: command.name(),
    about: command.description(),
    options: options.map((option) => optionNode(option)),
    arguments: command.registeredArguments.map((argument) => argumentNode(argument, command)),
    commands: inner.map((one) => commandTree(one, depth + 1)),
    more: ['beforeHelp', 'afterHelp']
      .map((event) => addedHelp(command, event))
      .join('\n\n')
      .trim(),
  }
}

/** What was added to a command's help, which commander gives to who listens as it prints it. */
function addedHelp(command: Command, event: string): string {
  const pieces: string[] = []
  const write = (piece: string): void => void pieces.push(piece)
  // It is one, though its type does not say so.
  ;(command as unknown as EventEmitter).emit(event, { error: false, command, write })
  return pieces.join('').trim()
}

function optionNode(option: Option): OptionNode {
  const { short, long, flags, description, required, optional, argChoices, negate, defaultValue } = option
  const valueWord = /[<[]([^>\]]+)[>\]]/.exec(flags)?.[1]
  const hasValue = (required || optional) && !negate
  return {
    names: [short, long].filter((name) => name !== undefined),
    form: flags,
    about:
      argChoices === undefined || argChoices.every((word) => description.includes(word))
        ? description
        : `${description}: ${argChoices.join(', ')}`,
    value: hasValue ? valueOf(long ?? '', valueWord ?? '', argChoices) : undefined,
    isValueOptional: optional,
    otherwise: negate || defaultValue === undefined || defaultValue === false ? undefined : String(defaultValue),
  }
}

function valueOf(long: string, word: string, choices: readonly string[] | undefined): WordKind {
  if (choices !== undefined) return { kind: 'choice', words: choices }
  if (long === '--profile') return { kind: 'profiles' }
  return kindOf(word)
}

function argumentNode(argument: Argument, command: Command): ArgumentNode {
  const name = argument.name()
  const about = argument.description
  const dots = argument.variadic ? '...' : ''
  const form = argument.required ? `<${name}${dots}>` : `[${name}${dots}]`
  if (argument.argChoices !== undefined) return { form, about, value: { kind: 'choice', words: argument.argChoices } }
  if (name === 'KEY') return { form, about, value: { kind: 'choice', words: settings.map(({ key }) => key) } }
  const isOwn = name === 'NAME' && ownNameCommands.includes(command.name())
  return { form, about, value: isOwn ? { kind: 'profiles' } : kindOf(name) }
}

function kindOf(word: string): WordKind {
  if (fileWords.includes(word)) return { kind: 'file' }
  if (folderWords.includes(word)) return { kind: 'folder' }
  return nameWords.includes(word) ? { kind: 'names' } : { kind: 'text' }
}

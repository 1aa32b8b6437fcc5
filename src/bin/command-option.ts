// What the options of all commands have in common: how a reader's sentence becomes an error of the command line, and the
// options of a log.

import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Result } from '../base/index.ts'

/** A reader as commander calls it. */
export function reader<T>(read: (text: string) => Result<T, string>): (text: string) => T {
  return (text) => {
    const result = read(text)
    if (result.ok) return result.value
    throw new InvalidArgumentError(result.error)
  }
}

/** Examples come first in a command's help, because they are what people look for. */
export function addExamples(command: Command, lines: readonly string[]): Command {
  return command.addHelpText('before', `Examples:\n${lines.map((line) => `  ${line}`).join('\n')}\n`)
}

export const logFormats = ['text', 'json'] as const
export type LogFormat = (typeof logFormats)[number]

export interface LogOptions {
  readonly log?: string
  readonly logFormat?: LogFormat
}

export function addLogOptions(command: Command, summary: string): Command {
  return command
    .option('--log <FILE>', `write to a file ${summary}; begun anew at 10 MB, five old ones kept`)
    .addOption(new Option('--log-format <FORMAT>', 'how its lines look (default: text)').choices(logFormats))
}

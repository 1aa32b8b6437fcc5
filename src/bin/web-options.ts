// The words of `parley web`.

import type { Command } from 'commander'
import { readPort } from './argument.ts'
import type { Ends } from './chat-options.ts'
import { addExamples, reader } from './command-option.ts'
import type { WebOptions } from './web-command.ts'

export function addWeb(program: Command, ends: Ends): void {
  const command = program
    .command('web')
    .description('chat in the browser: a page of your own peer, served on this machine only')
    .argument('[NAME]', 'the account; without it the profile there is, or the page asks')
    .option('-r, --registry <INVITE|HOST:PORT>', 'invite link or address; without it, the registry of last time')
    .option(
      '-p, --port <TCP>',
      'port of the page (default: 4780, or any that is free)',
      reader((text) => readPort(text, true)),
    )
    .option('--no-open', 'print the address and open no browser')
    .option('--profile <NAME>', 'the same as NAME')
    .option('--home <DIR>', 'one folder for everything, instead of PARLEY_HOME or the XDG folders')
  addExamples(command, [
    'parley web                       the page asks for what it needs',
    'parley web alice --registry parley://KEY@HOST:4747',
    'parley web alice --no-open       print the address only',
  ]).action(
    ends(async (name: string | undefined, options: WebOptions) =>
      (await import('./web-command.ts')).runWeb(name, options),
    ),
  )
}

// The words of `parley completion`, of the hidden command that it asks for names, and of `parley manual`.

import { Argument, type Command } from 'commander'
import type { Shell } from '../cli/completion/index.ts'
import type { Ends } from './chat-options.ts'
import type { ManualOptions, NamesOptions } from './completion-command.ts'

export function addCompletion(program: Command, ends: Ends): void {
  program
    .command('completion')
    .description('print the completion of a shell: commands, options, and names from your running peer')
    .addArgument(new Argument('<SHELL>', 'whose').choices(['bash', 'zsh', 'fish']))
    .addHelpText(
      'after',
      '\nFor good:\n' +
        '  bash  parley completion bash > ~/.local/share/bash-completion/completions/parley\n' +
        '  zsh   parley completion zsh > a folder of $fpath/_parley\n' +
        '  fish  parley completion fish > ~/.config/fish/completions/parley.fish',
    )
    .action(
      ends(async (shell: Shell, _options: object, command: Command) =>
        (await import('./completion-command.ts')).printCompletion(shell, command),
      ),
    )
  program
    .command('complete-names', { hidden: true })
    .argument('<KIND>')
    .option('--home <DIR>')
    .option('--profile <NAME>')
    .action(
      ends(async (kind: string, _options: object, command: Command) =>
        (await import('./completion-command.ts')).printNames(kind, command.optsWithGlobals<NamesOptions>()),
      ),
    )
  program
    .command('manual')
    .description('print the manual page: parley manual > parley.1; or parley manual | man -l -')
    .option('--markdown', 'as Markdown: docs/cli.md')
    .action(
      ends(async (options: ManualOptions, command: Command) =>
        (await import('./completion-command.ts')).printManual(options, command),
      ),
    )
}

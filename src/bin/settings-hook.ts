// What every command has of the configuration: `--config`, `--color`, and that it is read before a command runs.

import { type Command, Option } from 'commander'

export function addSettingsHook(program: Command): void {
  program
    .option('--config <FILE>', 'settings from this file, instead of the usual one; none: no file at all')
    .addOption(new Option('--color <WHEN>', 'colours').choices(['auto', 'always', 'never']))
    .hook('preAction', async (_program, command) => (await import('./settings.ts')).applySettings(command))
}

// The words of `parley doctor`.

import type { Command } from 'commander'
import { fail, ok } from '../base/index.ts'
import type { Ends } from './chat-options.ts'
import { addExamples, reader } from './command-option.ts'
import type { DoctorOptions } from './doctor-command.ts'

export function addDoctor(program: Command, ends: Ends): void {
  const command = program
    .command('doctor')
    .description('look at everything that a peer needs: what is wrong, why, and how to mend it')
    .option('-r, --registry <INVITE|HOST:PORT>', 'which registry; without it, the one used last')
    .option('--profile <NAME>', 'whose: PARLEY_PROFILE, the only one there is, or the one used last')
    .option('--home <DIR>', 'as for chat')
    .option(
      '--timeout <SECONDS>',
      'how long to wait for the registry (default: 5)',
      reader((text) => {
        const seconds = /^[0-9]{1,4}$/.test(text) ? Number(text) : 0
        return seconds >= 1 ? ok(seconds) : fail('A time is a number of seconds from 1 to 9999.')
      }),
    )
    .option('--json', 'as one JSON object')
    .option('--redact', 'without names, addresses and keys, to be shown to others')
    .addHelpText('after', '\nExit codes:\n  0 no problem; 3 the registry is the only one; 1 another')
  addExamples(command, [
    'parley doctor',
    'parley doctor --profile alice --redact       to be shown to others',
    'parley doctor --json | jq -r ".findings[] | select(.level != \\"ok\\") | .mend"',
  ]).action(
    ends(async (_options: object, doctor: Command) =>
      (await import('./doctor-command.ts')).runDoctor(doctor.optsWithGlobals<DoctorOptions>()),
    ),
  )
}

// The commands about settings, completion, manuals and faults.

import type { Command } from 'commander'
import type { Ends } from './chat-options.ts'
import { addCompletion } from './completion-options.ts'
import { addDoctor } from './doctor-options.ts'
import { addConfig } from './config-options.ts'

export function addSettings(program: Command, ends: Ends): void {
  addConfig(program, ends)
  addDoctor(program, ends)
  addCompletion(program, ends)
}

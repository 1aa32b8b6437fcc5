// The door for what must start at once: what a command works with and answers with, and `who`. It loads no table of
// errors, verbs or messages.

export type { CommandDesk, Outcome } from './command-desk.ts'
export { Results } from './results.ts'
export { who } from './who.ts'

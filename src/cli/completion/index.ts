// What bin uses to complete and to describe its command line.

export type { ArgumentNode, CommandNode, OptionNode, WordKind } from './command-tree.ts'
export { type ManualFacts, manualPage, reference } from './manual-page.ts'
export { completionScript, type Shell } from './shell-script.ts'

// The door for commands that must start fast: how text and JSON are made safe to show, and nothing that needs the tables
// of verbs, errors or messages.

export { safeJson } from './safe-json.ts'
export { visibleLine } from './visible-text.ts'

// The one-shot commands, for bin. `who`, which must start at once, is behind quick.ts.

export { ask } from './ask.ts'
export { exportTranscripts, type ExportFormat } from './export.ts'
export type { Wait } from './fate.ts'
export { history } from './history.ts'
export { importTranscripts } from './import.ts'
export { readMessageText } from './message-text.ts'
export { runCommand } from './run-command.ts'
export { search } from './search.ts'
export { send, type SendRequest } from './send.ts'
export { tail } from './tail.ts'
export { readEventTypes, watch, watchedTypes } from './watch.ts'

// The faces for terminals, pipes and programs, and the table of errors in people's words.

export { errorText, type ErrorText, reasonText } from './error-text.ts'
export type { FaceResult } from './face-event.ts'
export { runLineFace } from './line-face.ts'
export { duration } from './moment.ts'
export { plainLines } from './plain-lines.ts'
export { TerminalFace } from './terminal-face.ts'
export { wantsColour } from './theme.ts'

// The faces for terminals, pipes and programs, and the table of errors in people's words.

export { errorText, type ErrorText, nameProblemText, reasonText } from './error-text.ts'
export type { FaceResult } from './face-event.ts'
export { runLineFace } from './line-face.ts'
export { type InputLine, readLines } from './line-reader.ts'
export { duration } from './moment.ts'
export { plainLines } from './plain-lines.ts'
export { TerminalFace } from './terminal-face.ts'
export { wantsColour } from './theme.ts'
export { cutForDisplay, visibleLine } from './visible-text.ts'

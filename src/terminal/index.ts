// The faces for terminals, pipes and programs, and the table of errors in people's words.

export { errorText, type ErrorText, reasonText } from './error-text.ts'
export type { Departure, FaceEvent, FaceResult } from './face-event.ts'
export { runLineFace, type LineFaceOptions } from './line-face.ts'
export { duration } from './moment.ts'
export { nearestWord } from './nearest.ts'
export { plainLines } from './plain-lines.ts'
export { TerminalFace, type TerminalFaceOptions } from './terminal-face.ts'
export { wantsColour } from './theme.ts'
export { visibleLine, visibleText } from './visible-text.ts'

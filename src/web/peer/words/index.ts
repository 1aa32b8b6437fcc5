// The page's sentences: errors, notices, what is being typed. Text of others in them is safe to show.

export { type ErrorWords } from './error-row.ts'
export { codeOf, errorLine, errorWords, reasonWords } from './error-words.ts'
export { type Happening, noticeWords } from './notice-words.ts'
export { counted, nameList, plainText, previewText, shortTime } from './plain-text.ts'
export {
  membersWord,
  ownStatus,
  type PresenceSign,
  presenceSign,
  presenceWord,
  roadHint,
  roadWord,
} from './status-words.ts'
export { checkName, checkPort, checkTarget, describeTarget } from './typed-words.ts'

// What is computed of transcripts and searches, by itself: the thread of the store uses it and must not load the rules of
// peers for it.

export { marksOf, readSearch, type SearchTerm, type TextMark, wordsOf } from './search-words.ts'
export { worstOf } from './talk-copy.ts'
export { draftPositionMin, placeOf, positionOf, ranksPerSlot, slotMax } from './talk-position.ts'

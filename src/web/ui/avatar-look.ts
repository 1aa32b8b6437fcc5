// What an avatar shows, from the name alone.

/** How many colours there are; avatar.css has as many. */
export const hueCount = 10

/** 0 to {@link hueCount} - 1; two spellings of one name have one colour. */
export function hueOf(name: string): number {
  let hash = 2_166_136_261
  for (const letter of name.toLowerCase()) hash = Math.imul(hash ^ (letter.codePointAt(0) as number), 16_777_619)
  return (hash >>> 8) % hueCount
}

/** One or two letters: of the first and the last word, where there are several. */
export function initialsOf(name: string): string {
  const words = name.split(/[\s._-]+/).filter((word) => word !== '')
  const first = firstLetter(words[0] ?? '')
  const last = words.length > 1 ? firstLetter(words.at(-1) ?? '') : ''
  return `${first}${last}`.toUpperCase()
}

function firstLetter(word: string): string {
  return [...word][0] ?? ''
}

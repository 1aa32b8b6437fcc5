// JSON that is safe to look at: characters that JSON allows in a text and a terminal or a log might obey are written as
// escapes. Invariant: it parses to the same value.

const obeyed = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g
const obeyedSome = new RegExp(obeyed, 'u')

/** One value as JSON on one line, without its end. */
export function safeJson(value: unknown): string {
  const line = JSON.stringify(value)
  if (!obeyedSome.test(line)) return line
  return line.replace(obeyed, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

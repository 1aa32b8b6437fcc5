// Other people's text on its way to a terminal: the one function that everything not written by us passes through. What
// it returns cannot move the cursor, set a title, reach the clipboard, query the terminal or reorder what stands beside
// it: no C0 but newline, no DEL, no C1, no bidirectional controls but our own pair of isolates, no lone surrogates, and
// short runs of combining marks. docs/threat-model.md, "Message text against the terminal".

/** Longest run of combining marks on one letter; no living language needs more. */
const marksMax = 6
/** Joiners in one emoji; a family of four has three. */
const joinersMax = 8
/** What a message may take on the screen before it is cut; its whole text stays in the history. */
export const displayCharactersMax = 4_000
export const displayLinesMax = 60

const zeroWidthJoiner = 0x200d
const firstStrongIsolate = '\u2068'
const popIsolate = '\u2069'

/** Whatever needs a look at all: the fast way out for nearly every message. */
const suspicious =
  /[^\n\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u058f\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff]/
const mark = /^\p{M}$/u
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u

/** Text that is safe to write to a terminal; may hold `\n`, and nothing else that moves the cursor. */
export function visibleText(text: string): string {
  if (!suspicious.test(text)) return text
  let safe = ''
  let marks = 0
  let joiners = 0
  let joined = false
  for (const character of text.replaceAll('\r\n', '\n')) {
    const code = character.codePointAt(0) as number
    if (code === zeroWidthJoiner) {
      joiners++
      marks++
      if (joiners <= joinersMax && marks <= marksMax) safe += character
    } else if (mark.test(character)) {
      marks++
      if (marks <= marksMax) safe += character
    } else {
      const shown = visibleCharacter(code, character)
      // A new letter, unless it is joined to the one before.
      if (!joined) joiners = 0
      marks = 0
      safe += shown
    }
    joined = code === zeroWidthJoiner
  }
  return isolate(safe)
}

/** The same on one line: a newline is shown as a symbol. */
export function visibleLine(text: string): string {
  return visibleText(text).replaceAll('\n', '\u240a')
}

/** Cuts what would fill the screen; `cut` tells how many characters are left out. */
export function cutForDisplay(text: string): { readonly text: string; readonly cut: number } {
  let end = text.length
  let at = -1
  for (let lines = 1; lines <= displayLinesMax; lines++) {
    at = text.indexOf('\n', at + 1)
    if (at < 0) break
    if (lines === displayLinesMax) end = at
  }
  end = Math.min(end, displayCharactersMax)
  if (end >= text.length) return { text, cut: 0 }
  // Not between the halves of a surrogate pair.
  if (isHighSurrogate(text.charCodeAt(end - 1))) end--
  return { text: text.slice(0, end), cut: text.length - end }
}

function visibleCharacter(code: number, character: string): string {
  if (code === 0x0a) return character
  if (code === 0x09) return '    '
  // U+2400 to U+2421 are pictures of these very characters.
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  if (code === 0x7f) return '\u2421'
  if (code < 0xa0) return code < 0x7f ? character : `<${code.toString(16)}>`
  if (isBidiControl(code)) return `<${code.toString(16)}>`
  if (isInvisible(code)) return ''
  if (code === 0x2028 || code === 0x2029) return '\n'
  const noncharacter = (code & 0xfffe) === 0xfffe || (code >= 0xfdd0 && code <= 0xfdef)
  if (noncharacter || (code >= 0xd800 && code <= 0xdfff)) return '\ufffd'
  return character
}

/** Embeddings, overrides, isolates and marks: text of ours could be made to read backwards with them. */
function isBidiControl(code: number): boolean {
  return (
    (code >= 0x202a && code <= 0x202e) ||
    (code >= 0x2066 && code <= 0x2069) ||
    code === 0x200e ||
    code === 0x200f ||
    code === 0x061c
  )
}

/** Characters on whose width terminals do not agree, and that show nothing. */
function isInvisible(code: number): boolean {
  return (
    code === 0x00ad ||
    code === 0x180e ||
    code === 0x200b ||
    code === 0xfeff ||
    (code >= 0x2060 && code <= 0x2064) ||
    (code >= 0x206a && code <= 0x206f) ||
    (code >= 0xfff9 && code <= 0xfffb) ||
    (code >= 0xe0000 && code <= 0xe0fff)
  )
}

/** A line with right-to-left letters is isolated, so that it cannot pull our own time and marks around. */
function isolate(text: string): string {
  if (!rightToLeft.test(text)) return text
  return text
    .split('\n')
    .map((line) => (rightToLeft.test(line) ? firstStrongIsolate + line + popIsolate : line))
    .join('\n')
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff
}

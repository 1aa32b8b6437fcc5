// Characters that show nothing, or that make others read backwards: on the page they are shown as small signs with their
// number, so that no text can look like another. Kept: nothing of the text is lost; `docs/threat-model.md`, message text.

/** Longest run of combining marks on one letter; no living language needs more. */
const marksMax = 6

/** A piece of text that is shown as it is, or one character that is shown as a sign. */
export type Piece =
  | { readonly kind: 'plain'; readonly text: string }
  | { readonly kind: 'sign'; readonly text: string; readonly label: string; readonly name: string }

const names: Readonly<Record<number, string>> = {
  0x00ad: 'soft hyphen',
  0x061c: 'Arabic letter mark',
  0x200b: 'zero-width space',
  0x200e: 'left-to-right mark',
  0x200f: 'right-to-left mark',
  0x2028: 'line separator',
  0x2029: 'paragraph separator',
  0x202a: 'left-to-right embedding',
  0x202b: 'right-to-left embedding',
  0x202c: 'end of embedding',
  0x202d: 'left-to-right override',
  0x202e: 'right-to-left override',
  0x2060: 'word joiner',
  0x2066: 'left-to-right isolate',
  0x2067: 'right-to-left isolate',
  0x2068: 'first strong isolate',
  0x2069: 'end of isolate',
  0xfeff: 'zero-width no-break space',
}

/** Nearly every text has none of them: the fast way out. Every class of `isSign` is in it, and marks. */
const suspicious =
  // oxlint-disable-next-line no-control-regex -- they are what this looks for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\uffff\ud800-\udfff]|\p{M}{7}/u
// Characters of the other planes that show nothing: tags, variation selectors, musical formatting, noncharacters.
const suspiciousWide = /[\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/u
const noncharacter = /[\p{Noncharacter_Code_Point}]/u
const mark = /^\p{M}$/u

/** Whether one character is shown as a sign. Line feed, tab, joiners and variation selectors of emoji are not. */
export function isSign(character: string): boolean {
  const code = character.codePointAt(0) as number
  if (code === 0x0a || code === 0x09) return false
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return true
  if (code >= 0xd800 && code <= 0xdfff) return true
  if (code < 0xa0 || (code > 0xad && code < 0x61c)) return false
  return isInvisible(code) || isBidiControl(code) || noncharacter.test(character)
}

/** The text cut into what is shown as it is and what as signs; together they are the text. */
export function pieces(text: string): readonly Piece[] {
  if (!suspicious.test(text) && !suspiciousWide.test(text) && !noncharacter.test(text)) {
    return text === '' ? [] : [{ kind: 'plain', text }]
  }
  const found: Piece[] = []
  let plain = ''
  let marks = 0
  for (const character of text) {
    marks = mark.test(character) ? marks + 1 : 0
    if (!isSign(character) && marks <= marksMax) {
      plain += character
      continue
    }
    if (plain !== '') found.push({ kind: 'plain', text: plain })
    plain = ''
    found.push(signOf(character))
  }
  if (plain !== '') found.push({ kind: 'plain', text: plain })
  return found
}

function signOf(character: string): Piece {
  const code = character.codePointAt(0) as number
  const label = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
  const fallback = mark.test(character) ? 'one combining mark too many' : 'a character that shows nothing'
  return { kind: 'sign', text: character, label, name: names[code] ?? fallback }
}

function isBidiControl(code: number): boolean {
  return (
    code === 0x61c ||
    code === 0x200e ||
    code === 0x200f ||
    (code >= 0x202a && code <= 0x202e) ||
    (code >= 0x2066 && code <= 0x2069)
  )
}

function isInvisible(code: number): boolean {
  return (
    code === 0xad ||
    code === 0x115f ||
    code === 0x1160 ||
    (code >= 0x180b && code <= 0x180f) ||
    code === 0x200b ||
    code === 0x2028 ||
    code === 0x2029 ||
    (code >= 0x2060 && code <= 0x206f) ||
    code === 0x2800 ||
    code === 0x3164 ||
    code === 0xfeff ||
    code === 0xffa0 ||
    (code >= 0xfff0 && code <= 0xfffb) ||
    (code >= 0x1bca0 && code <= 0x1bca3) ||
    (code >= 0x1d173 && code <= 0x1d17a) ||
    (code >= 0xe0000 && code <= 0xe0fff)
  )
}

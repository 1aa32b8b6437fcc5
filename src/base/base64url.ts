// Base64url without padding (RFC 4648 section 5), canonical: a text whose unused bits are not zero is refused, so that
// every byte string has exactly one spelling (invite links and keys are compared as text).

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const digitOf = new Map([...alphabet].map((character, digit) => [character, digit]))

export function toBase64Url(bytes: Uint8Array): string {
  let text = ''
  let bits = 0
  let held = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    while (bits >= 6) {
      bits -= 6
      text += alphabet[(held >> bits) & 63]
    }
    held &= (1 << bits) - 1
  }
  if (bits > 0) text += alphabet[(held << (6 - bits)) & 63]
  return text
}

/** The bytes, or undefined where the text is not canonical base64url. */
export function fromBase64Url(text: string): Uint8Array | undefined {
  if (text.length % 4 === 1) return undefined
  const bytes = new Uint8Array(Math.floor((text.length * 6) / 8))
  let at = 0
  let bits = 0
  let held = 0
  for (const character of text) {
    const digit = digitOf.get(character)
    if (digit === undefined) return undefined
    held = (held << 6) | digit
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes[at++] = (held >> bits) & 255
      held &= (1 << bits) - 1
    }
  }
  return held === 0 ? bytes : undefined
}

// Which addresses become links: http and https, without a name or password in them, with nothing invisible. Whatever
// else somebody writes (`javascript:`, `data:`, `file:`) stays the text that it is. Catalogue item 71.

import { isSign } from './sign.ts'

/** Longer ones stay text. */
const addressCharactersMax = 2_048
const end = /[.,;:!?'"*_~]/

/** The normal form of `text` where it is an address to follow; hosts of other scripts come as `xn--`. */
export function safeAddress(text: string): string | undefined {
  if (text.length > addressCharactersMax || !/^https?:\/\//i.test(text)) return undefined
  for (const character of text) if (isSign(character)) return undefined
  const url = URL.parse(text)
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return undefined
  // `http://bank.example@evil.example` leads to the second one.
  if (url.username !== '' || url.password !== '' || /^https?:\/\/[^/?#]*@/i.test(text)) return undefined
  return url.href
}

/** How many characters an address at the beginning of `text` takes, without the sentence's own signs after it. */
export function addressLength(text: string): number {
  const stop = text.search(/[\s<>"`[\]\\^{|}]/u)
  let length = stop < 0 ? text.length : stop
  let open = 0
  for (let at = 0; at < length; at++) {
    if (text[at] === '(') open++
    else if (text[at] === ')') open--
  }
  while (length > 0) {
    const last = text[length - 1] as string
    if (last === ')' && open < 0) open++
    else if (!end.test(last)) break
    length--
  }
  return length
}

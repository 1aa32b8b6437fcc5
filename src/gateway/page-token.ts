// The token of one start: 256 bits of chance that live in memory only. Whoever shows it may do all that a page may do. It
// reaches the browser in the address's fragment, which no request carries, and comes back as a bearer token (RFC 6750) or,
// as browsers cannot set headers on a WebSocket, as one of the subprotocols it asks for. Compared in constant time.

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { headerValues } from './host-guard.ts'
import { type Refusal, refusal } from './refusal.ts'

/** The subprotocol that the server chooses; the token's own is never echoed. */
export const pageProtocol = 'parley'
const tokenPrefix = 'token.'

export class PageToken {
  readonly text = randomBytes(32).toString('base64url')
  readonly #digest = digestOf(this.text)

  checkBearer(rawHeaders: readonly string[]): Refusal | undefined {
    const values = headerValues(rawHeaders, 'authorization')
    const match = values.length === 1 ? /^Bearer ([\w-]+)$/i.exec(values[0] as string) : null
    return this.#isRight(match?.[1]) ? undefined : refuseToken()
  }

  checkProtocols(rawHeaders: readonly string[]): Refusal | undefined {
    const offered = headerValues(rawHeaders, 'sec-websocket-protocol').flatMap((value) => value.split(/\s*,\s*/))
    const tokens = offered.filter((name) => name.startsWith(tokenPrefix))
    const given = tokens.length === 1 ? (tokens[0] as string).slice(tokenPrefix.length) : undefined
    return offered.includes(pageProtocol) && this.#isRight(given) ? undefined : refuseToken()
  }

  /** Digests have one length, so that not even the length of the token shows in the time. */
  #isRight(given: string | undefined): boolean {
    return given !== undefined && timingSafeEqual(digestOf(given), this.#digest)
  }
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function refuseToken(): Refusal {
  return refusal(401, 'The token is missing or of another start.', { 'www-authenticate': 'Bearer' })
}

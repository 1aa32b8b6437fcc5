// The table of Noise's patterns: fundamental, one-way and deferred, with any psk modifiers. Data, not code: the engine runs
// whatever a row says. Parley uses IK, XX and X (docs/protocol/crypto.md, "Patterns"); the others are here because the
// official vectors of the whole table prove the engine.
// Implements Noise revision 34 sections 7 and 9.

import { assert } from '../base/index.ts'

/** What a message carries or mixes in (section 7.1). */
export type Token = 'e' | 's' | 'ee' | 'es' | 'se' | 'ss' | 'psk'

// Each row is messages in order, initiator first; before a colon stands whose static key the other side knows already.
const rows = {
  N: 'r: e es',
  K: 'ir: e es ss',
  X: 'r: e es s ss',
  NN: 'e / e ee',
  NK: 'r: e es / e ee',
  NX: 'e / e ee s es',
  XN: 'e / e ee / s se',
  XK: 'r: e es / e ee / s se',
  XX: 'e / e ee s es / s se',
  KN: 'i: e / e ee se',
  KK: 'ir: e es ss / e ee se',
  KX: 'i: e / e ee se s es',
  IN: 'e s / e ee se',
  IK: 'r: e es s ss / e ee se',
  IX: 'e s / e ee se s es',
  NK1: 'r: e / e ee es',
  NX1: 'e / e ee s / es',
  X1N: 'e / e ee / s / se',
  X1K: 'r: e es / e ee / s / se',
  XK1: 'r: e / e ee es / s se',
  X1K1: 'r: e / e ee es / s / se',
  X1X: 'e / e ee s es / s / se',
  XX1: 'e / e ee s / es s se',
  X1X1: 'e / e ee s / es s / se',
  K1N: 'i: e / e ee / se',
  K1K: 'ir: e es / e ee / se',
  KK1: 'ir: e / e ee se es',
  K1K1: 'ir: e / e ee es / se',
  K1X: 'i: e / e ee s es / se',
  KX1: 'i: e / e ee se s / es',
  K1X1: 'i: e / e ee s / se es',
  I1N: 'e s / e ee / se',
  I1K: 'r: e es s / e ee / se',
  IK1: 'r: e s / e ee se es',
  I1K1: 'r: e s / e ee es / se',
  I1X: 'e s / e ee s es / se',
  IX1: 'e s / e ee se s / es',
  I1X1: 'e s / e ee s / se es',
} as const satisfies Record<string, string>

/** The name of a row of the table. */
export type PatternName = keyof typeof rows
/** A pattern with its psk modifiers, as protocol names spell it: `IK`, `IKpsk2`, `XXpsk0+psk3`. */
export type HandshakeName = PatternName | `${PatternName}psk${string}`

/** A pattern, ready to be run. */
export interface HandshakePattern {
  /** Whether the responder knows the initiator's static key beforehand. */
  readonly initiatorKnown: boolean
  /** Whether the initiator knows the responder's static key beforehand. */
  readonly responderKnown: boolean
  /** The tokens of each message; even messages are the initiator's. */
  readonly messages: readonly (readonly Token[])[]
  /** How many pre-shared keys it takes. */
  readonly pskCount: number
}

const modified = /^([A-Z0-9]+)((?:psk\d(?:\+psk\d)*)?)$/

/** The pattern of a name. The name is ours, so that one that does not exist is a bug. */
export function handshakePattern(name: HandshakeName): HandshakePattern {
  const [, base = '', modifiers = ''] = modified.exec(name) ?? []
  assert(Object.hasOwn(rows, base), 'a handshake pattern of the table')
  const row = rows[base as PatternName]
  const colon = row.indexOf(':')
  const known = row.slice(0, Math.max(colon, 0))
  const messages = row
    .slice(colon + 1)
    .split('/')
    .map((message) => message.trim().split(' ') as Token[])
  const positions = Array.from(modifiers.matchAll(/\d/g), ([digit]) => Number(digit))
  for (const position of positions) {
    assert(position <= messages.length, 'a psk belongs to a message of the pattern')
    if (position === 0) messages[0]?.unshift('psk')
    else messages[position - 1]?.push('psk')
  }
  return {
    initiatorKnown: known.includes('i'),
    responderKnown: known.includes('r'),
    messages,
    pskCount: positions.length,
  }
}

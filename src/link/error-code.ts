// The codes a CLOSE frame carries. Invariant: a code never changes its meaning; new ones take new numbers. Codes from
// 0x100 belong to the program above the link. Spec: docs/protocol/frames.md section 9.

/** Why a link was closed (CLOSE frame; docs/protocol/frames.md section 9). Values from 0x100 up are the application's. */
export const LinkErrorCode = {
  /** Nothing went wrong: one side has finished. */
  none: 0x00,
  /** A frame that cannot be read: truncated, non-minimal varint, empty, a field out of its range. */
  badFrame: 0x01,
  /** A critical (even) frame type that this version does not know. */
  unknownFrame: 0x02,
  /** An acknowledgement of a packet that was never sent. */
  protocolViolation: 0x03,
  /** Stream data beyond the announced limit of the stream or of the link. */
  flowControl: 0x04,
  /** The same stream offset arrived with different bytes. */
  dataMismatch: 0x05,
  /** More separate pieces of one stream than a sender may leave open. */
  tooManyPieces: 0x06,
  /** A message longer than `messageBytesMax`. */
  messageTooLarge: 0x07,
  /** Local only, never on the wire: nothing was heard for the idle timeout. */
  idleTimeout: 0x08,
  /** The key was used up or too old and no new one could be agreed. */
  keyExhausted: 0x09,
  /** A newer link with the same device took this one's place. */
  replaced: 0x0a,
  /** The other side answered a rekey in a way that no correct side would. */
  badRekey: 0x0b,
  /** The program is shutting down. */
  shuttingDown: 0x0c,
  /** The owner refuses the other side's key. */
  refused: 0x0d,
  /** The first code that the application may use. */
  application: 0x100,
} as const

/** A code of {@link LinkErrorCode}. The application's own codes are plain numbers from 0x100. */
export type LinkErrorCode = (typeof LinkErrorCode)[keyof typeof LinkErrorCode]

/** The name of a code, for traces and for people: `dataMismatch`, or `0x123` where it is the application's own. */
export function linkErrorName(code: number): string {
  for (const [name, value] of Object.entries(LinkErrorCode)) if (value === code) return name
  return `0x${code.toString(16)}`
}

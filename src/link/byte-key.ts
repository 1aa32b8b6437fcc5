// Byte strings as keys of a Map. Hexadecimal text would do, but is built of pieces that a map then keeps: ten times the
// memory, for every link.

/** A flat text of one character a byte, equal exactly where the bytes are. */
export function byteKey(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes)
}

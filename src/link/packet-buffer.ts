// The room in which an endpoint writes its datagrams. Invariant: what was written last is sent before anything else is
// written, because the bytes that pollTransmit answers are these.

import { dataHeaderBytes, dataOverheadBytes, maximumDatagramBytes } from './packet.ts'

/** Where a link writes what it sends: one for all links of an endpoint, because sending is never interrupted. */
export class PacketBuffer {
  readonly datagram = new Uint8Array(maximumDatagramBytes)
  readonly header = this.datagram.subarray(0, dataHeaderBytes)
  readonly body = this.datagram.subarray(dataHeaderBytes)
  /** Plaintext frames before they are sealed. */
  readonly frames = new Uint8Array(maximumDatagramBytes - dataOverheadBytes)
}

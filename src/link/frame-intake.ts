// What each frame does on an open connection, ACK and CLOSE aside, which the connection handles itself. Invariant: a
// frame acts at once and completely, or its packet closes the connection. Spec: docs/protocol/frames.md section 4.

import { unreachable } from '../base/index.ts'
import type { ConnectionParts } from './connection-parts.ts'
import { LinkErrorCode } from './error-code.ts'
import { FrameType } from './frame.ts'
import type { FrameReader } from './frame.ts'

/** Acts on the frame that `reader` stands on; answers a code other than `none` where the connection must close. */
export function takeFrame(
  parts: ConnectionParts,
  reader: FrameReader,
  type: FrameType,
  packet: Uint8Array,
): LinkErrorCode {
  const { streams, queue, events, limits } = parts
  switch (type) {
    case FrameType.stream:
      return streams.receive(reader.stream, reader.offset, packet, reader.start, reader.end, events)
    case FrameType.maxData:
      queue.raiseLinkLimit(reader.limit)
      break
    case FrameType.maxStreamData:
      if (reader.stream < limits.streamsMax) queue.raiseStreamLimit(reader.stream, reader.limit)
      break
    case FrameType.datagram:
      events.push({ type: 'datagram', bytes: reader.data() })
      break
    case FrameType.pathChallenge:
      events.push({ type: 'control', frame: { type: 'pathChallenge', data: reader.data() } })
      break
    case FrameType.pathResponse:
      events.push({ type: 'control', frame: { type: 'pathResponse', data: reader.data() } })
      break
    case FrameType.rekey:
      events.push({ type: 'control', frame: { type: 'rekey', epoch: reader.epoch, publicKey: reader.data() } })
      break
    case FrameType.rekeyAck:
      events.push({ type: 'control', frame: { type: 'rekeyAck', epoch: reader.epoch, publicKey: reader.data() } })
      break
    case FrameType.padding:
    case FrameType.ping:
    case FrameType.ack:
    case FrameType.close:
      break
    default:
      unreachable(type)
  }
  return LinkErrorCode.none
}

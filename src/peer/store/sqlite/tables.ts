// The rows as the queries see them; the tables themselves are made by ../migrations.

import type { Generated } from 'kysely'
import type { MessageState, Road } from '../../domain/index.ts'

export interface PeerTables {
  message: {
    row: Generated<number>
    /** Folded name of the other person. */
    folded: string
    name: string
    id: Uint8Array
    /** The device that sent it; null for own messages. */
    device: Uint8Array | null
    counter: number
    text: string
    sent_at: number
    received_at: number | null
    road: Road | null
    /** Of own messages. */
    state: MessageState | null
    reason: string | null
    gap_before: number
    unreadable: number
  }
  receipt_key: { row: Generated<number>; message: Uint8Array; key: Uint8Array }
  recipient: { folded: string; next_counter: number }
  contact: {
    folded: string
    name: string
    identity: Uint8Array
    body: Uint8Array
    signature: Uint8Array
    offered_identity: Uint8Array | null
    offered_body: Uint8Array | null
    offered_signature: Uint8Array | null
  }
  inbox: { device: Uint8Array; name: string; next: number; floor: number; gap: number }
  held: {
    device: Uint8Array
    counter: number
    id: Uint8Array
    name: string
    text: string
    sent_at: number
    received_at: number
    road: Road
  }
  prekey: { id: number; kind: 'once' | 'last'; secret: Uint8Array; made: number; used: number | null }
}

// Whether an own message has an id: the one question of a caller that does not know whether its last call arrived.

import type { DatabaseSync } from 'node:sqlite'
import type { MessageId } from '../../domain/index.ts'
import { bytesOfHex } from './hexadecimal.ts'

/** With one person, as a draft or an entry of a room, as a draft or a row of the channel. */
const isKeptSql = `
  SELECT EXISTS (SELECT 1 FROM message WHERE id = :id AND device IS NULL)
      OR EXISTS (SELECT 1 FROM room_draft WHERE id = :id)
      OR EXISTS (SELECT 1 FROM channel_draft WHERE id = :id)
      OR EXISTS (SELECT 1 FROM room_entry WHERE id = :id AND kind = 'message')
      OR EXISTS (SELECT 1 FROM channel_row WHERE id = :id) AS kept`

export function keptOperations(database: DatabaseSync) {
  const statement = database.prepare(isKeptSql)
  return { isKept: (id: MessageId): boolean => statement.get({ id: bytesOfHex(id) })?.['kept'] === 1 }
}

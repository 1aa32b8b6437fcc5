// All migrations of the peer's database, in order.

import { up as first } from './0001-first.ts'
import { up as session } from './0002-session.ts'
import { up as archive } from './0003-archive.ts'

export const peerMigrations = {
  '0001-first': { up: first },
  '0002-session': { up: session },
  '0003-archive': { up: archive },
}

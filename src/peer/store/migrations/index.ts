// All migrations of the peer's database, in order.

import * as first from './0001-first.ts'

export const peerMigrations = { '0001-first': first }

// All migrations of the peer's database, in order.

import { up as first } from './0001-first.ts'

export const peerMigrations = { '0001-first': { up: first } }

// All migrations of the registry's database, in order.

import { up as first } from './0001-first.ts'

export const registryMigrations = { '0001-first': { up: first } }

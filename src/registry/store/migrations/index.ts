// All migrations of the registry's database, in order.

import { up as first } from './0001-first.ts'
import { up as link } from './0002-link.ts'

export const registryMigrations = { '0001-first': { up: first }, '0002-link': { up: link } }

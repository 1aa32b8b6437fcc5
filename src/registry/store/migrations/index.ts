// All migrations of the registry's database, in order.

import { up as first } from './0001-first.ts'
import { up as link } from './0002-link.ts'
import { up as account } from './0003-account.ts'
import { up as roomChannel } from './0004-room-channel.ts'
import { up as suspended } from './0005-suspended.ts'

export const registryMigrations = {
  '0001-first': { up: first },
  '0002-link': { up: link },
  '0003-account': { up: account },
  '0004-room-channel': { up: roomChannel },
  '0005-suspended': { up: suspended },
}

// The verbs of the registry's window, served like a peer's: one typed table with schemas. What cannot be undone is asked
// about by the page; the server does what it is told by who has the token. docs/operating.md, "The window".

import * as v from 'valibot'
import type { RegistryApi, RegistryBatch, RegistrySnapshot, RpcSession, Verb, VerbTable } from '../api/index.ts'
import { ParleyError } from '../base/index.ts'
import { foldName, isAccountName, textBytesMax } from '../protocol/index.ts'
import type { RegistryFeed } from './registry-feed.ts'

/** What the verbs act on. */
export interface RegistryTarget {
  readonly api: RegistryApi
  readonly feed: RegistryFeed
}

/** The notice that carries a {@link RegistryBatch}. */
export const batchNotice = 'batch'

const nothing = v.strictObject({})
const done = v.null()
const named = v.strictObject({ name: v.pipe(v.string(), v.maxLength(64)) })

const subscriptions = new WeakMap<RpcSession<RegistryTarget>, () => void>()

/** Answers are ours: the compiler holds them. */
const told = v.looseObject({})

export const registryVerbs: VerbTable<RegistryTarget> = {
  snapshot: verb('Everything as it is now.', nothing, told, ({ feed }) => feed.snapshot()),
  subscribe: {
    says: 'Everything as it is now; from then on notices `batch` tell what changes.',
    params: nothing,
    result: told,
    call: async ({ feed }, _params, session): Promise<RegistrySnapshot> => {
      // One subscription of a connection: a second one begins anew.
      const { snapshot, end } = await feed.subscribe((batch: RegistryBatch) => session.notify(batchNotice, batch))
      subscriptions.get(session)?.()
      subscriptions.set(session, end)
      session.onClose(end)
      return snapshot
    },
  },
  disconnect: verb(
    'Ends the sessions of an account with a goodbye; its peers may come back.',
    named,
    v.strictObject({ sessions: v.number() }),
    ({ api }, { name }) => api.disconnect(readName(name)),
  ),
  suspend: verb(
    'Ends the sessions of an account and lets nobody log in to it; its mail is kept.',
    named,
    done,
    ({ api }, { name }) => api.suspend(readName(name)),
  ),
  unsuspend: verb('Lets people log in to the account again.', named, done, ({ api }, { name }) =>
    api.unsuspend(readName(name)),
  ),
  deleteAccount: verb(
    'Takes a name from whoever has it, with its password, its mailbox and its rooms. Cannot be undone.',
    named,
    done,
    ({ api }, { name }) => api.deleteAccount(readName(name)),
  ),
  makeInvite: verb(
    'Makes a code for one new name.',
    nothing,
    v.strictObject({ code: v.string(), expires: v.number(), joinLine: v.string() }),
    ({ api }) => api.makeInvite(),
  ),
  say: verb(
    'Speaks to everybody, as the registry.',
    v.strictObject({ text: v.pipe(v.string(), v.maxLength(textBytesMax)) }),
    v.strictObject({ online: v.number() }),
    ({ api }, { text }) => api.say(text),
  ),
}

function verb<Params>(
  says: string,
  params: v.GenericSchema<unknown, Params>,
  result: v.GenericSchema,
  call: (target: RegistryTarget, params: Params) => Promise<unknown>,
): Verb<RegistryTarget> {
  return { says, params, result, call: async (target, given: Params) => call(target, given) }
}

/** Throws ParleyError `badName`, before anything is asked. */
function readName(name: string): string {
  if (!isAccountName(name)) throw new ParleyError('badName', { details: { name } })
  return foldName(name)
}

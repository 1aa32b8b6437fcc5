// What a page may ask of the process that serves it, whether a peer is open or not.

import * as v from 'valibot'
import type { Verb, VerbTable } from '../api/index.ts'
import type { OpenRequest, PeerHost } from './peer-host.ts'

const openRequest = v.strictObject({
  name: v.pipe(v.string(), v.maxLength(256)),
  registry: v.optional(v.pipe(v.string(), v.maxLength(2_048))),
  port: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535))),
  inviteCode: v.optional(v.pipe(v.string(), v.maxLength(256))),
})

const keyAnswer = v.strictObject({ trust: v.boolean() })

const hostStatus: Verb<PeerHost> = {
  says: 'What there is before a peer is open: the version, the profiles of this machine, a key that is asked about.',
  params: v.strictObject({}),
  result: v.object({
    version: v.string(),
    profiles: v.array(v.object({ name: v.string(), registry: v.optional(v.string()) })),
    isOpen: v.boolean(),
    name: v.optional(v.string()),
    registry: v.optional(v.string()),
    registryKey: v.optional(v.object({ fingerprint: v.string() })),
  }),
  call: async (host) => host.status(),
}

const openPeer: Verb<PeerHost> = {
  says: 'Opens a profile, or makes it, and closes a former one; every page is told by `opened`.',
  params: openRequest,
  result: v.looseObject({ name: v.string() }),
  call: (host, params: OpenRequest) => host.open(params),
}

const answerRegistryKey: Verb<PeerHost> = {
  says: 'Answers the notice `registryKey`: whether to trust the key for good.',
  params: keyAnswer,
  result: v.null(),
  call: async (host, { trust }: { readonly trust: boolean }) => {
    await host.answerRegistryKey(trust)
    return null
  },
}

export const hostVerbs: VerbTable<PeerHost> = { hostStatus, openPeer, answerRegistryKey }

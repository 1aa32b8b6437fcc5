// Verbs about a private chat that one asks for and the other accepts.

import { type Verb, type VerbFamily, verb } from './verb.ts'

function answer(name: 'ok' | 'reject', summary: string): Verb {
  const word = name.toUpperCase()
  return verb({
    name,
    bare: [word],
    parameters: ['asker'],
    required: 0,
    usage: `/${name} [NAME]`,
    summary,
    examples: [`${word} bob`, `/${name} bob`],
    read: ([who]) => (who === undefined ? { verb: name } : { verb: name, name: who }),
  })
}

export const sessionVerbs: VerbFamily = {
  title: 'Private chat',
  verbs: [
    verb({
      name: 'request',
      aliases: ['chat'],
      bare: ['CHAT REQUEST'],
      parameters: ['name'],
      usage: '/request NAME',
      summary: 'ask somebody for a private chat',
      examples: ['CHAT REQUEST bob', '/request bob'],
      read: ([name]) => ({ verb: 'request', name: name as string }),
    }),
    answer('ok', 'accept their request'),
    answer('reject', 'refuse it'),
    verb({
      name: 'withdraw',
      bare: ['WITHDRAW'],
      usage: '/withdraw',
      summary: 'take your own request back',
      read: () => ({ verb: 'withdraw' }),
    }),
  ],
}

// Verbs about who is there, looking somebody up, and the own list of friends.

import { type Verb, type VerbFamily, verb } from './verb.ts'

function aboutOne(name: 'remove' | 'block' | 'unblock', summary: string): Verb {
  return verb({
    name,
    parameters: ['name'],
    usage: `/${name} NAME`,
    summary,
    examples: [`/${name} bob`],
    read: ([who]) => ({ verb: name, name: who as string }),
  })
}

export const peopleVerbs: VerbFamily = {
  title: 'People',
  verbs: [
    verb({
      name: 'clients',
      aliases: ['who', 'names'],
      bare: ['clients', 'peers', 'who', 'names'],
      usage: '/clients',
      summary: 'who is known here, who is on line, and by which road',
      examples: ['/clients', 'clients', 'peers'],
      read: () => ({ verb: 'clients' }),
    }),
    verb({
      name: 'contacts',
      bare: ['contacts'],
      usage: '/contacts',
      summary: 'who is on line now',
      examples: ['contacts'],
      read: () => ({ verb: 'contacts' }),
    }),
    verb({
      name: 'search',
      aliases: ['lookup'],
      bare: ['SEARCH'],
      parameters: ['name'],
      usage: '/search NAME',
      summary: 'ask the registry about somebody',
      examples: ['SEARCH bob', '/search bob'],
      read: ([name]) => ({ verb: 'search', name: name as string }),
    }),
    verb({
      name: 'refresh',
      bare: ['refresh'],
      usage: '/refresh',
      summary: 'fetch the table of clients anew',
      read: () => ({ verb: 'refresh' }),
    }),
    verb({
      name: 'friends',
      bare: ['friends'],
      usage: '/friends',
      summary: 'your own list, with addresses',
      read: () => ({ verb: 'friends' }),
    }),
    verb({
      name: 'add',
      parameters: ['name', 'label'],
      required: 1,
      usage: '/add NAME [alias]',
      summary: 'put somebody on your list',
      examples: ['/add bob', '/add bob my brother'],
      read: ([name, alias]) =>
        alias === undefined ? { verb: 'add', name: name as string } : { verb: 'add', name: name as string, alias },
    }),
    verb({
      name: 'alias',
      parameters: ['name', 'label'],
      required: 1,
      usage: '/alias NAME [alias]',
      summary: 'call somebody what you like; alone, take it away',
      examples: ['/alias bob my brother', '/alias bob'],
      read: ([name, alias = '']) => ({ verb: 'alias', name: name as string, alias }),
    }),
    aboutOne('remove', 'take somebody off your list'),
    aboutOne('block', 'hear nothing more from somebody'),
    aboutOne('unblock', 'hear them again'),
  ],
}

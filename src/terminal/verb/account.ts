// Verbs about oneself: logging in and out, the password, and the program.

import { type VerbFamily, verb } from './verb.ts'

export const accountVerbs: VerbFamily = {
  title: 'You',
  verbs: [
    verb({
      name: 'login',
      bare: ['login'],
      parameters: ['name'],
      required: 0,
      usage: '/login [NAME]',
      summary: 'log in; a password is asked for, never typed here',
      examples: ['login', '/login bob'],
      read: ([name]) => (name === undefined ? { verb: 'login' } : { verb: 'login', name }),
    }),
    verb({
      name: 'logout',
      bare: ['logout'],
      usage: '/logout',
      summary: 'off line, and the password is forgotten here',
      examples: ['logout', 'LOGOUT'],
      read: () => ({ verb: 'logout' }),
    }),
    verb({
      name: 'reg',
      aliases: ['register'],
      bare: ['reg'],
      parameters: ['name'],
      usage: '/reg NAME',
      summary: 'register a name, or come back under it',
      examples: ['reg bob'],
      read: ([name]) => ({ verb: 'reg', name: name as string }),
    }),
    verb({
      name: 'dereg',
      aliases: ['deregister'],
      bare: ['dereg'],
      parameters: ['name'],
      required: 0,
      usage: '/dereg [NAME]',
      summary: 'off line; the program stays, reg comes back',
      examples: ['dereg', 'dereg alice'],
      read: ([name]) => (name === undefined ? { verb: 'dereg' } : { verb: 'dereg', name }),
    }),
    verb({
      name: 'password',
      aliases: ['passwd'],
      usage: '/password',
      summary: 'change your password',
      read: () => ({ verb: 'password' }),
    }),
  ],
}

export const programVerbs: VerbFamily = {
  title: 'Parley',
  verbs: [
    verb({
      name: 'help',
      aliases: ['?'],
      bare: ['help', '?'],
      parameters: ['verb'],
      required: 0,
      usage: '/help [verb]',
      summary: 'all verbs, or one with examples',
      examples: ['/help', '/help history'],
      read: ([about]) => (about === undefined ? { verb: 'help' } : { verb: 'help', about }),
    }),
    verb({
      name: 'quit',
      bare: ['quit'],
      usage: '/quit',
      summary: 'leave; what is on its way stays kept and goes on next time',
      examples: ['/quit'],
      read: () => ({ verb: 'quit' }),
    }),
  ],
}

// Verbs about talking: to one person, to everybody, and what was said before.

import { type HistoryTarget, roomNumber, type VerbFamily, verb } from './verb.ts'

/** Most messages that `history` shows at once. */
export const historyCountMax = 10_000

export const conversationVerbs: VerbFamily = {
  title: 'Talking',
  verbs: [
    verb({
      name: 'send',
      aliases: [],
      bare: ['send', 'message', 'msg', 'm'],
      parameters: ['name', 'text'],
      usage: '/send NAME text',
      summary: 'send a message to somebody',
      examples: ['/send bob are you there?', 'send bob are you there?', 'message bob hi'],
      read: ([to, text]) => ({ verb: 'send', to: to as string, text: text as string }),
    }),
    verb({
      name: 'all',
      aliases: ['everyone'],
      bare: ['send_all', 'message*'],
      parameters: ['text'],
      usage: '/all text',
      summary: 'say something to everyone at the registry',
      examples: ['/all good morning', 'send_all good morning', 'message* good morning'],
      read: ([text]) => ({ verb: 'all', text: text as string }),
    }),
    verb({
      name: 'open',
      aliases: ['o', 'query', 'q'],
      parameters: ['name'],
      required: 0,
      usage: '/open [NAME]',
      summary: 'open a conversation: plain lines go to NAME; alone, close it',
      examples: ['/open bob', '/open'],
      read: ([name]) => (name === undefined ? { verb: 'open' } : { verb: 'open', name }),
    }),
    verb({
      name: 'exit',
      bare: ['EXIT'],
      usage: '/exit',
      summary: 'leave the private chat or close what is open',
      examples: ['EXIT', '/exit'],
      read: () => ({ verb: 'exit' }),
    }),
    verb({
      name: 'say',
      parameters: ['text'],
      usage: '/say text',
      summary: 'send text as it is to what is open, also the word EXIT',
      examples: ['/say EXIT'],
      read: ([text]) => ({ verb: 'say', text: text as string }),
    }),
    verb({
      name: 'history',
      aliases: ['h'],
      parameters: ['target', 'count'],
      required: 1,
      usage: '/history NAME|ROOM|everyone [N]',
      summary: 'what was said; with N, the last N at full length',
      examples: ['/history bob', '/history bob 100', '/history #3', '/history everyone'],
      read: ([target, digits]) => {
        const of = targetOf(target as string)
        if (digits === undefined) return { verb: 'history', target: of }
        const count = /^[0-9]{1,9}$/.test(digits) ? Number(digits) : 0
        return count < 1 ? undefined : { verb: 'history', target: of, count: Math.min(count, historyCountMax) }
      },
    }),
    verb({
      name: 'accept',
      parameters: ['name'],
      usage: '/accept NAME',
      summary: 'accept the changed identity of somebody',
      examples: ['/accept bob'],
      read: ([name]) => ({ verb: 'accept', name: name as string }),
    }),
  ],
}

function targetOf(word: string): HistoryTarget {
  if (word.toLowerCase() === 'everyone') return { kind: 'everyone' }
  const room = word.startsWith('#') ? roomNumber(word) : undefined
  if (room !== undefined) return { kind: 'room', room }
  return /^[0-9]{1,9}$/.test(word) ? { kind: 'digits', digits: word } : { kind: 'person', name: word }
}

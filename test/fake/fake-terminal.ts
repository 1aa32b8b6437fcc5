// The terminal face on a fake peer, to be run in a pseudo terminal by tests: bob stores at once and answers by what he
// is told: `say TEXT` (a JSON string) makes him say it, `chat` ask for a private chat, and so on.

import { TerminalFace } from '../../src/terminal/index.ts'
import { FakePeer } from './fake-peer.ts'

const peer = new FakePeer((message, fake) => {
  const { id, to, text } = message
  if (to === 'bob') fake.emit({ type: 'state', id, to, state: 'stored', road: 'direct', ms: 0.8 })
  else fake.emit({ type: 'state', id, to, state: 'mailbox', road: 'mailbox', ms: 12 })
  if (text.startsWith('say ')) fake.say('bob', JSON.parse(text.slice(4)) as string)
  if (text === 'collect') {
    for (const each of fake.sent.filter((one) => one.to !== 'bob')) {
      fake.emit({ type: 'state', id: each.id, to: each.to, state: 'stored', road: 'mailbox', ms: 3_100 })
    }
  }
  if (text === 'chat') fake.asks('bob')
  if (text === 'accept') fake.accepts('bob')
  if (text === 'invite') fake.change(7, 'invited', 'alice', 'bob')
  if (text === 'join') fake.change(1, 'joined', 'bob')
  if (text === 'everyone') {
    const entry = { number: 1, id: 'c'.repeat(32), from: 'bob', text: 'to all of you', at: 1_700_000_000_000 }
    fake.emit({ type: 'channelMessage', entry, missed: false })
  }
  if (text === 'down') fake.emit({ type: 'registry', state: 'unreachable' })
  if (text === 'fall') throw new Error('planted fall')
})
if (process.argv[2] === 'password') {
  peer.passwords = new Map([['alice', 'right']])
  peer.loggedInAs.add('alice')
  peer.startLoggedOut()
}
const terminate = new AbortController()
process.on('SIGTERM', () => terminate.abort())
const face = new TerminalFace({
  input: process.stdin,
  output: process.stdout,
  environment: process.env,
  nowMs: () => 1_700_000_000_000,
  signal: terminate.signal,
})
if (process.argv[2] === 'ask') {
  const trusted = face.askTrust('k3vd-aaaa')
  void trusted.then((answer) => face.note(`trusted: ${answer}`))
}
const result = await face.run(peer)
await peer.close()
console.log(`left: ${result.departure}`)

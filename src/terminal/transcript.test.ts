// The transcript's colours: each kind of line has its own, and nothing is said by a colour alone.

import assert from 'node:assert/strict'
import { stripVTControlCharacters } from 'node:util'
import { test } from 'node:test'
import type { FaceEvent } from './face-event.ts'
import { Screen } from './screen.ts'
import { createTheme } from './theme.ts'
import { Transcript } from './transcript.ts'

const events: readonly FaceEvent[] = [
  { type: 'registry', state: 'online' },
  { type: 'presence', name: 'bob', status: 'online', isNews: true },
  {
    type: 'message',
    id: '01'.repeat(16),
    from: 'bob',
    conversation: 'bob',
    text: 'hello alice',
    road: 'direct',
    sentAt: 0,
    receivedAt: 0,
  },
  { type: 'clients', clients: [{ name: 'carol', status: 'online' }] },
  { type: 'sent', id: '02'.repeat(16), to: 'bob', text: 'hello bob', at: 0 },
  { type: 'state', id: '02'.repeat(16), to: 'bob', state: 'stored', road: 'direct' },
  { type: 'error', error: { code: 'usage', text: 'no such thing', hints: [] } },
]

function shown(colour: boolean): string {
  let text = ''
  const output = { write: (some: string) => (text += some), columns: 100, rows: 24 }
  const screen = new Screen(output, (task) => task())
  const theme = createTheme({ colour, unicode: true })
  const transcript = new Transcript(
    screen,
    theme,
    () => 0,
    () => 'alice',
  )
  for (const event of events) transcript.show(event)
  return text
}

/** What is painted with a colour of SGR, up to its end. */
function painted(text: string, code: number): string {
  // eslint-disable-next-line no-control-regex
  return [...text.matchAll(new RegExp(`\u001b\\[${code}m([^\u001b]*)`, 'g'))].map(([, part]) => part).join('\n')
}

test('receipts are green, the greeting stands on blue, chat is cyan, alerts and lists are yellow, errors red', () => {
  const text = shown(true)
  const [red, green, yellow, cyan, onBlue] = [31, 32, 33, 36, 44] as const
  assert.match(painted(text, green), /Message received by bob/)
  assert.match(painted(text.replaceAll('\u001b[97m', ''), onBlue), /Greetings, alice!/)
  assert.match(painted(text, cyan), /hello alice/)
  assert.match(painted(text, yellow), /bob is online!/)
  assert.match(painted(text, yellow), /carol/)
  assert.match(painted(text, red), /no such thing/)
})

test('without colours nothing is painted, and the same is said', () => {
  const plain = shown(false)
  // eslint-disable-next-line no-control-regex
  assert.doesNotMatch(plain, /\u001b\[\d+m/)
  const said = (text: string): string => stripVTControlCharacters(text)
  assert.equal(said(plain), said(shown(true)))
})

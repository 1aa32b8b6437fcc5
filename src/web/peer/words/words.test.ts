// The page's sentences: notices of events, errors, and that nothing of others slips into them unseen.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { ParleyError } from '../../../base/index.ts'
import { registryErrors } from '../../../protocol/index.ts'
import { wholeStatus } from '../model/fixture/fake-page.ts'
import { emptyState, type PageState } from '../model/page-state.ts'
import { errorLine, reasonWords } from './error-words.ts'
import { noticeWords } from './notice-words.ts'
import { counted, nameList, plainText, previewText, shortTime, span } from './plain-text.ts'

const state: PageState = {
  ...emptyState,
  status: { ...wholeStatus, state: 'unreachable' },
  clients: [{ name: 'bob', status: 'away' }],
  friends: [{ name: 'bob', alias: 'Bobby', isFriend: true, isBlocked: false, status: 'away' }],
}

function text(event: Parameters<typeof noticeWords>[0], before = state): string | undefined {
  return noticeWords(event, before)?.text
}

describe('a notice', () => {
  test('tells of comings once, by the name that we use', () => {
    assert.equal(text({ type: 'presence', name: 'bob', status: 'online' }), 'Bobby came on line.')
    assert.equal(text({ type: 'presence', name: 'bob', status: 'away' }), undefined, 'that is known')
    assert.equal(text({ type: 'presence', name: 'zoe', status: 'away' }), undefined, 'who was never there did not go')
    const blocked = { ...state, friends: [{ name: 'bob', isFriend: false, isBlocked: true }] }
    assert.equal(text({ type: 'presence', name: 'bob', status: 'online' }, blocked), undefined)
  })

  test('counts what waited', () => {
    assert.equal(text({ type: 'mailWaiting', count: 3 }), '3 messages waited for you.')
    assert.equal(text({ type: 'mailWaiting', count: 1 }), '1 message waited for you.')
    assert.equal(text({ type: 'mailWaiting', count: 0 }), undefined)
  })

  test('tells of the registry when it changes', () => {
    assert.equal(text({ type: 'registry', state: 'online' }), 'The registry is back.')
    assert.equal(text({ type: 'registry', state: 'unreachable' }), undefined)
    const fresh = { ...state, status: { ...wholeStatus, state: 'connecting' as const } }
    assert.equal(text({ type: 'registry', state: 'online' }, fresh), 'Welcome, alice. You are on line.')
  })

  test('tells of private chats by who did what', () => {
    assert.match(text({ type: 'chatOpened', name: 'bob', asked: true }) ?? '', /bob accepted/)
    assert.match(text({ type: 'chatClosed', name: 'bob', by: 'peer' }) ?? '', /bob left/)
    assert.match(text({ type: 'chatClosed', name: 'bob', by: 'self' }) ?? '', /You left/)
    assert.match(text({ type: 'chatRefused', name: 'bob', outcome: 'timedOut' }) ?? '', /did not answer/)
    assert.match(
      text({ type: 'chatRequestOver', from: 'bob', outcome: 'withdrawn' }) ?? '',
      /took the chat request back/,
    )
  })

  test('does not tell us what we did in a room ourselves', () => {
    const room = { room: 3, name: 'the boat', maker: 'alice', state: 'joined', members: [] } as const
    const entry = { number: 1, at: 1 }
    assert.equal(text({ type: 'room', room, entry: { ...entry, kind: 'made', name: 'Alice' } }), undefined)
    const joined = { ...entry, kind: 'joined', name: 'bob' } as const
    assert.equal(text({ type: 'room', room, entry: joined }), 'bob joined “the boat”.')
    const invited = { ...entry, kind: 'invited', name: 'alice', by: 'bob' } as const
    assert.equal(text({ type: 'room', room, entry: invited }), 'bob would like to add you to “the boat”.')
    const removed = { ...entry, kind: 'removed', name: 'alice', by: 'bob' } as const
    assert.equal(text({ type: 'room', room, entry: removed }), 'bob removed you from “the boat”.')
  })
})

describe('an error', () => {
  test('has a sentence for every code of the registry', () => {
    for (const code of Object.keys(registryErrors)) {
      const { text: sentence } = reasonWords({ code, details: {} })
      assert.match(sentence, /\.$/, code)
      assert.doesNotMatch(sentence, /did not work|undefined|NaN/, code)
    }
  })

  test('that nobody knows is shown with its word', () => {
    assert.equal(errorLine(new ParleyError('strange')), 'That did not work: strange.')
    assert.match(errorLine(new TypeError('x is not a function')), /bug of Parley/)
  })

  test('names what it is about', () => {
    const line = errorLine(new ParleyError('portInUse', { details: { port: 5000 } }))
    assert.equal(
      line,
      'UDP port 5000 is in use by another program. Choose another, or leave it empty for any that is free.',
    )
    assert.match(errorLine(new ParleyError('passwordWrong', { details: { known: true } })), /^Wrong password\.$/)
    assert.match(errorLine(new ParleyError('passwordWrong')), /nobody has this name/)
  })
})

describe('text of others', () => {
  test('shows what cannot be seen, and keeps emoji together', () => {
    assert.equal(plainText('a\u202Eb\u0007c'), 'a\u{FFFD}b\u{FFFD}c')
    assert.equal(plainText('👩\u200D🔬'), '👩\u200D🔬')
    assert.equal(previewText('one\n\n  two\tthree '), 'one two three')
  })

  test('is one line, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (given) => {
        assert.doesNotMatch(previewText(given), /[\p{Cc}\u202E\u2066]/u)
        assert.ok(previewText(given).length <= 300)
      }),
    )
  })

  test('stands in lists that do not grow', () => {
    assert.equal(nameList(['bob']), 'bob')
    assert.equal(nameList(['bob', 'carol', 'dave']), 'bob, carol and dave')
    assert.equal(nameList(['a', 'b', 'c', 'd', 'e', 'f']), 'a, b, c and 3 more')
  })
})

describe('figures', () => {
  test('agree with their words', () => {
    assert.equal(counted(1, 'message'), '1 message')
    assert.equal(counted(1_200, 'message'), '1,200 messages')
    assert.equal(counted(0, 'person', 'people'), '0 people')
  })

  test('of time are short, also where they are nonsense', () => {
    const noon = new Date(2026, 10, 21, 12, 0).getTime()
    assert.equal(shortTime(noon - 3_600_000, noon), '11:00')
    assert.equal(shortTime(noon - 2 * 86_400_000, noon), 'Thu')
    assert.equal(shortTime(noon - 60 * 86_400_000, noon), '22 Sept')
    assert.equal(shortTime(Number.NaN, noon).endsWith('1970'), true)
    assert.equal(shortTime(Number.MAX_VALUE, noon).endsWith('9999'), true)
    assert.equal(span(-1), '0 s')
    assert.equal(span(42_000), '42 s')
  })
})

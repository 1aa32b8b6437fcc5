// The page's keys, and which conversation Alt and the arrows lead to.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { nextConversation } from './next-conversation.ts'
import { commandOf, keyGroups } from './shell-key.ts'

const none = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false }

describe('keys', () => {
  test('do what the help says, with Ctrl and with Cmd', () => {
    for (const main of [{ ctrlKey: true }, { metaKey: true }]) {
      assert.equal(commandOf({ ...none, ...main, key: 'k' }, true), 'jump')
      assert.equal(commandOf({ ...none, ...main, key: 'f' }, true), 'searchHere')
      assert.equal(commandOf({ ...none, ...main, key: 'F', shiftKey: true }, true), 'searchAll')
      assert.equal(commandOf({ ...none, ...main, key: '.' }, true), 'details')
    }
    assert.equal(commandOf({ ...none, altKey: true, key: 'ArrowDown' }, true), 'next')
    assert.equal(commandOf({ ...none, altKey: true, key: 'ArrowUp' }, true), 'previous')
    assert.equal(commandOf({ ...none, altKey: true, shiftKey: true, key: 'ArrowDown' }, true), 'nextUnread')
    assert.equal(commandOf({ ...none, altKey: true, shiftKey: true, key: 'ArrowUp' }, true), 'previousUnread')
  })

  test('leave what is typed alone', () => {
    assert.equal(commandOf({ ...none, key: '?', shiftKey: true }, false), 'help')
    assert.equal(commandOf({ ...none, key: '?', shiftKey: true }, true), undefined)
    for (const key of ['k', 'f', '.', 'ArrowUp', 'ArrowDown', 'Enter']) {
      assert.equal(commandOf({ ...none, key }, false), undefined, key)
    }
    // AltGr is Ctrl+Alt on some keyboards, and writes letters.
    assert.equal(commandOf({ ...none, ctrlKey: true, altKey: true, key: 'f' }, true), undefined)
  })

  test('of the help follow the setting of Enter', () => {
    const sends = (enterSends: boolean) =>
      keyGroups('Ctrl', enterSends).flatMap(({ rows }) => rows.find(({ text }) => text === 'Send')?.keys ?? [])
    assert.deepEqual(sends(true), [['Enter']])
    assert.deepEqual(sends(false), [['Ctrl', 'Enter']])
  })
})

describe('the next conversation', () => {
  const rows = ['a', 'b', 'c'].map((name, at) => ({
    key: { kind: 'person', name } as const,
    title: name,
    unread: at,
    readTo: 0,
    draft: '',
  }))
  const at = (name: string) => ({ kind: 'person', name }) as const

  test('goes all around', () => {
    assert.deepEqual(nextConversation(rows, at('a'), 1, false), at('b'))
    assert.deepEqual(nextConversation(rows, at('c'), 1, false), at('a'))
    assert.deepEqual(nextConversation(rows, at('a'), -1, false), at('c'))
  })

  test('begins at an end where none is open', () => {
    assert.deepEqual(nextConversation(rows, undefined, 1, false), at('a'))
    assert.deepEqual(nextConversation(rows, undefined, -1, false), at('c'))
    assert.deepEqual(nextConversation(rows, at('elsewhere'), 1, false), at('a'))
  })

  test('passes over what is read, and stays where nothing is new', () => {
    assert.deepEqual(nextConversation(rows, at('c'), 1, true), at('b'))
    assert.deepEqual(nextConversation(rows.slice(0, 2), at('b'), 1, true), undefined)
    assert.deepEqual(nextConversation([], undefined, -1, false), undefined)
  })
})

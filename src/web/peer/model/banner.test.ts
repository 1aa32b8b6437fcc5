// Which banner stands over the page.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { PeerStatus } from '../../../api/index.ts'
import { bannerOf } from './banner.ts'
import { wholeStatus } from './fixture/fake-page.ts'

function banner(change: Partial<PeerStatus>, lineState: 'open' | 'lost' | 'refused' = 'open') {
  return bannerOf({ lineState, status: { ...wholeStatus, ...change } })
}

describe('the banner', () => {
  test('is not there while nothing is wrong, nor before anything is known', () => {
    assert.equal(banner({}), undefined)
    assert.equal(banner({ state: 'connecting' }), undefined)
    assert.equal(bannerOf({ lineState: 'open', status: undefined }), undefined)
    assert.equal(bannerOf({ lineState: 'connecting', status: undefined }), undefined)
  })

  test('says what still works, and what waits', () => {
    const text = 'Registry unreachable: people you have met can still be reached'
    assert.equal(banner({ state: 'unreachable' })?.text, `${text}.`)
    assert.equal(banner({ state: 'unreachable', waiting: 1 })?.text, `${text}; 1 message waits.`)
    assert.equal(banner({ state: 'unreachable', waiting: 3 })?.text, `${text}; 3 messages wait.`)
  })

  test('tells the own peer from the registry', () => {
    const text = 'The connection to your own peer is lost; trying again.'
    assert.equal(banner({ state: 'unreachable', waiting: 3 }, 'lost')?.text, text)
    const reason = { code: 'peerLost', details: {} }
    assert.equal(banner({ state: 'unreachable', reason })?.text, text)
  })

  test('sends an old window away, whatever else is wrong', () => {
    const text = 'This window belongs to an earlier start of Parley'
    assert.equal(banner({ state: 'wrongKey' }, 'refused')?.text, `${text}: open the new address instead.`)
    const left = bannerOf({ lineState: 'refused', status: wholeStatus }, 2)
    assert.equal(left?.text, `${text}, and 2 messages here are not sent: open the new address in this same window.`)
  })

  test('offers what mends it', () => {
    assert.equal(banner({ state: 'loggedOut' })?.action?.kind, 'login')
    const reason = { code: 'passwordNeeded', details: {} }
    const asked = banner({ state: 'loggedOut', reason })
    assert.equal(asked?.text, 'This registry asks for a password.')
    assert.equal(asked?.action?.kind, 'login')
    assert.equal(banner({ state: 'replaced' })?.action?.kind, 'login')
    const taken = banner({ state: 'refused', reason: { code: 'nameTaken', details: { name: 'alice' } } })
    assert.match(taken?.text ?? '', /^The name alice belongs to somebody else/)
    assert.equal(taken?.action?.kind, 'account')
    assert.equal(banner({ state: 'wrongKey' })?.action?.kind, 'account')
  })

  test('offers another registry while the one given has never answered', () => {
    const { registryName: _, ...unmet } = wholeStatus
    const lost = { lineState: 'open', status: { ...unmet, state: 'unreachable' } } as const
    assert.equal(bannerOf(lost)?.action?.kind, 'account')
    const met = { ...lost, status: { ...lost.status, registryName: 'Lab 4' } }
    assert.equal(bannerOf(met)?.action, undefined)
  })

  test('says what is kept while one is off line', () => {
    assert.equal(banner({ state: 'loggedOut' })?.text, 'You are off line. What you send is kept until you log in.')
    const waiting = banner({ state: 'loggedOut', waiting: 2, reason: { code: 'byRequest', details: {} } })
    assert.equal(waiting?.text, 'You are off line. 2 messages wait until you log in.')
  })
})

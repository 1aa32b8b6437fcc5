// What every store of a registry must do about the public channel: each message one number and one text, no gap, and marks
// that never go back.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { claimOf, StoreCaller } from './store-caller.ts'
import type { StoreUnderTest } from './store-suite.ts'
import { TalkCaller } from './talk-caller.ts'

type Check = (name: string, run: (talk: TalkCaller, under: StoreUnderTest) => Promise<void>) => void

/** Registers the suite for one adapter. */
export function testChannel(adapter: string, open: () => Promise<StoreUnderTest>): void {
  const check: Check = (name, run) => {
    test(`${adapter}: channel: ${name}`, async () => {
      const under = await open()
      try {
        await run(new TalkCaller(under.store), under)
      } finally {
        await under.close()
      }
    })
  }
  testMessages(check)
  testAging(check)
  testMarks(check)
}

function testMessages(check: Check): void {
  check('messages have numbers from 1 without a gap, the console’s too, and are read in order', async (talk) => {
    const said = await Promise.all([talk.say('a', 1), talk.say(undefined, 2), talk.say('B', 3, { at: 7 })])
    assert.deepEqual(
      said.map(({ number, isNew }) => [number, isNew]),
      [
        [1, true],
        [2, true],
        [3, true],
      ],
    )
    const { rows, more } = await talk.channel()
    assert.deepEqual(
      rows.map(({ number, from, at, text }) => [number, from, at, text]),
      [
        [1, 'a', 1, 'text 1'],
        [2, undefined, 1, 'text 2'],
        [3, 'B', 7, 'text 3'],
      ],
    )
    assert.ok(!more && !('from' in (rows[1] ?? {})))
    assert.deepEqual(
      (await talk.channel({ after: 2 })).rows.map(({ number }) => number),
      [3],
    )
  })

  check('a message said again has its first number, time and text; an id is its sender’s own', async (talk, under) => {
    const first = await talk.say('a', 1, { text: 'first', at: 5 })
    const again = await talk.say('a', 1, { text: 'second', at: 9 })
    assert.deepEqual(again, { ...first, isNew: false })
    assert.equal((await talk.say('b', 1)).number, 2)
    assert.equal((await talk.say(undefined, 1)).number, 3)
    const reopened = new TalkCaller(await under.reopen())
    assert.deepEqual(await reopened.say('a', 1), { number: 1, at: 5, isNew: false })
    assert.equal((await reopened.say('a', 2)).number, 4)
    assert.equal((await reopened.channel()).rows[0]?.text, 'first')
  })

  check('41: a text comes back as it was said, whatever is in it', async (talk, under) => {
    const texts = [
      'a\u0000b',
      '\u001B]0;x\u0007\u009B31m',
      '\uFFFE\u202E',
      "'; drop table channel; --",
      '%_"',
      '🙂'.repeat(9),
    ]
    for (const [i, text] of texts.entries()) await talk.say('a', i, { text })
    const { rows } = await new TalkCaller(await under.reopen()).channel()
    assert.deepEqual(
      rows.map(({ text }) => text),
      texts,
    )
  })

  check('pages are bounded by rows and by bytes of UTF-8, and a large row makes its own', async (talk) => {
    const texts = ['é'.repeat(10), 'x'.repeat(19), 'é'.repeat(500), 'z']
    for (const [i, text] of texts.entries()) await talk.say('a', i, { text })
    const sizes: number[] = []
    let after = 0
    for (let more = true; more;) {
      const page = await talk.channel({ after, bytesMax: 39, rowsMax: 3 })
      sizes.push(page.rows.length)
      after = page.rows.at(-1)?.number ?? assert.fail()
      more = page.more
    }
    assert.deepEqual(sizes, [2, 1, 1])
    const two = await talk.channel({ rowsMax: 2 })
    assert.deepEqual([two.rows.length, two.more], [2, true])
    assert.deepEqual((await talk.channel({ bytesMax: 38 })).rows.length, 1)
  })
}

function testAging(check: Check): void {
  check(
    'only the latest texts are kept, and a message whose text went is still not said twice',
    async (talk, under) => {
      const bounds = { messagesMax: 3, rememberedMax: 5 }
      for (let id = 1; id <= 6; id++) await talk.say('a', id, bounds)
      assert.deepEqual(
        (await talk.channel()).rows.map(({ number }) => number),
        [4, 5, 6],
      )
      assert.deepEqual(await talk.say('a', 2, bounds), { number: 2, at: 1, isNew: false })
      assert.deepEqual((await talk.channel()).rows.length, 3)
      const reopened = new TalkCaller(await under.reopen())
      assert.equal((await reopened.channel()).rows[0]?.number, 4, 'what is not read any more is not on the disk either')
      assert.equal((await reopened.say('a', 1, bounds)).number, 7, 'forgotten for good')
      assert.deepEqual(
        (await reopened.channel()).rows.map(({ number }) => number),
        [5, 6, 7],
      )
      // The operator keeps less from now on.
      await reopened.say('a', 9, { messagesMax: 1, rememberedMax: 5 })
      assert.deepEqual(
        (await reopened.channel()).rows.map(({ number }) => number),
        [8],
      )
    },
  )

  check('old texts go in steps, numbers go on, also after all have gone', async (talk, under) => {
    for (let id = 1; id <= 5; id++) await talk.say('a', id, { at: 10 * id })
    assert.deepEqual(await talk.expireChannel(30, 2), { rows: 2, more: true })
    assert.deepEqual(await talk.expireChannel(30, 2), { rows: 1, more: false })
    assert.deepEqual(
      (await talk.channel()).rows.map(({ number }) => number),
      [4, 5],
    )
    assert.deepEqual(await talk.expireChannel(1_000, 10), { rows: 2, more: false })
    assert.deepEqual((await talk.channel()).rows, [])
    const reopened = new TalkCaller(await under.reopen())
    assert.equal((await reopened.say('a', 6)).number, 6)
    assert.deepEqual(await reopened.say('a', 3), { number: 3, at: 30, isNew: false })
    assert.deepEqual(
      (await reopened.channel()).rows.map(({ number }) => number),
      [6],
    )
  })
}

function testMarks(check: Check): void {
  check('an account hears from its first login on; its mark moves forward only', async (talk, under) => {
    for (let id = 1; id <= 3; id++) await talk.say('a', id)
    const accounts = new StoreCaller(under.store)
    const claimed = await accounts.claim(claimOf('b', { identity: 1 }))
    assert.ok(claimed.kind === 'claimed' && claimed.channel === 3)
    assert.deepEqual(await talk.heard('b', 3), { after: 3, upTo: 3 })
    for (let id = 4; id <= 6; id++) await talk.say('a', id)
    const again = await accounts.claim(claimOf('b', { identity: 1 }))
    assert.ok(again.kind === 'claimed' && again.channel === 6)
    assert.deepEqual(await talk.heard('b', 5), { after: 3, upTo: 5 })
    assert.deepEqual(await talk.heard('b', 4), { after: 5, upTo: 5 }, 'no mark goes back')
    assert.deepEqual(await talk.heard('b', 1_000_000), { after: 5, upTo: 6 }, 'nobody hears what was not said')
    const reopened = new TalkCaller(await under.reopen())
    assert.deepEqual(await reopened.heard('b', 6), { after: 6, upTo: 6 })
    assert.deepEqual(await reopened.heard('nobody', 2), { after: 2, upTo: 2 }, 'without a mark nothing is new')
  })

  check('the latest messages come with how many others have heard them', async (talk, under) => {
    await new StoreCaller(under.store).claimAll('a', 'b', 'c', 'd')
    for (let id = 1; id <= 3; id++) await talk.say(id === 3 ? undefined : 'A', id)
    await talk.heard('a', 3)
    await talk.heard('b', 2)
    await talk.heard('c', 1)
    const reopened = new TalkCaller(await under.reopen())
    const heads = await reopened.heads()
    assert.deepEqual(
      heads.map(({ number, id, from, heardBy }) => [number, id[0], from, heardBy]),
      [
        [1, 1, 'A', 2],
        [2, 2, 'A', 1],
        [3, 3, undefined, 1],
      ],
    )
    assert.deepEqual(
      (await reopened.heads(2)).map(({ number }) => number),
      [2, 3],
    )
  })
}

import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, test, type TestContext } from 'node:test'
import fc from 'fast-check'
import { escapeHtml } from './export-html.ts'
import { escapeMarkdown } from './export-markdown.ts'
import { exportTranscripts } from './export.ts'
import { noon, TalkPeer } from '../../test/fake/talk-peer.ts'
import { TestDesk } from './fixture/test-desk.ts'
import { importLineBytesMax, readImportLine } from './import-line.ts'
import { importTranscripts } from './import.ts'
import { pageEntries } from './transcript-pages.ts'

const bob = { kind: 'person', name: 'bob' } as const
const nasty = '<script>alert(1)</script> <!-- "\' & [x](javascript:y) # *b* `c`\n    code\n\n- list\u001b[2J\u202e'

function talkative(): TalkPeer {
  const peer = new TalkPeer()
  peer.roomList = [{ room: 3, name: '<u>boat', maker: 'bob', state: 'joined', members: [] }]
  peer.put(bob, { from: 'bob', text: nasty })
  peer.put(bob, { from: 'alice', isOwn: true, text: 'two', state: 'stored', road: 'direct' })
  peer.put({ kind: 'room', room: 3 }, { from: 'carol', text: 'in the room', number: 2 })
  peer.put({ kind: 'room', room: 3 }, { kind: 'joined', id: '', from: 'dora', number: 3 })
  peer.put({ kind: 'channel' }, { text: 'from the console', number: 1 })
  return peer
}

async function exported(peer: TalkPeer, format: 'jsonl' | 'md' | 'html', of?: string): Promise<string> {
  const desk = new TestDesk(peer)
  assert.equal(await exportTranscripts(desk, { format, ...(of === undefined ? {} : { of }) }), undefined)
  return desk.printed()
}

async function imported(peer: TalkPeer, file: string | Uint8Array): Promise<string> {
  const desk = new TestDesk(peer)
  assert.equal(await importTranscripts(desk, { from: { input: Readable.from([Buffer.from(file)]) } }), undefined)
  return (await desk.printed()).trim()
}

const textsOf = (peer: TalkPeer, name: string): (string | undefined)[] =>
  (peer.talks.get(name)?.entries ?? []).map(({ text }) => text)

describe('JSONL', () => {
  test('goes out and comes in again, once, in its order', async () => {
    const peer = talkative()
    const file = await exported(peer, 'jsonl')
    assert.match(file, /^\{"type":"export","schema":1,"name":"alice",/)
    // eslint-disable-next-line no-control-regex
    assert.doesNotMatch(file, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
    const other = new TalkPeer()
    other.put(bob, { id: 'f'.repeat(32), from: 'bob', text: 'newer' })
    assert.equal(await imported(other, file), '4 added, 0 known already')
    assert.deepEqual(textsOf(other, 'bob'), [nasty, 'two', 'newer'])
    assert.equal(other.talks.get('bob')?.entries[0]?.sentAt, noon + 1_000)
    assert.equal(await imported(other, file), '0 added, 4 known already')
  })

  test('streams by pages, and many batches keep their order', async () => {
    const peer = new TalkPeer()
    const count = 4 * pageEntries + 7
    for (let i = 0; i < count; i++) peer.put(bob, { from: 'bob', text: `${i}` })
    const file = await exported(peer, 'jsonl', 'bob')
    assert.ok(peer.pageSizes.length >= 5 && peer.pageSizes.every((size) => size === pageEntries))
    const other = new TalkPeer()
    assert.equal(await imported(other, file), `${count} added, 0 known already`)
    assert.deepEqual(textsOf(other, 'bob'), textsOf(peer, 'bob'))
  })

  const head = '{"type":"export","schema":1,"name":"alice"}\n'
  const good = `{"type":"entry","kind":"message","key":{"kind":"person","name":"bob"},"id":"${'a'.repeat(32)}","isOwn":false,"from":"bob","text":"x","sentAt":"2026-11-21T12:00:00.000Z"}\n`
  const wrong: Record<string, { file: string; code?: string; line?: number; problem?: RegExp }> = {
    'nothing in it': { file: '', line: 1, problem: /nothing/ },
    'no head': { file: good, line: 1, problem: /begins with/ },
    'a line that is no JSON': { file: `${head}${good}{"type":\n`, line: 3, problem: /no JSON/ },
    'a field that is wrong': { file: `${head}${good.replace('"text":"x"', '"text":7')}`, line: 2, problem: /`text`/ },
    'an id that is none': { file: `${head}${good.replace('aaaa', 'AAAA')}`, line: 2, problem: /`id`/ },
    'a name that is none': {
      file: `${head}${good.replace('"from":"bob"', '"from":"../b"')}`,
      line: 2,
      problem: /`from`/,
    },
    'a later version': { file: head.replace('1', '2'), line: 1, problem: /schema is 2/ },
    'an endless line': { file: `${head}${'x'.repeat(importLineBytesMax + 1)}`, line: 2, problem: /more than/ },
    'another account': { file: head.replace('alice', 'bob'), code: 'importOfOther' },
  }
  for (const [what, { file, code = 'badImport', line, problem }] of Object.entries(wrong)) {
    test(`with ${what} is refused, and nothing of it comes in`, async () => {
      const peer = new TalkPeer()
      await assert.rejects(imported(peer, file), (error: { code?: string; details?: Record<string, unknown> }) => {
        assert.equal(error.code, code)
        assert.equal(error.details?.['line'], line)
        if (problem) assert.match(String(error.details?.['problem']), problem)
        return true
      })
      assert.equal(peer.talks.size, 0)
    })
  }

  test('of a file is read where it is, and a missing one is named', async (t: TestContext) => {
    const folder = mkdtempSync(join(tmpdir(), 'parley-export-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const path = join(folder, 'all.jsonl')
    writeFileSync(path, `${head}\r\n\n${good}${good}`)
    const desk = new TestDesk(new TalkPeer(), 'json')
    await importTranscripts(desk, { from: { path } })
    assert.deepEqual(await desk.objects(), [{ type: 'imported', added: 2, known: 0, skipped: 0 }])
    assert.deepEqual(readdirSync(folder), ['all.jsonl'])
    await assert.rejects(importTranscripts(desk, { from: { path: join(folder, 'no') } }), { code: 'notReadable' })
  })

  test('a line without an end is refused before it ends', async () => {
    let given = 0
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(head)
      for (;;) {
        given++
        yield Buffer.alloc(65_536, 'x')
      }
    }
    const from = { input: Readable.from(endless(), { objectMode: false }) }
    await assert.rejects(importTranscripts(new TestDesk(new TalkPeer()), { from }), { code: 'badImport' })
    assert.ok(given < 20, `${given} times 64 KiB`)
  })

  test('lines of anybody are read or refused, and never thrown over', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.json(), fc.string(), fc.constant(good)),
        fc.nat(300),
        fc.string({ maxLength: 3 }),
        (line, at, put) => {
          readImportLine(line.slice(0, at) + put + line.slice(at))
        },
      ),
    )
  })
})

describe('HTML', () => {
  test('shows what was written and runs nothing', async () => {
    const page = await exported(talkative(), 'html')
    assert.match(
      page,
      /content="default-src 'none'; style-src 'sha256-[\w+/=]{44}'; base-uri 'none'; form-action 'none'"/,
    )
    assert.ok(page.includes('&lt;script&gt;alert(1)&lt;/script&gt; &lt;!-- &quot;&#39; &amp; [x](javascript:y)'))
    assert.deepEqual([...new Set(page.match(/<\/?[a-z!][a-z0-9]*/gi))].toSorted(), [
      '<!doctype', '</article', '</b', '</h1', '</h2', '</h3', '</header', '</html', '</i', '</main', '</p', '</section',
      '</style', '</time', '</title', '<article', '<b', '<h1', '<h2', '<h3', '<header', '<html', '<i', '<main', '<meta',
      '<p', '<section', '<style', '<time', '<title',
    ]) // prettier-ignore
    // eslint-disable-next-line no-control-regex
    assert.doesNotMatch(page, /\ssrc=|\shref=|url\(|\u001b|\u202e/)
  })
  test('no text leaves its element', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => assert.doesNotMatch(escapeHtml(text), /[<>"']/)))
  })
})

describe('Markdown', () => {
  test('shows what was written', async () => {
    const text = await exported(talkative(), 'md', 'bob')
    assert.match(text, /^# Messages of alice\n/)
    assert.ok(text.includes('\\<script\\>alert\\(1\\)\\<\\/script\\>'))
    assert.ok(text.includes('&nbsp;&nbsp;&nbsp;&nbsp;code\\\n&nbsp;\\\n\\- list'))
    assert.match(text, /\*\*alice\*\* \d\d:\d\d:\d\d \*stored\*\\\ntwo\n/)
  })
  test('escapes everything that could mean something', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const plain = escapeMarkdown(text)
          .replaceAll('&nbsp;', '')
          .replaceAll('\\\n', '')
          .replaceAll(/\\[!-/:-@[-`{-~]/g, '')
        assert.doesNotMatch(plain, /[!-/:-@[-`{-~\n]/)
      }),
    )
  })
})

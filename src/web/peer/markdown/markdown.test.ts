import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { parseMarkdown } from './block.ts'
import { parseInline, type Work } from './inline.ts'
import { safeAddress } from './safe-address.ts'
import { isSign, pieces } from './sign.ts'
import { type Block, type Inline, sourceOf } from './tree.ts'

const bytesMax = 24_000

/** The tree in short: `strong(a)`, `link[http://b/](c)`. */
function short(nodes: readonly Inline[]): string {
  return nodes
    .map((node) => {
      if (node.kind === 'text') return node.text
      if (node.kind === 'code') return `code(${node.text})`
      if (node.kind === 'address') return `address[${node.href}]`
      if (node.kind === 'link') return `link[${node.href}](${short(node.children)})`
      return `${node.kind}(${short(node.children)})`
    })
    .join('')
}

const inline = (text: string): string => short(parseInline(text))
const kinds = (text: string): string[] => parseMarkdown(text).map(({ kind }) => kind)

function depthOf(nodes: readonly Inline[]): number {
  return Math.max(0, ...nodes.map((node) => ('children' in node ? 1 + depthOf(node.children) : 0)))
}

function addressesOf(blocks: readonly Block[]): string[] {
  const inside = (nodes: readonly Inline[]): string[] =>
    nodes.flatMap((node) => [
      ...('href' in node ? [node.href] : []),
      ...('children' in node ? inside(node.children) : []),
    ])
  return blocks.flatMap((block) => {
    if (block.kind === 'list') return block.items.flatMap(({ children }) => inside(children))
    return 'children' in block ? inside(block.children) : []
  })
}

test('signs around words are marks', () => {
  assert.equal(inline('a **b** _c_ *d* `e`'), 'a strong(b) emphasis(c) emphasis(d) code(e)')
  assert.equal(inline('***a* b**'), 'strong(emphasis(a) b)')
  assert.equal(inline('*a **b** c*'), 'emphasis(a strong(b) c)')
  assert.equal(inline('``a`b`` `c'), 'code(a`b) `c')
  assert.equal(inline('[*a*](https://b.example/c)'), 'link[https://b.example/c](emphasis(a))')
  assert.equal(inline('see https://b.example/(c). And'), 'see address[https://b.example/(c)]. And')
  assert.equal(inline('**https://b.example**'), 'strong(address[https://b.example/])')
})

test('what is no mark stays as typed', () => {
  for (const text of [
    '2*3*4',
    'a_file_name',
    '__init__',
    '* a *',
    '**',
    '** **',
    '****a****',
    '*a',
    'a* b*',
    '[a](b)',
    '[]',
    '[a] (b)',
  ]) {
    assert.equal(inline(text), text)
  }
})

test('lines make blocks', () => {
  assert.deepEqual(kinds('a\n\nb'), ['paragraph'])
  assert.deepEqual(kinds('a\n> b\n> c\nd'), ['paragraph', 'quote', 'paragraph'])
  assert.deepEqual(kinds('- a\n  - b\n3. c'), ['list'])
  assert.deepEqual(kinds('```ts\n> *a*\n```\nb'), ['code', 'paragraph'])
  assert.deepEqual(kinds('```\nnever closed'), ['code'])
  const [list] = parseMarkdown('- a\n  - b\n3. c')
  assert.deepEqual(list?.kind === 'list' && list.items.map(({ level, number }) => [level, number]), [
    [0, undefined],
    [1, undefined],
    [0, 3],
  ])
  assert.deepEqual(kinds('-a\n1.b\n#c'), ['paragraph'])
})

test('catalogue item 71: HTML, scripts and other addresses are text', () => {
  const texts = [
    '<img src=x onerror=alert(1)>',
    '<svg onload=alert(1)>',
    '<a href="https://a.example">x</a>',
    '[x](javascript:alert(1))',
    '[x](data:text/html,<script>alert(1)</script>)',
    'javascript:alert(1)',
    'data:image/svg+xml;base64,AAAA',
    'file:///etc/passwd',
    '![x](cid:1)',
    '[x](//evil.example)',
    '[x](http:evil.example)',
    '[x](https:\\\\evil.example)',
  ]
  for (const text of texts) {
    const found = addressesOf(parseMarkdown(text))
    assert.ok(
      found.every((href) => href === 'https://a.example/'),
      `${text}: ${found.join()}`,
    )
  }
  assert.equal(safeAddress('https://bank.example@evil.example'), undefined)
  assert.equal(safeAddress('https://a.example/\u202egpj.exe'), undefined)
  assert.equal(safeAddress('http://[::1'), undefined)
  assert.match(safeAddress('https://раураl.example/') ?? '', /^https:\/\/xn--/)
})

const signs = fc.constantFrom(
  '*',
  '**',
  '_',
  '`',
  '``',
  '```\n',
  '[',
  ']',
  '](http://a.b)',
  '](',
  '> ',
  '\n',
  '- ',
  '1. ',
  'a',
  'b c',
  ' ',
  'https://a.b/c',
  '\u202e',
  'é',
  '😀',
  '\r\n',
  '(',
  ')',
)
const anyText = fc.oneof(
  fc.array(signs, { maxLength: 60 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 80 }),
)

test('nothing of a text is lost, trees are shallow, and every link is http or https', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const blocks = parseMarkdown(text)
      assert.equal(sourceOf(blocks), text)
      for (const block of blocks) if ('children' in block) assert.ok(depthOf(block.children) <= 8)
      for (const href of addressesOf(blocks)) assert.match(href, /^https?:\/\/[^@]*$/)
    }),
    { numRuns: Number(process.env['PARLEY_FUZZ'] ?? 600) },
  )
})

test('the work grows with the length of a text alone', () => {
  const units = [
    '*',
    '[',
    '`',
    '>',
    '_',
    '](',
    '[]',
    '[a](',
    '*a ',
    'a* ',
    '*a _b ',
    '**a*',
    '[a](http://',
    '](http://',
    '`` ` ',
    '*a]',
    '[*a* ',
    '[*',
    '[[*',
    ' *a*',
    '***a** ',
    '[https://a.b ',
    '[https://a.b]',
    'http://',
    'http://a.b/',
    '*a _b* c_ ',
    '[x](http://a.b) ',
    '[ [x](http://a.b) ',
  ]
  const whole = [
    '*a '.repeat(10_000) + 'b* '.repeat(10_000),
    '[ '.repeat(16_000) + '](http://a) '.repeat(2_500),
    '['.repeat(20_000) + 'https://a.b ' + ']'.repeat(20_000),
    '['.repeat(9_000) + 'x' + '](http://a)'.repeat(4_000),
    '*a _b [c '.repeat(4_000) + '](http://a)* _ '.repeat(1_500),
  ]
  for (const text of [...units.map((unit) => unit.repeat(bytesMax / unit.length)), ...whole]) {
    const work: Work = { steps: 0 }
    parseInline(text, work)
    assert.ok(work.steps <= 40 * text.length, `${text.slice(0, 30)}: ${work.steps} steps for ${text.length} characters`)
    assert.equal(sourceOf(parseMarkdown(text)), text)
  }
})

test('control and direction characters become signs; emoji, accents and scripts do not', () => {
  const plain = 'Grüße, Ελλάδα, عربي, हिन्दी, 日本語, 👨‍👩‍👧, e\u0301\n\ttab'
  assert.deepEqual(pieces(plain), [{ kind: 'plain', text: plain }])
  const [before, sign, after] = pieces('a\u202eb')
  assert.deepEqual(
    [before?.text, sign, after?.text],
    ['a', { kind: 'sign', text: '\u202e', label: 'U+202E', name: 'right-to-left override' }, 'b'],
  )
  for (const character of [
    '\0',
    '\u001b',
    '\u007f',
    '\u0085',
    '\u200b',
    '\u2066',
    '\ufeff',
    '\u{e0041}',
    '\ufffe',
    '\ud800',
  ]) {
    assert.ok(isSign(character), character.codePointAt(0)?.toString(16))
    assert.ok(
      pieces(`a${character}b`).some(({ kind }) => kind === 'sign'),
      character.codePointAt(0)?.toString(16),
    )
  }
  assert.ok(pieces(`a${'\u0301'.repeat(40)}`).some(({ kind }) => kind === 'sign'))
  fc.assert(
    fc.property(anyText, (text) => {
      assert.equal(
        pieces(text)
          .map((piece) => piece.text)
          .join(''),
        text,
      )
      assert.ok(pieces(text).every((piece) => piece.kind === 'sign' || [...piece.text].every((each) => !isSign(each))))
    }),
  )
})

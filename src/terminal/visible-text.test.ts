import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { cutForDisplay, displayCharactersMax, displayLinesMax, visibleLine, visibleText } from './visible-text.ts'

/** Everything that could do more than stand there: our isolates are the only controls that may be left. */
const harmful =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u061c\u202a-\u202e\u2066\u2067\u2028\u2029\ufffe\uffff]|\p{Cs}/u
/** Unbalanced isolates would reach beyond the text. */
function isBalanced(line: string): boolean {
  return /^(?:[^\u2066-\u2069]*|\u2068[^\u2066-\u2069]*\u2069)$/.test(line)
}

const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }),
      fc.nat(0xffff).map((unit) => String.fromCharCode(unit)),
      fc.integer({ min: 0x80, max: 0x9f }).map((unit) => String.fromCharCode(unit)),
      fc.constantFrom(
        '\u001b]0;title\u0007',
        '\u001b[6n',
        '\u001b]52;c;aGk=\u0007',
        '\u001bP+q\u001b\\',
        '\u009b2J',
        '\u001b[2J\u001b[H',
        '\r\n12:04  bob  I owe you',
        '\u202egpj.exe',
        '\u2066\u2067',
        '\u2069',
        '\ud800',
        '\udc00',
        '\ufffe',
        '\u0000',
        'a\u0301'.repeat(30),
        'שלום',
      ),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''))

describe('text of others', () => {
  test('keeps nothing that a terminal obeys', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const shown = visibleText(text)
        assert.doesNotMatch(shown, harmful)
        for (const line of shown.split('\n')) assert.ok(isBalanced(line), JSON.stringify(line))
        assert.doesNotMatch(visibleLine(text), /[\n\r]/)
      }),
      { numRuns: Number(process.env['PARLEY_FUZZ'] ?? 2_000) },
    )
  })

  test('stays as it is where there is nothing in it', () => {
    for (const text of ['hello', 'äöüß ÄÉ', 'two\nlines', '日本語', 'Привет', 'γειά', '👩‍👩‍👧', 'e\u0301', 'ไทย', '❤️']) {
      assert.equal(visibleText(text), text)
    }
  })

  test('shows controls as symbols', () => {
    assert.equal(visibleText('\u001b]0;x\u0007'), '␛]0;x␇')
    assert.equal(visibleText('a\u009b2J'), 'a<9b>2J')
    assert.equal(visibleText('\u007f'), '␡')
    assert.equal(visibleText('a\rb'), 'a␍b')
    assert.equal(visibleText('a\tb'), 'a    b')
    assert.equal(visibleText('\ud800x'), '\ufffdx')
    assert.equal(visibleText('\u202egpj.exe'), '<202e>gpj.exe')
    assert.equal(visibleText('שלום'), '\u2068שלום\u2069')
  })

  test('has short runs of marks and joiners', () => {
    const zalgo = visibleText(`a${'\u0301'.repeat(10_000)}b`)
    assert.ok(zalgo.length < 20 && zalgo.endsWith('b'))
    const joined = visibleText('👩\u200d'.repeat(50_000))
    assert.ok((joined.match(/\u200d/g)?.length ?? 0) <= 8)
  })

  // A pass that is not linear would not end within the time that a test has.
  test('of 64 KiB is made safe, whatever it is', () => {
    for (const unit of ['👩\u200d', 'a\u0301', '\u001b', '\ud800', 'x', 'ש']) {
      assert.doesNotMatch(visibleText(unit.repeat(65_536 / unit.length)), harmful)
    }
  })
})

describe('a long text', () => {
  test('is cut by characters and by lines, never inside a letter', () => {
    assert.deepEqual(cutForDisplay('short'), { text: 'short', cut: 0 })
    assert.equal(cutForDisplay('x'.repeat(60_000)).text.length, displayCharactersMax)
    assert.equal(cutForDisplay('x'.repeat(60_000)).cut, 60_000 - displayCharactersMax)
    assert.equal(cutForDisplay('a\n'.repeat(5_000)).text.split('\n').length, displayLinesMax)
    const faces = cutForDisplay(`x${'😀'.repeat(4_000)}`)
    assert.ok(faces.text.isWellFormed())
    assert.equal(faces.text.length + faces.cut, 8_001)
  })
})

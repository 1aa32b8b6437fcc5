import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { configTemplate, parseConfig, setInText, unsetInText } from './config-text.ts'
import { readValue, type Setting, tomlLine, valueProblem } from './setting.ts'
import { readStatements } from './statement.ts'

const text = `# mine
registry = "a:1" # the old one

[server] # here
port = 5 # five
accounts = 'open'

[other]
notes = """
port = 7
[server]
"""
list = [ 1, # [x]
  2 ]
`

async function set(before: string, key: string, value: string | number | boolean): Promise<string> {
  const edited = await setInText(before, key, value)
  assert.ok(edited.ok)
  return edited.value
}

test('statements have their keys, lines, columns and values, whatever stands in strings, lists and comments', () => {
  const found = readStatements(text).map(({ kind, path, line, column, valueFrom, valueTo }) => [
    kind,
    path.join('.'),
    line,
    column,
    text.slice(valueFrom, valueTo).split('\n').length,
  ])
  assert.deepEqual(found, [
    ['value', 'registry', 2, 1, 1],
    ['table', 'server', 4, 1, 1],
    ['value', 'server.port', 5, 1, 1],
    ['value', 'server.accounts', 6, 1, 1],
    ['table', 'other', 8, 1, 1],
    ['value', 'other.notes', 9, 1, 4],
    ['value', 'other.list', 13, 1, 2],
  ])
})

test('a value is replaced where it stands, and nothing else changes', async () => {
  assert.equal(await set(text, 'registry', 'b:2'), text.replace('"a:1"', '"b:2"'))
  assert.equal(await set(text, 'server.port', 6), text.replace('port = 5 #', 'port = 6 #'))
})

test('a new value comes behind its comment, else at the end of its table, else in a new table', async () => {
  assert.equal(await set(text, 'plain', true), text.replace('old one\n', 'old one\nplain = true\n'))
  assert.equal(await set(text, 'server.host', '::1'), text.replace("'open'\n", `'open'\nhost = "::1"\n`))
  assert.equal(await set('a = 1', 'web.port', 0), 'a = 1\n\n[web]\nport = 0\n')
  assert.equal(await set('', 'web.port', 0), '[web]\nport = 0\n')
  assert.equal(await set('#port = 0\n#plain = true\n', 'port', 1), '#port = 0\nport = 1\n#plain = true\n')
  assert.equal(
    await set('[server]\n#port = 0\n[x]\nport = 1\n', 'server.port', 4),
    '[server]\n#port = 0\nport = 4\n[x]\nport = 1\n',
  )
  assert.equal(await set('a = 1\r\nb = 2\r\n', 'plain', false), 'a = 1\r\nb = 2\r\nplain = false\r\n')
})

test('what cannot be edited line by line is left alone, and its line told', async () => {
  assert.deepEqual(await setInText('x = 1\nserver = { port = 4 }\n', 'server.port', 5), {
    ok: false,
    error: { line: 2 },
  })
  assert.deepEqual(await setInText('server.host = "a"\n', 'server.port', 5), { ok: false, error: { line: 1 } })
  assert.deepEqual(await setInText('server = 4\n', 'server.port', 5), { ok: false, error: { line: 1 } })
  assert.equal((await setInText('a = \n', 'port', 5)).ok, false)
})

test('unset takes the line away, and what is not there changes nothing', async () => {
  const without = await unsetInText(text, 'server.port')
  assert.deepEqual(without, { ok: true, value: text.replace('port = 5 # five\n', '') })
  assert.deepEqual(await unsetInText(text, 'server.log'), { ok: true, value: text })
})

test('whatever is set comes out again, and other lines stay as they were', async () => {
  const key = fc.constantFrom('registry', 'plain', 'server.port', 'server.host', 'web.port', 'other.more')
  const value = fc.oneof(fc.string(), fc.boolean(), fc.integer({ min: 0, max: 70_000 }))
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(key, value), { maxLength: 6 }), async (steps) => {
      let now = text
      for (const [name, wanted] of steps) {
        now = await set(now, name, wanted)
        const read = await parseConfig(now)
        assert.ok(read.ok)
        const [first, second] = name.split('.') as [string, string | undefined]
        const top = read.value[first] as Record<string, unknown>
        assert.equal(second === undefined ? top : top[second], wanted)
        for (const line of ['# mine', '[server] # here', "accounts = 'open'", 'list = [ 1, # [x]', '[server]']) {
          assert.ok(now.split('\n').includes(line), line)
        }
      }
    }),
  )
})

test('junk ends, and is never edited', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: fc.constantFrom(...'[]{}"\'#=.\n\\ a1,'), maxLength: 60 }), async (junk) => {
      readStatements(junk)
      const read = await parseConfig(junk)
      const edited = await setInText(junk, 'port', 5)
      if (!read.ok) assert.equal(edited.ok, false)
    }),
  )
})

test('the commented file reads as nothing, and as everything once the comments are gone', async () => {
  const row = { form: 'number', about: 'x', otherwise: 'y', flag: '--f' } as const
  const settings: Setting[] = [
    { ...row, key: 'port', example: 5 },
    { ...row, key: 'server.port', example: 6, variable: 'V' },
  ]
  const template = configTemplate(settings, 'one\n\ntwo')
  assert.deepEqual(Object.keys((await parsed(template)) as object), ['server'])
  assert.deepEqual(structuredClone(await parsed(template.replaceAll(/^#(?=[a-z])/gm, ''))), {
    port: 5,
    server: { port: 6 },
  })
})

async function parsed(toml: string): Promise<unknown> {
  const read = await parseConfig(toml)
  assert.ok(read.ok)
  return read.value
}

test('values have their form, on the command line and in files', () => {
  const row = { key: 'k', about: '', otherwise: '', flag: '', example: 1 } as const
  const number: Setting = { ...row, form: 'number', problem: (value) => (value === 7 ? 'no seven' : undefined) }
  assert.equal(valueProblem(number, 5), undefined)
  assert.equal(valueProblem(number, 7), 'k: no seven')
  for (const wrong of ['5', 1.5, true, [], new Date(0)])
    assert.equal(valueProblem(number, wrong), 'k is a whole number')
  assert.equal(readValue(number, '5'), 5)
  assert.equal(readValue(number, '5x'), undefined)
  const onOff: Setting = { ...row, form: 'switch' }
  for (const [word, value] of [
    ['yes', true],
    ['OFF', false],
    ['1', true],
    ['maybe', undefined],
  ] as const) {
    assert.equal(readValue(onOff, word), value)
  }
  assert.equal(tomlLine('a', 'x"\n\u007f'), String.raw`a = "x\"\n\u007F"`)
})

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { ArgumentNode, CommandNode, OptionNode, WordKind } from './command-tree.ts'
import { manualPage, reference } from './manual-page.ts'
import { completionScript, type Shell } from './shell-script.ts'

const node: CommandNode = { name: '', about: 'x', options: [], arguments: [], commands: [], more: '' }
const option = (form: string, value?: WordKind, isValueOptional = false): OptionNode => ({
  names: form.split(', ').map((name) => name.split(' ')[0] as string),
  form,
  about: 'it\'s $(touch evil) `touch evil`: \\ "a"',
  value,
  isValueOptional,
  otherwise: undefined,
})
const argument = (value: WordKind): ArgumentNode => ({ form: '<X>', about: 'y', value })

const tree: CommandNode = {
  ...node,
  name: 'parley',
  options: [option('--config <FILE>', { kind: 'file' })],
  commands: [
    {
      ...node,
      name: 'send',
      options: [
        option('--profile <NAME>', { kind: 'profiles' }),
        option('--wait <STATE>', { kind: 'choice', words: ['kept', 'stored'] }),
        option('--lines'),
        option('--web [PORT]', { kind: 'text' }, true),
      ],
      arguments: [argument({ kind: 'names' }), argument({ kind: 'text' })],
    },
    {
      ...node,
      name: 'config',
      commands: [
        { ...node, name: 'get', arguments: [argument({ kind: 'choice', words: ['port', 'plain'] })] },
        { ...node, name: 'set' },
      ],
    },
  ],
}

/** Answers to what was typed, by a shell that really runs. The program is a function that prints what it was asked. */
const drivers: Readonly<
  Record<Shell, (script: string, lines: readonly string[][]) => { args: string[]; input: string }>
> = {
  bash: (script, lines) => ({
    args: ['--norc', '--noprofile'],
    input: `${script}
parley() { local IFS=_; printf '%s\\n' "asked-$*" alice '#3' '$(touch evil)' '*'; }
t() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _parley; printf '%s|' "\${COMPREPLY[@]}"; printf '\\n'; }
${lines.map((words) => `t ${words.map((word) => `'${word}'`).join(' ')}`).join('\n')}
`,
  }),
  zsh: (script, lines) => ({
    args: ['-f'],
    input: `compdef() { :; }
${script}
_describe() { printf '%s|' "\${(@)\${(P)2}%%:*}" }
compadd() { printf '%s|' "\${(P@)argv[-1]}" }
_files() { printf 'files%s|' "$*" }
parley() { local IFS=_; printf '%s\\n' "asked-$*" alice '#3' '$(touch evil)' '*' }
t() { words=("$@"); CURRENT=$#; _parley; printf '\\n' }
${lines.map((words) => `t ${words.map((word) => `'${word}'`).join(' ')}`).join('\n')}
`,
  }),
  fish: (script, lines) => ({
    args: ['--no-config'],
    input: `${script}
function parley; printf '%s\\n' "asked-"(string join _ -- $argv) alice '#3' '$(touch evil)' '*'; end
function __fish_complete_path; echo files; end
${lines.map((words) => `echo (complete -C '${words.join(' ')}' | string split -f1 \\t | string join '|')`).join('\n')}
`,
  }),
}

const typed: readonly (readonly [words: string[], answers: string[]])[] = [
  [
    ['parley', ''],
    ['config', 'send'],
  ],
  [['parley', 's'], ['send']],
  [
    ['parley', 'config', ''],
    ['get', 'set'],
  ],
  [
    ['parley', 'config', 'get', 'p'],
    ['plain', 'port'],
  ],
  [
    ['parley', 'send', '--wait', ''],
    ['kept', 'stored'],
  ],
  [['parley', 'send', '--wait', 'kept', '--l'], ['--lines']],
  [
    ['parley', 'send', '--web', 'a'],
    ['alice', 'asked-complete-names_names'],
  ],
  [
    ['parley', '--config', 'send', 'send', '--profile', 'me', 'as'],
    ['asked-complete-names_names_--config_send_--profile_me'],
  ],
  [['parley', 'send', 'alice', ''], []],
]

for (const shell of ['bash', 'zsh', 'fish'] as const) {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const path = folders.map((folder) => join(folder, shell)).find((file) => existsSync(file))
  test(
    `${shell} completes commands, options, choices and names`,
    { skip: path === undefined && `${shell} is not installed` },
    (context) => {
      const folder = temporaryFolder(context)
      const { args, input } = drivers[shell](
        completionScript(shell, tree, 'complete-names'),
        typed.map(([words]) => words),
      )
      const file = join(folder, 'script')
      writeFileSync(file, input)
      const { stdout, stderr } = spawnSync(path as string, [...args, file], {
        cwd: folder,
        encoding: 'utf8',
        timeout: 60_000,
      })
      const lines = stdout.split('\n')
      typed.forEach(([words, answers], i) => {
        const said = (lines[i] ?? '').split('|').filter((word) => word !== '')
        // zsh and fish look for beginnings themselves, or take what is offered here whole.
        const wanted = words.at(-1) as string
        const fitting = said.filter((word) => word.startsWith(wanted))
        assert.deepEqual(fitting.toSorted(), answers.toSorted(), `${words.join(' ')}: ${stdout}\n${stderr}`)
      })
      assert.equal(existsSync(join(folder, 'evil')), false, 'nothing of the tree or of a name is run')
    },
  )
}

function temporaryFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'parley-completion-'))
  context.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

test(
  'names with a # are put so that no shell takes them for a comment',
  { skip: !existsSync('/bin/bash') && 'bash is not installed' },
  () => {
    const { input } = drivers.bash(completionScript('bash', tree, 'complete-names'), [['parley', 'send', '']])
    const { stdout } = spawnSync('/bin/bash', ['--norc', '-c', input], { encoding: 'utf8' })
    assert.ok(stdout.includes(String.raw`|\#3|`), stdout)
  },
)

test('the manual is a page of roff in which nothing of the tree is a request', () => {
  const page = manualPage({ ...tree, more: ".TH false\n'x" }, { version: '1', exitCodes: [[7, 'seven']] })
  assert.match(page, /^\.TH PARLEY 1 /)
  assert.equal(page.match(/^\.TH/gm)?.length, 1)
  assert.ok(page.includes(String.raw`\&.TH false`) && page.includes(String.raw`\&'x`))
  for (const word of ['send <X> <X>', String.raw`\-\-profile <NAME>`, '.B 7\nseven'])
    assert.ok(page.includes(word), word)
})

test('the reference has each command with its words', () => {
  const text = reference(tree)
  for (const word of [
    '## parley send\n',
    '### parley config get\n',
    'parley send [OPTIONS] <X> <X>',
    '- `--web [PORT]` ',
  ]) {
    assert.ok(text.includes(word), word)
  }
})

// The completion scripts of bash and zsh, which differ only in how a shell is told its answers, and of fish. Each walks
// over the words before the cursor, and asks a running peer for names only where names belong.

import type { CommandNode } from './command-tree.ts'
import { caseLines, kindWord, placeTable, type PlaceTable, quoted } from './place-table.ts'

const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]

/** The script of a shell for a program with this tree. `names`: the hidden command that prints names, one a line. */
export function completionScript(shell: Shell, root: CommandNode, names: string): string {
  const table = placeTable(root)
  return { bash, zsh, fish }[shell](root.name, table, names)
}

/** Options that tell where names are to be looked for. */
const placeOptions = ['--home', '--profile', '--config']

/** The walk: `where` is the place, `wants` the kind of word an option waits for, `count` the arguments so far. */
function walk(table: PlaceTable): string[] {
  return [
    '    if [[ -n $wants ]]; then',
    `      case "$option" in ${placeOptions.join('|')}) asked+=("$option" "$word") ;; esac`,
    '      wants=',
    '      continue',
    '    fi',
    '    case "$where/$word" in',
    ...caseLines(table.commands, ({ to }) => `where=${quoted(to)} count=0`),
    ...caseLines(table.values, ({ value }) => `wants=${quoted(kindWord(value))} option=$word`),
    '      */-*) ;;',
    '      *) count=$((count + 1)) ;;',
    '    esac',
  ]
}

function wanted(table: PlaceTable): string[] {
  return [
    '  if [[ -z $wants ]]; then',
    '    case "$where/$count" in',
    ...caseLines(table.arguments, ({ value }) => `wants=${quoted(kindWord(value))}`),
    '    esac',
    '  fi',
  ]
}

function bash(program: string, table: PlaceTable, names: string): string {
  const options = byPlace(table.options.map(({ place, name }) => [place, name]))
  const commands = byPlace(table.commands.map(({ at, word }) => [at.slice(0, -word.length - 1), word]))
  return lines([
    `# Completion of ${program} for bash: source <(${program} completion bash)`,
    `_${program}() {`,
    '  local cur=${COMP_WORDS[COMP_CWORD]} where= wants= option= word list= count=0 i',
    '  local -a asked=() found=()',
    '  COMPREPLY=()',
    '  for ((i = 1; i < COMP_CWORD; i++)); do',
    '    word=${COMP_WORDS[i]}',
    ...walk(table),
    '  done',
    '  if [[ -z $wants && $cur == -* ]]; then',
    '    case "$where" in',
    ...listed(options),
    '    esac',
    '    wants=list',
    '  fi',
    '  if [[ -z $wants && $count == 0 ]]; then',
    '    case "$where" in',
    ...listed(commands),
    '    esac',
    '  fi',
    ...wanted(table),
    '  case "$wants" in',
    '    =*) list="$list ${wants#=}" ;;',
    '    file|folder)',
    '      compopt -o filenames 2>/dev/null',
    '      while IFS= read -r word; do',
    '        COMPREPLY+=("$word")',
    '      done < <(compgen -$([[ $wants == file ]] && echo f || echo d) -- "$cur")',
    '      return ;;',
    `    names|profiles) list="$list $("\${COMP_WORDS[0]}" ${names} "$wants" "\${asked[@]}" 2>/dev/null)" ;;`,
    '  esac',
    // Not by `compgen -W`, which runs what stands in its words; and a bare # begins a comment.
    `  read -r -d '' -a found <<< "$list"`,
    '  for word in "${found[@]}"; do',
    '    word=${word/#\\#/\\\\#}',
    '    [[ $word == "$cur"* ]] && COMPREPLY+=("$word")',
    '  done',
    '  return 0',
    '}',
    `complete -F _${program} ${program}`,
  ])
}

function zsh(program: string, table: PlaceTable, names: string): string {
  return lines([
    `#compdef ${program}`,
    `# Completion of ${program} for zsh: source <(${program} completion zsh), or this in a file _${program} of $fpath`,
    `_${program}() {`,
    '  local cur=${words[CURRENT]} where= wants= option= word count=0 i',
    '  local -a asked list found',
    '  for ((i = 2; i < CURRENT; i++)); do',
    '    word=${words[i]}',
    ...walk(table),
    '  done',
    '  if [[ -z $wants && $cur == -* ]]; then',
    '    case "$where" in',
    ...described(table.options.map(({ place, name, about }) => [place, entry(name, about)])),
    '    esac',
    '    _describe option list',
    '    return',
    '  fi',
    '  if [[ -z $wants && $count == 0 ]]; then',
    '    case "$where" in',
    ...described(table.commands.map(({ at, word, about }) => [at.slice(0, -word.length - 1), entry(word, about)])),
    '    esac',
    '    (( ${#list} )) && _describe command list',
    '  fi',
    ...wanted(table),
    '  case "$wants" in',
    "    '='*) found=(${(s: :)${wants#?}}); compadd -a found ;;",
    '    file) _files ;;',
    '    folder) _files -/ ;;',
    `    names|profiles) found=(\${(f)"$("\${words[1]}" ${names} "$wants" "\${asked[@]}" 2>/dev/null)"}); compadd -a found ;;`,
    '  esac',
    '}',
    'if [[ $zsh_eval_context[-1] == loadautofunc ]]; then',
    `  _${program} "$@"`,
    'else',
    `  compdef _${program} ${program}`,
    'fi',
  ])
}

function fish(program: string, table: PlaceTable, names: string): string {
  return lines([
    `# Completion of ${program} for fish: ${program} completion fish | source`,
    `function __${program}_complete`,
    '    set -l where ""; set -l wants ""; set -l option ""; set -l count 0; set -l asked',
    '    set -l words (commandline -opc); set -l cur (commandline -ct)',
    '    for word in $words[2..-1]',
    '        if test -n "$wants"',
    `            contains -- $option ${placeOptions.join(' ')}; and set -a asked $option $word`,
    '            set wants ""',
    '            continue',
    '        end',
    '        switch "$where/$word"',
    ...cases(table.commands, ({ to }) => `set where ${forFish(to)}; set count 0`),
    ...cases(table.values, ({ value }) => `set wants ${forFish(kindWord(value))}; set option $word`),
    "            case '*/-*'",
    "            case '*'",
    '                set count (math $count + 1)',
    '        end',
    '    end',
    '    if test -z "$wants"; and string match -q -- "-*" "$cur"',
    ...entries(table.options.map(({ place, name, about }) => ({ at: place, value: name, about }))),
    '        return',
    '    end',
    '    if test -z "$wants"; and test $count = 0',
    ...entries(
      table.commands.map(({ at, word: value, about }) => ({ at: at.slice(0, -value.length - 1), value, about })),
    ),
    '    end',
    '    if test -z "$wants"',
    '        switch "$where/$count"',
    ...cases(table.arguments, ({ value }) => `set wants ${forFish(kindWord(value))}`),
    '        end',
    '    end',
    '    switch "$wants"',
    "        case '=*'",
    `            string split ' ' -- (string sub -s 2 -- "$wants")`,
    '        case file folder',
    '            __fish_complete_path "$cur"',
    '        case names profiles',
    `            $words[1] ${names} $wants $asked 2>/dev/null`,
    '    end',
    'end',
    `complete -c ${program} -f -a '(__${program}_complete)'`,
  ])
}

/** Words by the place that they belong to, as lines of bash. */
function listed(lists: ReadonlyMap<string, readonly string[]>): string[] {
  return [...lists].map(([place, words]) => `      ${quoted(place)}) list=${quoted(words.join(' '))} ;;`)
}

/** The same for zsh, each with what it is. */
function described(rows: readonly (readonly [string, string])[]): string[] {
  return [...byPlace(rows)].map(([place, words]) => {
    return `      ${quoted(place)}) list=(${words.map((word) => quoted(word)).join(' ')}) ;;`
  })
}

function entry(word: string, about: string): string {
  return `${word.replaceAll(':', String.raw`\:`)}:${about}`
}

/** Cases of a `switch` of fish. */
function cases<T extends { readonly at: string }>(rows: readonly T[], answer: (row: T) => string): string[] {
  return [...Map.groupBy(rows, answer)].flatMap(([text, same]) => [
    `            case ${same.map(({ at }) => forFish(at)).join(' ')}`,
    `                ${text}`,
  ])
}

/** Lines of fish that print words with what they are, where they belong. */
function entries(rows: readonly { readonly at: string; readonly value: string; readonly about: string }[]): string[] {
  return rows.map(({ at, value, about }) => {
    return `        test "$where" = ${forFish(at)}; and printf '%s\\t%s\\n' ${forFish(value)} ${forFish(about)}`
  })
}

function forFish(text: string): string {
  return quoted(text, 'fish')
}

function byPlace(rows: readonly (readonly [string, string])[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  for (const [place, word] of rows) found.set(place, [...(found.get(place) ?? []), word])
  return found
}

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`
}

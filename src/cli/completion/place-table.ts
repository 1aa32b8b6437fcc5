// What the completions of all shells know: where on the command line one is, as patterns of a `case`. A place is the
// words of the commands so far, joined by spaces; a pattern is `place/word`. Invariant: nothing of the tree gets into a
// script unquoted.

import { type CommandNode, placedCommands, type WordKind } from './command-tree.ts'

export interface PlaceTable {
  /** `place/word` of commands, and the place that they lead to. */
  readonly commands: readonly {
    readonly at: string
    readonly to: string
    readonly about: string
    readonly word: string
  }[]
  /** `place/--option` of options with a value that must stand in the next word. */
  readonly values: readonly { readonly at: string; readonly value: WordKind }[]
  /** `place/number` of arguments. */
  readonly arguments: readonly { readonly at: string; readonly value: WordKind }[]
  readonly options: readonly { readonly place: string; readonly name: string; readonly about: string }[]
}

/** Options of the program itself may stand anywhere. */
export function placeTable(root: CommandNode): PlaceTable {
  const placed = placedCommands(root).map(({ path, node }) => ({ place: path.join(' '), node }))
  const optionsOf = (node: CommandNode) => [...node.options, ...(node === root ? [] : root.options)]
  return {
    commands: placed.flatMap(({ place, node }) =>
      node.commands.map(({ name, about }) => {
        const to = place === '' ? name : `${place} ${name}`
        return { at: `${place}/${name}`, to, about, word: name }
      }),
    ),
    values: placed.flatMap(({ place, node }) =>
      optionsOf(node).flatMap(({ names, value, isValueOptional }) =>
        value === undefined || isValueOptional ? [] : names.map((name) => ({ at: `${place}/${name}`, value })),
      ),
    ),
    arguments: placed.flatMap(({ place, node }) =>
      node.arguments.map(({ value }, i) => ({ at: `${place}/${i}`, value })),
    ),
    options: placed.flatMap(({ place, node }) =>
      optionsOf(node).map(({ names, about }) => ({ place, name: names.at(-1) as string, about })),
    ),
  }
}

/** What a script calls a kind of word: `file`, or `=` and the choices. */
export function kindWord(value: WordKind): string {
  return value.kind === 'choice' ? `=${value.words.join(' ')}` : value.kind
}

/** A word in single quotes, as every shell here takes it. */
export function quoted(text: string, shell: 'posix' | 'fish' = 'posix'): string {
  const inside =
    shell === 'fish'
      ? text.replaceAll('\\', String.raw`\\`).replaceAll("'", String.raw`\'`)
      : text.replaceAll("'", String.raw`'\''`)
  return `'${inside}'`
}

/** Patterns with the same answer on one line, so that the script stays short. */
export function caseLines<T extends { readonly at: string }>(rows: readonly T[], answer: (row: T) => string): string[] {
  const groups = Map.groupBy(rows, answer)
  return [...groups].map(([text, same]) => `      ${same.map(({ at }) => quoted(at)).join('|')}) ${text} ;;`)
}

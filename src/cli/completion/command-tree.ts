// A command line as data: what its help, its completion and its manual are all made from.

/** What stands at a place of the command line. */
export type WordKind =
  | { readonly kind: 'text' }
  | { readonly kind: 'file' }
  | { readonly kind: 'folder' }
  | { readonly kind: 'choice'; readonly words: readonly string[] }
  /** Names that a running peer knows: of people and rooms, or of this machine's profiles. */
  | { readonly kind: 'names' }
  | { readonly kind: 'profiles' }

export interface OptionNode {
  /** As typed: `-p`, `--port`; at least one. */
  readonly names: readonly string[]
  /** As in help: `-p, --port <UDP>`. */
  readonly form: string
  readonly about: string
  /** Undefined where it has no value. */
  readonly value: WordKind | undefined
  /** Whether the value may be left out. */
  readonly isValueOptional: boolean
  /** What holds without it, where there is something. */
  readonly otherwise: string | undefined
}

export interface ArgumentNode {
  /** As in help: `<KEY>`, `[NAME]`. */
  readonly form: string
  readonly about: string
  readonly value: WordKind
}

export interface CommandNode {
  readonly name: string
  readonly about: string
  readonly options: readonly OptionNode[]
  readonly arguments: readonly ArgumentNode[]
  readonly commands: readonly CommandNode[]
  /** Further paragraphs of its help: examples. */
  readonly more: string
}

/** A command with the words that lead to it, the program's own name left out. */
export interface PlacedCommand {
  readonly path: readonly string[]
  readonly node: CommandNode
}

/** The tree's commands, each before those inside of it; the program itself first. */
export function placedCommands(node: CommandNode, path: readonly string[] = []): PlacedCommand[] {
  return [{ path, node }, ...node.commands.flatMap((inner) => placedCommands(inner, [...path, inner.name]))]
}

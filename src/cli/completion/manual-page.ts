// The manual, made of the same tree as help: a page of man (roff), and the reference in docs/cli.md. Invariant: nothing
// of the tree is read as markup.

import { type CommandNode, type PlacedCommand, placedCommands } from './command-tree.ts'

export interface ManualFacts {
  readonly version: string
  /** Code and meaning. */
  readonly exitCodes: readonly (readonly [number, string])[]
}

/** The page for man(1). */
export function manualPage(root: CommandNode, { version, exitCodes }: ManualFacts): string {
  const title = root.name.toUpperCase()
  const parts = [
    `.TH ${title} 1 "" "${roff(`${root.name} ${version}`)}" "User commands"`,
    '.SH NAME',
    roff(`${root.name} - ${root.about.replace(/\.$/, '')}`),
    '.SH SYNOPSIS',
    `.B ${roff(root.name)}`,
    roff('COMMAND [OPTIONS] [ARGUMENTS]'),
    '.SH OPTIONS OF EVERY COMMAND',
    ...roffOptions(root),
    '.SH COMMANDS',
    ...placedCommands(root).slice(1).flatMap(roffCommand),
    '.SH EXIT STATUS',
    ...exitCodes.flatMap(([code, about]) => ['.TP', `.B ${code}`, roff(about)]),
  ]
  if (root.more !== '') parts.push('.SH NOTES', '.nf', ...root.more.split('\n').map(roff), '.fi')
  return `${parts.join('\n')}\n`
}

/** The reference for docs, as Markdown. */
export function reference(root: CommandNode): string {
  const placed = placedCommands(root).slice(1)
  const parts = [
    '# The command line',
    '',
    'Made from the program itself: `PARLEY_WRITE_CLI=1 node --test test/cli-document.test.ts` writes it anew. What the commands are for',
    'is told in [operating.md](operating.md), their JSON in [json.md](json.md).',
    '',
    'Every command takes:',
    '',
    ...markdownOptions(root),
    ...placed.flatMap((command) => markdownCommand(root, command)),
  ]
  return `${parts.join('\n').trimEnd()}\n`
}

function usage(root: string, { path, node }: PlacedCommand): string {
  const inner = node.commands.length > 0 ? ['COMMAND'] : []
  return [
    root,
    ...path,
    ...(node.options.length > 0 ? ['[OPTIONS]'] : []),
    ...inner,
    ...node.arguments.map(({ form }) => form),
  ].join(' ')
}

function markdownCommand(root: CommandNode, command: PlacedCommand): string[] {
  const { path, node } = command
  const facts = node.arguments.filter(({ about }) => about !== '').map(({ form, about }) => `- \`${form}\` ${about}`)
  return [
    '',
    `${'#'.repeat(Math.min(path.length + 1, 4))} ${root.name} ${path.join(' ')}`,
    '',
    `${node.about.charAt(0).toUpperCase()}${node.about.slice(1).replace(/\.$/, '')}.`,
    '',
    '```',
    usage(root.name, command),
    '```',
    ...(facts.length > 0 ? ['', ...facts] : []),
    ...(node.options.length > 0 ? ['', ...markdownOptions(node)] : []),
    ...(node.more === '' ? [] : ['', '```', node.more, '```']),
  ]
}

function markdownOptions(node: CommandNode): string[] {
  return node.options.map(({ form, about, otherwise }) => {
    const text = about + (otherwise === undefined ? '' : ` (default: ${otherwise})`)
    return `- \`${form}\` ${text}`
  })
}

function roffCommand({ path, node }: PlacedCommand): string[] {
  const facts = node.arguments.filter(({ about }) => about !== '')
  return [
    `.SS ${roff([...path, ...node.arguments.map(({ form }) => form)].join(' '))}`,
    roff(node.about),
    ...facts.flatMap(({ form, about }) => ['.TP', `.I ${roff(form)}`, roff(about)]),
    ...roffOptions(node),
    ...(node.more === '' ? [] : ['.PP', '.nf', ...node.more.split('\n').map(roff), '.fi']),
  ]
}

function roffOptions(node: CommandNode): string[] {
  return node.options.flatMap(({ form, about, otherwise }) => {
    const text = about + (otherwise === undefined ? '' : ` (default: ${otherwise})`)
    return ['.TP', `.B ${roff(form)}`, roff(text)]
  })
}

/** A line of roff that says just this: no escapes, no request, hyphens that can be copied. */
function roff(text: string): string {
  const escaped = text
    .replaceAll('\\', String.raw`\e`)
    .replaceAll('-', String.raw`\-`)
    .replaceAll('"', String.raw`\(dq`)
  return /^[.']/.test(escaped) ? String.raw`\&` + escaped : escaped
}

// docs/limits.md is made from the limits' own definitions: the words above each field and the value in the defaults. So a
// limit cannot be added, changed or removed without its line in the document.

import { readFileSync } from 'node:fs'
import { defaultPageLimits } from '../src/gateway/index.ts'
import { defaultLinkLimits } from '../src/link/index.ts'
import { defaultPeerLimits } from '../src/peer/domain/index.ts'
import { defaultPolicy } from '../src/protocol/index.ts'
import { defaultRegistryLimits } from '../src/registry/domain/index.ts'

interface Section {
  readonly title: string
  readonly words: string
  readonly source: string
  readonly interfaceName: string
  readonly values: Readonly<Record<string, unknown>>
}

const sections: readonly Section[] = [
  {
    title: 'Policy',
    words: 'What registry and peers agree on; the operator’s values arrive with the welcome.',
    source: 'src/protocol/limits.ts',
    interfaceName: 'Policy',
    values: { ...defaultPolicy },
  },
  {
    title: 'Link: packets and streams',
    words: 'Bounds of one link.',
    source: 'src/link/connection-config.ts',
    interfaceName: 'TransportLimits',
    values: { ...defaultLinkLimits },
  },
  {
    title: 'Link: endpoint',
    words: 'Bounds of all links of one socket, and of what strangers can make it keep.',
    source: 'src/link/link-limits.ts',
    interfaceName: 'EndpointLimits',
    values: { ...defaultLinkLimits },
  },
  {
    title: 'Registry',
    words: 'What one registry keeps, and how fast it takes it.',
    source: 'src/registry/domain/limits.ts',
    interfaceName: 'RegistryLimits',
    values: { ...defaultRegistryLimits },
  },
  {
    title: 'Peer',
    words: 'What one peer keeps, and how long it waits.',
    source: 'src/peer/domain/peer-limits.ts',
    interfaceName: 'PeerLimits',
    values: { ...defaultPeerLimits },
  },
  {
    title: 'Pages',
    words: 'What the server of a page takes from one connection, and how many there may be.',
    source: 'src/gateway/page-limits.ts',
    interfaceName: 'PageLimits',
    values: { ...defaultPageLimits },
  },
]

const head = `# Limits

Every queue, table, rate and time that is bounded, with its default. Times are milliseconds unless the name says otherwise.
This page is made from the sources (\`npm test\` compares them; \`PARLEY_WRITE_LIMITS=1 npm test -- test/limits\` writes it).

Sizes on the wire: one text has at most 65,536 bytes of UTF-8, one sealed envelope 70,000, one message of a link 73,728.
`

/** The document as the sources have it. */
export function limitsDocument(root: URL): string {
  return [head, ...sections.map((section) => renderSection(root, section))].join('\n')
}

function renderSection(root: URL, section: Section): string {
  const rows = fieldsOf(readFileSync(new URL(section.source, root), 'utf8'), section.interfaceName).map(
    ({ name, words }) => `- \`${name}\`: **${render(section.values[name])}**${words === '' ? '' : `. ${words}`}`,
  )
  return `## ${section.title}\n\n${section.words} (\`${section.source}\`)\n\n${rows.join('\n')}\n`
}

/** Fields of an interface with the comment above each; a field without one shares the last comment. */
function fieldsOf(source: string, interfaceName: string): { name: string; words: string }[] {
  const body =
    new RegExp(`interface ${interfaceName}(?: extends \\w+)? \\{\\n([\\s\\S]*?)\\n\\}`).exec(source)?.[1] ?? ''
  const fields: { name: string; words: string }[] = []
  let words = ''
  for (const match of body.matchAll(/\/\*\*([\s\S]*?)\*\/|^ {2}readonly (\w+)\??:/gm)) {
    if (match[1] !== undefined) words = match[1].replace(/\s*\n\s*\*\s?/g, ' ').trim()
    else if (match[2] !== undefined) {
      fields.push({ name: match[2], words })
      words = ''
    }
  }
  return fields
}

function render(value: unknown): string {
  if (typeof value === 'number') return value.toLocaleString('en')
  if (typeof value !== 'object' || value === null) return String(value)
  if ('perSecond' in value && 'burst' in value)
    return `${String(Number(Number(value.perSecond).toPrecision(3)))} a second, ${String(value.burst)} at once`
  return Object.entries(value)
    .map(([name, inner]) => `${name} ${render(inner)}`)
    .join('; ')
}

// Help, made from the table of verbs: grouped by family, on one screen.

import { findVerb, verbFamilies, verbs } from './verb-table.ts'
import type { Verb } from './verb/verb.ts'

/** The verbs by family, or one verb at length, or the verbs in whose line a word occurs. */
export function helpText(about?: string): string {
  if (about === undefined) return overview()
  const verb = findVerb(about)
  if (verb !== undefined) return describe(verb)
  const word = about.toLowerCase().slice(0, 64)
  const found = verbs.filter((each) =>
    `${each.usage} ${each.summary} ${each.bare.join(' ')}`.toLowerCase().includes(word),
  )
  return found.length > 0 ? list(found).join('\n') : `No help about "${about.slice(0, 64)}". /help lists the verbs.`
}

/** Usages of each family in as few lines as they take: a whole screen of 24 rows must hold it. */
function overview(): string {
  const width = Math.max(...verbFamilies.map(({ title }) => title.length))
  const lines = verbFamilies.flatMap(({ title, verbs: family }) =>
    inRows(
      family.map(({ usage }) => usage),
      78 - width,
    ).map((row, i) => `${(i === 0 ? title : '').padEnd(width)}  ${row}`),
  )
  return [
    ...lines,
    '',
    'With nothing open these work without the slash too, in any case: send, message,',
    'message*, send_all, clients, peers, contacts, reg, dereg, login, logout, SEARCH,',
    'CHAT REQUEST, OK, REJECT, GROUP CHAT, OK GROUP, REJECT GROUP, EXIT, EXIT GROUP.',
    'In an open conversation a plain line is a message; // at its start is one slash.',
    'Tab completes verbs, names and rooms. /help VERB shows examples.',
  ].join('\n')
}

function inRows(usages: readonly string[], columns: number): string[] {
  const rows: string[] = []
  for (const usage of usages) {
    const row = rows.at(-1)
    if (row !== undefined && row.length + 3 + usage.length <= columns) rows[rows.length - 1] = `${row}   ${usage}`
    else rows.push(usage)
  }
  return rows
}

function list(shown: readonly Verb[]): string[] {
  const width = Math.max(...shown.map((verb) => verb.usage.length))
  return shown.map((verb) => `${verb.usage.padEnd(width)}  ${verb.summary}`)
}

function describe(verb: Verb): string {
  const lines = [`${verb.usage}  ${verb.summary}`, ...verb.examples.map((example) => `  for example: ${example}`)]
  if (verb.aliases.length > 0) lines.push(`  also: ${verb.aliases.map((alias) => `/${alias}`).join(', ')}`)
  if (verb.bare.length > 0) lines.push(`  with nothing open also: ${verb.bare.join(', ')}`)
  return lines.join('\n')
}

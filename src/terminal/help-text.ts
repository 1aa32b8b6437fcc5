// Help, made from the table of verbs.

import { findVerb, type Verb, verbs } from './verbs.ts'

/** One line per verb, or one verb at length, or the verbs in whose line a word occurs. */
export function helpText(about?: string): string {
  if (about === undefined) {
    const more = 'In an open conversation a plain line is a message; // at its start makes one slash.'
    return [...overview(verbs), '', more, 'Tab completes verbs and names. /help VERB shows examples.'].join('\n')
  }
  const verb = findVerb(about)
  if (verb !== undefined) return describe(verb)
  const found = verbs.filter((each) => `${each.usage} ${each.summary}`.toLowerCase().includes(about.toLowerCase()))
  return found.length > 0 ? overview(found).join('\n') : `No help about "${about}". /help lists the verbs.`
}

function overview(shown: readonly Verb[]): string[] {
  const width = Math.max(...shown.map((verb) => verb.usage.length))
  return shown.map((verb) => `${verb.usage.padEnd(width)}  ${verb.summary}`)
}

function describe(verb: Verb): string {
  const lines = [`${verb.usage}  ${verb.summary}`, ...verb.examples.map((example) => `  for example: ${example}`)]
  if (verb.aliases.length > 0) lines.push(`  also: ${verb.aliases.map((alias) => `/${alias}`).join(', ')}`)
  return lines.join('\n')
}

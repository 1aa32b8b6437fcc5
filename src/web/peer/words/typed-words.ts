// What is wrong with what is being typed: names, registries, ports, while the user types. What is merely not finished yet
// is not complained about before the field is left.

import { unreachable } from '../../../base/index.ts'
import { type InviteProblem, nameProblem, type NameProblem, parseRegistryTarget } from '../../../protocol/index.ts'

export function nameWords(problem: NameProblem): string {
  const texts: Record<NameProblem, string> = {
    empty: 'Give a name.',
    tooLong: 'A name has at most 32 characters.',
    characters: 'A name has letters (a-z), digits, dots, hyphens and underscores, and begins with a letter or digit.',
    reserved: 'This word is reserved. Take another one.',
  }
  return texts[problem]
}

export function targetWords(problem: InviteProblem): string {
  const texts: Record<InviteProblem, string> = {
    empty: 'Give an invite link or an address.',
    tooLong: 'This is too long for a link or an address.',
    scheme: 'An invite link begins with parley://',
    key: 'The key in this link is damaged: it has 43 letters, digits, - and _ before the @. Copy the link again.',
    host: 'The host is neither a host name nor an IP address.',
    port: 'The port is not a number from 1 to 65535.',
  }
  return texts[problem]
}

/** What is wrong with a name; undefined where nothing is. `isLeft`: the field has been left, or the form sent. */
export function checkName(text: string, isLeft: boolean): string | undefined {
  const problem = nameProblem(text)
  if (problem === undefined) return undefined
  if (isLeft) return nameWords(problem)
  if (problem === 'empty') return undefined
  // A dot at the end may have letters after it in a moment.
  if (problem === 'characters' && nameProblem(`${text}a`) === undefined) return undefined
  return nameWords(problem)
}

/** The same of a registry. */
export function checkTarget(text: string, isLeft: boolean): string | undefined {
  const typed = text.trim()
  const target = parseRegistryTarget(typed)
  if (target.ok) return undefined
  return isLeft || !mayBecomeTarget(typed, target.error) ? targetWords(target.error) : undefined
}

/** Whether more letters could make it right: half a link or half an address is no mistake yet. */
function mayBecomeTarget(typed: string, problem: InviteProblem): boolean {
  switch (problem) {
    case 'empty':
      return true
    case 'tooLong':
    case 'scheme':
      return false
    case 'key':
      return !typed.includes('@')
    case 'port':
      return !/:\d+$/.test(typed)
    case 'host': {
      const isBeginning = 'parley://'.startsWith(typed.toLowerCase()) || /^parley:\/\//i.test(typed)
      return isBeginning || /^\[[^\]]*\]?$/.test(typed) || /[.:-]$/.test(typed)
    }
    default:
      return unreachable(problem)
  }
}

/** The own UDP port; empty: any that is free. */
export function checkPort(text: string): string | undefined {
  const trimmed = text.trim()
  if (trimmed === '') return undefined
  const port = /^\d{1,5}$/.test(trimmed) ? Number(trimmed) : -1
  return port >= 0 && port <= 65_535 ? undefined : 'A port is a number from 1 to 65535; empty takes any that is free.'
}

/** What a registry's text means, to be shown under the field; undefined while it means nothing. */
export function describeTarget(text: string): string | undefined {
  const target = parseRegistryTarget(text.trim())
  if (!target.ok) return undefined
  const { host, port, key } = target.value
  const place = `${host.includes(':') ? `[${host}]` : host}:${port}`
  return key === undefined
    ? `${place}. Its key comes with it and is shown to you once, to compare.`
    : `${place}, with its key: nobody else can pass for it.`
}

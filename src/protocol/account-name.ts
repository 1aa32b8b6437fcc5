// Account names: ASCII letters, digits, dot, underscore, hyphen; 1 to 32 characters, the first a letter or digit, the last
// not a dot. Two names that differ in case only are one name (`foldName`), so nobody can pass for `admin` as `Admin`;
// letters of other scripts are out, so nobody can with look-alikes either. docs/protocol/registry.md, "Names".

/** A well-formed account name, spelled as its owner spells it. Compare with {@link foldName}. */
export type AccountName = string & { readonly '#accountName': true }

export const accountNameCharactersMax = 32

const shape = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,30}[A-Za-z0-9_-])?$/
/** Words that would be taken for the registry or for a device file of some system. */
const reserved = new Set(['registry', 'server', 'everyone', 'everybody', 'parley', 'con', 'prn', 'aux', 'nul'])

export type NameProblem = 'empty' | 'tooLong' | 'characters' | 'reserved'

/** What is wrong with a name, or undefined where it may be used. */
export function nameProblem(text: string): NameProblem | undefined {
  if (text.length === 0) return 'empty'
  if (text.length > accountNameCharactersMax) return 'tooLong'
  if (!shape.test(text)) return 'characters'
  if (reserved.has(text.toLowerCase())) return 'reserved'
  return undefined
}

export function isAccountName(text: string): text is AccountName {
  return nameProblem(text) === undefined
}

/** The form under which a name is unique and looked up. */
export function foldName(name: string): string {
  return name.toLowerCase()
}

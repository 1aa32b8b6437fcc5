// What somebody types who wants to join: the one line that a registry gives away.

/** `invite` is the registry's link; `code` lets one new name in, where the registry asks for one. */
export function joinLine(invite: string, code?: string): string {
  return `npx parley chat YOURNAME --registry ${invite}${code === undefined ? '' : ` --invite-code ${code}`}`
}

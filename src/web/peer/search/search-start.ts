// Words that a search begins with, from where it was asked for: the next search pane takes them.

let words = ''

export function startSearchWith(text: string): void {
  words = text
}

/** They are given once. */
export function takeStartWords(): string {
  const taken = words
  words = ''
  return taken
}

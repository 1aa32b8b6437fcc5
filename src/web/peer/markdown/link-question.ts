// The question before a link is followed: one at a time, asked by any message, shown by one dialog of the page.

let asked: string | undefined
const watchers = new Set<() => void>()

/** Asks whether to open the address. */
export function askToOpen(href: string): void {
  become(href)
}

export function answerToOpen(): void {
  become(undefined)
}

/** The address in question. */
export function askedAddress(): string | undefined {
  return asked
}

export function watchQuestion(listener: () => void): () => void {
  watchers.add(listener)
  return () => void watchers.delete(listener)
}

function become(href: string | undefined): void {
  asked = href
  for (const watcher of watchers) watcher()
}

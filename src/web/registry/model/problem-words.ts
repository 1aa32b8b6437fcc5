// What went wrong with an action, in a sentence.

const sentences: Readonly<Record<string, string>> = {
  unknownName: 'Nobody has this name any more.',
  tooManyInvites: 'So many codes are unused that no more are made. Unused codes end after a week.',
  peerLost: 'The registry does not answer. It is not known whether this was done: look at the table once it is back.',
  storeFull: 'The disk is full: nothing was changed.',
  storeFailed: 'The store could not write: nothing was changed.',
  storeClosed: 'The registry is going down.',
  closed: 'The registry is going down.',
}

export function problemText(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code
  if (typeof code === 'string' && Object.hasOwn(sentences, code)) return sentences[code] as string
  return `That did not work${typeof code === 'string' ? ` (${code.slice(0, 64)})` : ''}.`
}

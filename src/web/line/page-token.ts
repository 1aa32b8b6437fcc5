// The page's token: it comes in the fragment of the address, which no server and no log sees, leaves the address bar at
// once, and stays in this tab's session storage so that a reload works. Nowhere else.

const storageKey = 'parley.token'

/** What of the browser it needs. */
export interface TokenPlace {
  readonly hash: string
  /** Path and query of the address, without the fragment. */
  readonly address: string
  readonly replaceAddress: (address: string) => void
  readonly storage: Pick<Storage, 'getItem' | 'setItem'>
}

/** The token, or undefined where the page was opened without one. */
export function takeToken({ hash, address, replaceAddress, storage }: TokenPlace): string | undefined {
  const given = /^#token=([A-Za-z0-9_-]{16,128})$/.exec(hash)?.[1]
  if (hash !== '') replaceAddress(address)
  if (given === undefined) return storage.getItem(storageKey) ?? undefined
  storage.setItem(storageKey, given)
  return given
}

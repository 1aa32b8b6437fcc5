// The page's title: how many messages nobody has read yet, so that a tab in the background says it.

/** `Parley`, `(3) Parley`, `(99+) Parley`; with the name of the account where one is open. */
export function titleOf(unread: number, account?: string): string {
  const name = account === undefined ? 'Parley' : `Parley · ${account}`
  if (unread === 0) return name
  return `(${unread > 99 ? '99+' : unread}) ${name}`
}

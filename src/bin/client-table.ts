// The table of clients as text, for the registry's console and for `--table FILE`: who is on line, since when, and where.

export interface ClientRow {
  readonly name: string
  /** HOST:PORT; absent where it has no session. */
  readonly address?: string
  readonly online: boolean
  readonly busy: boolean
  /** Wall milliseconds: when it came on line, or its last life sign. */
  readonly since: number
}

const head = ['Client', 'Status', 'Address', 'Since (UTC)'] as const

/** Lines with a head, aligned by blanks; a name and an address hold no blank. Ends with a line feed. */
export function clientTable(rows: readonly ClientRow[]): string {
  const sorted = rows.toSorted((a, b) => Number(b.online) - Number(a.online) || a.name.localeCompare(b.name))
  const cells = sorted.map(({ name, address = '-', since, ...row }) => [name, statusOf(row), address, moment(since)])
  const widths = head.map((title, i) => Math.max(title.length, ...cells.map((row) => (row[i] as string).length)))
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => cell.padEnd(widths[i] as number))
      .join('  ')
      .trimEnd()
  const rule = widths.map((width) => '-'.repeat(width)).join('  ')
  const online = rows.filter((row) => row.online).length
  return [line(head), rule, ...cells.map(line), `${online} of ${rows.length} on line`, ''].join('\n')
}

function statusOf({ online, busy }: Pick<ClientRow, 'online' | 'busy'>): string {
  if (!online) return 'offline'
  return busy ? 'busy' : 'online'
}

function moment(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 19).replace('T', ' ')
}

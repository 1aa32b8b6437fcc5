// The page's keys. A table, so that the help shows what is true.

/** What a key asks of the page. */
export type ShellCommand =
  'jump' | 'searchHere' | 'searchAll' | 'next' | 'previous' | 'nextUnread' | 'previousUnread' | 'details' | 'help'

export interface KeyPress {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
}

/** What the key asks for; undefined where it is not the page's. `isTyping`: the focus is in a field. */
export function commandOf(press: KeyPress, isTyping: boolean): ShellCommand | undefined {
  const { key, altKey, shiftKey } = press
  const isMain = press.ctrlKey || press.metaKey
  const letter = key.toLowerCase()
  if (isMain && !altKey && letter === 'k' && !shiftKey) return 'jump'
  if (isMain && !altKey && letter === 'f') return shiftKey ? 'searchAll' : 'searchHere'
  if (altKey && !isMain && key === 'ArrowDown') return shiftKey ? 'nextUnread' : 'next'
  if (altKey && !isMain && key === 'ArrowUp') return shiftKey ? 'previousUnread' : 'previous'
  if (isMain && !altKey && key === '.') return 'details'
  return key === '?' && !isTyping && !isMain && !altKey ? 'help' : undefined
}

export interface KeyRow {
  /** Alternatives, each of keys pressed together. */
  readonly keys: readonly (readonly string[])[]
  readonly text: string
}

export interface KeyGroup {
  readonly title: string
  readonly rows: readonly KeyRow[]
}

/** All keys, for the help. `main`: `Ctrl`, or `⌘` on a Mac. */
export function keyGroups(main: string, enterSends: boolean): readonly KeyGroup[] {
  const send = enterSends ? [['Enter']] : [[main, 'Enter']]
  const newLine = enterSends ? [['Shift', 'Enter']] : [['Enter']]
  return [
    {
      title: 'Going around',
      rows: [
        { keys: [[main, 'K']], text: 'Jump to anyone or any room' },
        {
          keys: [
            ['Alt', '↓'],
            ['Alt', '↑'],
          ],
          text: 'Next, previous conversation',
        },
        {
          keys: [
            ['Alt', 'Shift', '↓'],
            ['Alt', 'Shift', '↑'],
          ],
          text: 'Next, previous unread one',
        },
        { keys: [[main, 'F']], text: 'Search here' },
        { keys: [[main, 'Shift', 'F']], text: 'Search everywhere' },
        { keys: [[main, '.']], text: 'Details, open or closed' },
        { keys: [['?']], text: 'This help' },
      ],
    },
    {
      title: 'Writing',
      rows: [
        { keys: send, text: 'Send' },
        { keys: newLine, text: 'New line' },
        { keys: [['↑']], text: 'In an empty box: recall what you wrote' },
        { keys: [['Esc']], text: 'Cancel; close what is open' },
      ],
    },
    {
      title: 'In lists',
      rows: [
        { keys: [['↑'], ['↓'], ['Home'], ['End']], text: 'Move' },
        { keys: [['Enter']], text: 'Open' },
        { keys: [['Tab']], text: 'To the next part of the page' },
      ],
    },
  ]
}

// What the user set for this browser: the look, notifications, what Enter does. Kept in the browser's own storage; what
// is damaged there is as if it were not there.

export interface Settings {
  readonly theme: 'system' | 'light' | 'dark'
  readonly contrast: 'system' | 'more'
  /** Notifications of the desktop, while the page is hidden. */
  readonly notify: boolean
  /** They show what a message says. */
  readonly notifyText: boolean
  /** Enter sends, and Shift+Enter begins a line; otherwise Ctrl+Enter sends. */
  readonly enterSends: boolean
  readonly showDetails: boolean
}

export const defaultSettings: Settings = {
  theme: 'system',
  contrast: 'system',
  notify: false,
  notifyText: false,
  enterSends: true,
  showDetails: true,
}

/** Reads what {@link writeSettings} wrote. */
export function readSettings(text: string | null): Settings {
  let found: unknown
  try {
    found = JSON.parse(text ?? '{}')
  } catch {
    return defaultSettings
  }
  if (typeof found !== 'object' || found === null) return defaultSettings
  const given = found as Readonly<Record<string, unknown>>
  const flag = (key: 'notify' | 'notifyText' | 'enterSends' | 'showDetails'): boolean =>
    typeof given[key] === 'boolean' ? given[key] : defaultSettings[key]
  const { theme, contrast } = given
  return {
    theme: theme === 'light' || theme === 'dark' ? theme : 'system',
    contrast: contrast === 'more' ? 'more' : 'system',
    notify: flag('notify'),
    notifyText: flag('notifyText'),
    enterSends: flag('enterSends'),
    showDetails: flag('showDetails'),
  }
}

export function writeSettings(settings: Settings): string {
  return JSON.stringify(settings)
}

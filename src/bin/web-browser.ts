// Opens an address in the user's browser, or quietly does not: there may be none, and then the address that was printed is
// all there is. The program is started without a shell and left alone.

import { spawn } from 'node:child_process'

type Environment = Readonly<Record<string, string | undefined>>

/** The program that opens an address; undefined where nobody would see a browser. */
export function browserCommand(
  address: string,
  platform: string,
  environment: Environment,
): readonly [string, ...string[]] | undefined {
  if (platform === 'darwin') return ['open', address]
  // The first quoted word of `start` is a title. The address has no character that cmd reads.
  if (platform === 'win32') return ['cmd', '/c', 'start', '""', address]
  // Without a screen xdg-open would put a browser for text into this terminal.
  const hasScreen = ['DISPLAY', 'WAYLAND_DISPLAY'].some((name) => (environment[name] ?? '') !== '')
  return hasScreen ? ['xdg-open', address] : undefined
}

export function openBrowser(address: string): void {
  const command = browserCommand(address, process.platform, process.env)
  if (command === undefined) return
  const [program, ...given] = command
  const child = spawn(program, given, { stdio: 'ignore', detached: true, windowsVerbatimArguments: true })
  child.on('error', () => undefined)
  child.unref()
}

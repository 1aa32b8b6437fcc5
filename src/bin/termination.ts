// SIGINT, SIGTERM and SIGHUP as one AbortSignal, so that every command drains and ends by itself. A second Ctrl-C ends
// at once, because somebody who presses it again does not want to wait.

export interface Termination {
  readonly signal: AbortSignal
  /** Which signal came, once one did. */
  readonly cause: () => NodeJS.Signals | undefined
}

export function terminationOfProcess(): Termination {
  const controller = new AbortController()
  let cause: NodeJS.Signals | undefined
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (name === 'SIGINT' && cause === 'SIGINT') process.exit(130)
      cause ??= name
      controller.abort()
    })
  }
  // A program that another one started with a channel between them does not outlive it.
  if (process.channel !== undefined && process.channel !== null) {
    process.once('disconnect', () => controller.abort())
    process.channel.unref()
  }
  return { signal: controller.signal, cause: () => cause }
}

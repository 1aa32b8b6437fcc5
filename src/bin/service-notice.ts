// Tells systemd that a service is ready or stopping (sd_notify(3)). Its socket takes datagrams of a kind that Node.js cannot
// send, so that systemd's own program does it; the unit needs `NotifyAccess=all`, since that is a child of ours. Whoever
// did not start us as such a service is told nothing.

import { execFile } from 'node:child_process'

/** Longer than a busy machine needs to start a program. */
const noticeMs = 5_000

/** Never rejects: a service that cannot say that it is ready still runs; `warn` is told why. */
export async function tellServiceManager(
  notice: 'ready' | 'stopping',
  status: string,
  warn: (text: string) => void,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<void> {
  const socket = environment['NOTIFY_SOCKET']
  if (socket === undefined || socket === '') return
  await new Promise<void>((resolve) => {
    execFile(
      'systemd-notify',
      [`--${notice}`, `--status=${status}`],
      { timeout: noticeMs, env: { ...environment } },
      (error) => {
        if (error)
          warn(`the service manager was not told "${notice}": ${error.message.trim()} (Type=exec needs no notice)`)
        resolve()
      },
    )
  })
}

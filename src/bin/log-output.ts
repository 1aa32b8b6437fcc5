// `--log FILE`, for registry and peer alike: opens the file, and says once on standard error when the disk fails it.

import { formatLogLine, LogFile, type LogForm } from '../disk/index.ts'
import type { LogOptions } from './command-option.ts'

/** A log file that takes JSON lines and keeps them in its own form. */
export interface LogOutput {
  readonly form: LogForm
  write(text: string): void
  close(): Promise<void>
}

/** Undefined where no log is wanted. Rejects with ParleyError `notWritable`. */
export async function openLogOutput(
  { log, logFormat = 'text' }: LogOptions,
  warn: (text: string) => void,
): Promise<LogOutput | undefined> {
  if (log === undefined) return undefined
  const file = await LogFile.open({
    path: log,
    onFailure: (reason) => warn(`the log ${log} cannot be written: ${reason}; going on without`),
    lostLine: (lines) => formatLogLine(logLine('warn', 'lines were lost here', { lines }), logFormat),
  })
  return { form: logFormat, write: (text) => file.write(text), close: () => file.close() }
}

/** One line as JSON, in the shape that `formatLogLine` reads. */
export function logLine(level: string, msg: string, fields: Readonly<Record<string, unknown>>): string {
  return `${JSON.stringify({ level, time: new Date().toISOString(), ...fields, msg })}\n`
}

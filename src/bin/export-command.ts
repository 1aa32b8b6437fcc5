// `parley export` and `parley import`. A file is written beside its place and put there when it is whole, readable by its
// owner only.

import { createWriteStream, existsSync, renameSync, rmSync } from 'node:fs'
import { finished } from 'node:stream/promises'
import { ParleyError } from '../base/index.ts'
import { exportTranscripts, type ExportFormat, importTranscripts } from '../cli/index.ts'
import { Results } from '../cli/quick.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import { type OneShotOptions, refuse, runOneShot } from './one-shot.ts'

export interface ExportOptions extends OneShotOptions {
  readonly format?: ExportFormat
  readonly output?: string
  readonly force?: boolean
}

export async function runExport(of: string | undefined, options: ExportOptions): Promise<ExitCode> {
  const { format = 'jsonl', output, force = false } = options
  const request = { format, ...(of === undefined ? {} : { of }) }
  if (output === undefined || output === '-') {
    return runOneShot(options, (desk) => exportTranscripts(desk, request), new Results(process.stdout, 'plain'))
  }
  const told = new Results(process.stdout, 'plain')
  if (existsSync(output) && !force) return refuse(new ParleyError('fileExists', { details: { path: output } }), told)
  const part = `${output}.part`
  const file = createWriteStream(part, { mode: 0o600 })
  const code = await runOneShot(options, (desk) => exportTranscripts(desk, request), new Results(file, 'plain'))
  file.end()
  await finished(file).catch(() => undefined)
  try {
    if (code === exitCodes.done) renameSync(part, output)
    else rmSync(part, { force: true })
    return code
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    return refuse(new ParleyError('notWritable', { details: { path: output, reason }, cause }), told)
  }
}

export async function runImport(path: string, options: OneShotOptions): Promise<ExitCode> {
  const from = path === '-' ? { input: process.stdin } : { path }
  return runOneShot(options, (desk) => importTranscripts(desk, { from }))
}

// `parley import`: reads what `parley export --format jsonl` wrote into the own history. Invariants: nothing is imported
// unless every line is right; the same again adds nothing; memory is held for one batch. Batches go in from the last to
// the first, because what is imported stands before all that is here.

import { createReadStream, mkdtempSync, rmSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { ImportedMessage } from '../api/index.ts'
import { ParleyError } from '../base/index.ts'
import { foldName } from '../protocol/index.ts'
import type { CommandDesk, Outcome } from './command-desk.ts'
import { type ImportLine, importLineBytesMax, readImportLine } from './import-line.ts'
import { type RawLine, rawLines } from './raw-lines.ts'

export interface ImportRequest {
  /** A file, which is read twice; or a stream, of which a private copy is made. */
  readonly from: { readonly path: string } | { readonly input: Readable }
}

/** A part of the file that goes in at once: from the first byte up to the last, exclusive. */
interface Batch {
  readonly from: number
  to: number
  messages: number
}

/** A call to the peer carries less than 1 MiB. */
const batchBytesMax = 512 * 1024
const batchMessagesMax = 500

export async function importTranscripts(desk: CommandDesk, { from }: ImportRequest): Promise<Outcome> {
  const { peer, results, signal } = desk
  const copy = 'input' in from ? mkdtempSync(join(tmpdir(), 'parley-import-')) : undefined
  const path = 'path' in from ? from.path : join(copy as string, 'lines.jsonl')
  try {
    const chunks = 'path' in from ? createReadStream(path) : copied(from.input, path)
    const batches = await check(chunks, peer.name, signal)
    if (signal.aborted) return 'interrupted'
    const sum = { added: 0, known: 0, skipped: 0 }
    await using file = await open(path)
    for (const batch of batches.toReversed()) {
      const { added, known, skipped } = await peer.importMessages(await messagesOf(file, batch))
      sum.added += added
      sum.known += known
      sum.skipped += skipped
      if (signal.aborted) break
    }
    if (results.form === 'json') results.object({ type: 'imported', ...sum })
    else results.line(sentence(sum))
    return signal.aborted ? 'interrupted' : undefined
  } catch (error) {
    throw readable(error, path)
  } finally {
    if (copy !== undefined) rmSync(copy, { recursive: true, force: true })
  }
}

/** Reads every line; throws `badImport` {line, problem}, or `importOfOther` {name, own}. */
async function check(chunks: AsyncIterable<Uint8Array>, own: string, signal: AbortSignal): Promise<readonly Batch[]> {
  const batches: Batch[] = []
  let hasHead = false
  for await (const line of rawLines(chunks, importLineBytesMax)) {
    if (signal.aborted) return []
    const read = readLine(line)
    if (read.kind === 'head') {
      if (foldName(read.name) !== foldName(own)) throw refusal('importOfOther', { name: read.name, own })
      hasHead = true
    }
    if (!hasHead)
      throw refusal('badImport', { line: line.number, problem: 'an export begins with a line of type `export`' })
    if (read.kind === 'message') add(batches, line)
  }
  if (!hasHead) throw refusal('badImport', { line: 1, problem: 'there is nothing in it' })
  return batches
}

function add(batches: Batch[], { at, bytes }: RawLine): void {
  const last = batches.at(-1)
  const to = at + bytes.length
  if (last === undefined || last.messages === batchMessagesMax || to - last.from > batchBytesMax) {
    batches.push({ from: at, to, messages: 1 })
    return
  }
  last.to = to
  last.messages += 1
}

async function messagesOf(file: FileHandle, { from, to }: Batch): Promise<readonly ImportedMessage[]> {
  const bytes = Buffer.alloc(to - from)
  await file.read(bytes, 0, bytes.length, from)
  const messages: ImportedMessage[] = []
  for await (const line of rawLines([bytes], importLineBytesMax)) {
    const read = readLine(line)
    if (read.kind === 'message') messages.push(read.message)
  }
  return messages
}

function readLine({ number: line, bytes, isTooLong }: RawLine): ImportLine {
  if (isTooLong) throw refusal('badImport', { line, problem: `it has more than ${importLineBytesMax} bytes` })
  const read = readImportLine(bytes.toString('utf8'))
  if (!read.ok) throw refusal('badImport', { line, problem: read.error })
  return read.value
}

/** The stream as it is, and on the disk behind it. */
async function* copied(input: Readable, path: string): AsyncGenerator<Uint8Array> {
  await using file = await open(path, 'wx', 0o600)
  try {
    for await (const chunk of input as AsyncIterable<Uint8Array | string>) {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
      await file.writeFile(bytes)
      yield bytes
    }
  } finally {
    input.destroy()
  }
}

function sentence({ added, known, skipped }: { added: number; known: number; skipped: number }): string {
  const rest = skipped === 0 ? '' : `, ${skipped} skipped (of rooms that you are not in)`
  return `${added} added, ${known} known already${rest}`
}

function refusal(code: string, details: Record<string, unknown>): ParleyError {
  return new ParleyError(code, { details })
}

/** An error of the file as one of ours. */
function readable(error: unknown, path: string): unknown {
  if (error instanceof ParleyError || !(error instanceof Error) || !('code' in error)) return error
  return new ParleyError('notReadable', { details: { path, reason: error.message }, cause: error })
}

// The number in the first message of each handshake, which must grow over restarts: others refuse a message whose number
// is not above the last one. Reserved ahead on the disk, so that a handshake seldom waits for it and a crash never lets
// a number come twice. docs/protocol/link.md, "Initiation".

import { join } from 'node:path'
import { decodeUtf8, encodeUtf8, type WallMs } from '../base/index.ts'
import { readPrivateFile, writePrivateFile } from '../disk/index.ts'

/** How far ahead numbers are reserved: a minute of wall time, or that many handshakes. */
const reservedAhead = 60_000

export class LinkTimestamp {
  readonly #path: string
  readonly #wallMs: () => WallMs
  #last: number
  #reserved: number

  constructor(folder: string, wallMs: () => WallMs) {
    this.#path = join(folder, 'link.timestamp')
    this.#wallMs = wallMs
    const bytes = readPrivateFile(this.#path)
    const stored = Number(bytes === undefined ? 0 : decodeUtf8(bytes))
    this.#last = Number.isSafeInteger(stored) && stored > 0 ? stored : 0
    this.#reserved = this.#last
  }

  next(): number {
    const next = Math.max(Math.floor(this.#wallMs()), this.#last + 1)
    if (next >= this.#reserved) {
      const reserved = next + reservedAhead
      writePrivateFile(this.#path, encodeUtf8(`${reserved}\n`))
      this.#reserved = reserved
    }
    this.#last = next
    return next
  }
}

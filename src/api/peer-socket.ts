// The serving end of a profile's socket: every connection has an RpcSession on the one peer. Only the holder of the
// profile's lock listens, so whatever lies at the path is a socket whose process is gone. Invariant: one connection's junk
// or slowness is felt by nobody else.

import { createServer, type Server, type Socket } from 'node:net'
import { rmSync } from 'node:fs'
import { ParleyError } from '../base/index.ts'
import { LineReader } from './line-reader.ts'
import { LineWriter } from './line-writer.ts'
import type { PeerApi } from './peer-api.ts'
import { requestBytesMax } from './rpc/rpc-message.ts'
import { RpcSession, type VerbTable } from './rpc/rpc-session.ts'
import { closeToOthers, prepareSocketPath } from './socket-place.ts'

/** Faces and commands at one peer. */
const connectionsMax = 64

export class PeerSocket {
  readonly #peer: PeerApi
  readonly #table: VerbTable<PeerApi>
  readonly #connections = new Set<LineWriter>()
  #server: Server | undefined

  constructor(peer: PeerApi, table: VerbTable<PeerApi>) {
    this.#peer = peer
    this.#table = table
  }

  /** Rejects with ParleyError `notShared` {path, reason} where no socket can be had there, or `socketNotPrivate`. */
  async listen(folder: string): Promise<void> {
    // Windows has no such sockets; a profile serves one program there.
    if (process.platform === 'win32') return
    const server = createServer((socket) => this.#accept(socket))
    try {
      const path = prepareSocketPath(folder)
      rmSync(path, { force: true })
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        // The socket is made within this call, and must at no time be open to others; nothing else is made meanwhile.
        const former = process.umask(0o177)
        try {
          server.listen(path, resolve)
        } finally {
          process.umask(former)
        }
      })
      closeToOthers(path)
    } catch (cause) {
      server.close()
      if (cause instanceof ParleyError) throw cause
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new ParleyError('notShared', { details: { path: folder, reason }, cause })
    }
    this.#server = server
  }

  /** Takes nobody more at this path, before its lock is let go of; who is connected stays. */
  unlisten(): void {
    this.#server?.close()
    this.#server = undefined
  }

  /** Ends all connections, each after what waits for it. */
  close(): void {
    this.unlisten()
    for (const writer of this.#connections) writer.end()
  }

  #accept(socket: Socket): void {
    let session: RpcSession<PeerApi> | undefined
    const closing = (code: string, details: object = {}): string => {
      session?.close()
      return JSON.stringify({ jsonrpc: '2.0', method: 'closed', params: { code, details } })
    }
    const writer = new LineWriter(socket, () => closing('tooSlow'))
    const reader = new LineReader({
      bytesMax: requestBytesMax,
      onLine: (text) => session?.receive(text),
      onTooLong: () => writer.end(closing('requestTooLong', { bytesMax: requestBytesMax })),
    })
    socket.on('error', () => socket.destroy())
    if (this.#connections.size >= connectionsMax) {
      writer.end(closing('tooManyConnections', { max: connectionsMax }))
      return
    }
    session = new RpcSession({ table: this.#table, target: this.#peer, send: (text) => writer.write(text) })
    this.#connections.add(writer)
    socket.on('data', (chunk) => reader.push(chunk))
    socket.on('close', () => {
      session?.close()
      this.#connections.delete(writer)
    })
  }
}

// Reference: TCP with length-prefixed messages, those of a turn written at once. Plain text, no identity, the kernel's
// congestion control: the most that one machine moves in order through Node.

import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type { Contender, Receiver, Sender } from './contender.ts'

const batchBytes = 65_536

class FrameReader {
  #rest: Buffer = Buffer.alloc(0)
  readonly #onMessage: (bytes: Uint8Array) => void

  constructor(onMessage: (bytes: Uint8Array) => void) {
    this.#onMessage = onMessage
  }

  push(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    let at = 0
    while (at + 4 <= bytes.length) {
      const end = at + 4 + bytes.readUInt32BE(at)
      if (end > bytes.length) break
      this.#onMessage(new Uint8Array(bytes.buffer, bytes.byteOffset + at + 4, end - at - 4))
      at = end
    }
    this.#rest = bytes.subarray(at)
  }
}

class FrameWriter implements Sender {
  readonly #socket: Socket
  #batch = Buffer.allocUnsafe(batchBytes)
  #used = 0
  #isFull = false

  constructor(socket: Socket, writable: () => void) {
    this.#socket = socket
    socket.on('drain', () => {
      this.#isFull = false
      writable()
    })
  }

  send(message: Uint8Array): boolean {
    if (this.#isFull) return false
    if (this.#used + 4 + message.length > batchBytes) this.flush()
    this.#batch.writeUInt32BE(message.length, this.#used)
    this.#batch.set(message, this.#used + 4)
    this.#used += 4 + message.length
    return true
  }

  flush(): void {
    if (this.#used === 0) return
    this.#isFull = !this.#socket.write(this.#batch.subarray(0, this.#used))
    this.#batch = Buffer.allocUnsafe(batchBytes)
    this.#used = 0
  }

  async close(): Promise<void> {
    this.#socket.destroy()
    await Promise.resolve()
  }
}

export const tcp: Contender = {
  async receive(_job, onMessage): Promise<Receiver> {
    const server = createServer({ noDelay: true }, (socket) => {
      const writer = new FrameWriter(socket, () => undefined)
      const reader = new FrameReader((bytes) => {
        const answer = onMessage(bytes)
        if (answer) writer.send(answer)
      })
      socket.on('data', (chunk) => {
        reader.push(chunk)
        writer.flush()
      })
      socket.on('error', () => undefined)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return {
      target: { port: (server.address() as AddressInfo).port, key: '' },
      close: () => new Promise((resolve) => server.close(() => resolve())),
    }
  },

  async connect(target, _job, on): Promise<Sender> {
    const socket = connect({ port: target.port, host: '127.0.0.1', noDelay: true })
    await once(socket, 'connect')
    const reader = new FrameReader(on.message)
    socket.on('data', (chunk) => reader.push(chunk))
    socket.on('error', () => undefined)
    return new FrameWriter(socket, on.writable)
  },
}

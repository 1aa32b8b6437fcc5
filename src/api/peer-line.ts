// The calling end of a profile's socket: a connection with a RemotePeer at its end.

import { createConnection, type Socket } from 'node:net'
import { ParleyError } from '../base/index.ts'
import { LineReader } from './line-reader.ts'
import { RemotePeer } from './rpc/remote-peer.ts'
import { RpcCaller } from './rpc/rpc-caller.ts'
import { answerBytesMax, recordOf } from './rpc/rpc-message.ts'
import { knownSocketPath } from './socket-place.ts'

/** A process that listens and does not answer within this time is not there. */
const answerMs = 5_000
/** An answer, and room around it. */
const lineBytesMax = answerBytesMax + 1_024

export class PeerLine {
  readonly peer: RemotePeer
  readonly #caller: RpcCaller
  readonly #socket: Socket

  private constructor(peer: RemotePeer, caller: RpcCaller, socket: Socket) {
    this.peer = peer
    this.#caller = caller
    this.#socket = socket
  }

  /** Undefined where nobody serves the folder's socket, or who does is on the way out. */
  static async open(folder: string, withinMs = answerMs): Promise<PeerLine | undefined> {
    const path = process.platform === 'win32' ? undefined : knownSocketPath(folder)
    const socket = path === undefined ? undefined : await connect(path)
    if (socket === undefined) return undefined
    const caller = callerOn(socket)
    const timer = setTimeout(() => socket.destroy(), withinMs)
    try {
      return new PeerLine(await RemotePeer.connect(caller), caller, socket)
    } catch (error) {
      socket.destroy()
      if (caller.failure === undefined) throw error
      return undefined
    } finally {
      clearTimeout(timer)
    }
  }

  /** Told once when the line is lost, with why; at once where it is. */
  onLost(listener: (error: ParleyError) => void): void {
    if (this.#caller.failure) listener(this.#caller.failure)
    else this.#caller.onFailure(listener)
  }

  /** Whether a call failed because the line was lost, and not by its verb. */
  isLoss(error: unknown): boolean {
    return error !== undefined && error === this.#caller.failure
  }

  async close(): Promise<void> {
    await this.peer.close()
    this.#socket.destroy()
  }
}

function connect(path: string): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path)
    socket.once('connect', () => {
      socket.off('error', onError)
      resolve(socket)
    })
    socket.once('error', onError)
    function onError(cause: Error): void {
      const code = 'code' in cause ? cause.code : undefined
      // A socket file without its process, none, or one whose process takes nobody more.
      if (code === 'ECONNREFUSED' || code === 'ENOENT' || code === 'EAGAIN') resolve(undefined)
      else reject(new ParleyError('notReadable', { details: { path, reason: cause.message }, cause }))
    }
  })
}

function callerOn(socket: Socket): RpcCaller {
  const caller = new RpcCaller((text) => void socket.write(`${text}\n`))
  const lose = (code: string, details: Record<string, unknown> = {}): void => {
    caller.fail(new ParleyError(code, { retryable: true, details }))
    socket.destroy()
  }
  const reader = new LineReader({
    bytesMax: lineBytesMax,
    onLine: (text) => caller.receive(text),
    onTooLong: () => lose('peerLost', { reason: 'answerTooLong' }),
  })
  caller.onNotice(({ method, params }) => {
    if (method === 'closed') lose('peerLost', { reason: recordOf(params)['code'] })
  })
  socket.on('data', (chunk) => reader.push(chunk))
  socket.on('error', () => lose('peerLost'))
  socket.on('close', () => lose('peerLost'))
  return caller
}

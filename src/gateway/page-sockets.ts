// The WebSockets of pages, after every guard has let them pass: text frames both ways, bounded both ways. A page that does
// not read is cut before it fills our memory, a page that is gone is noticed by pings. Messages are not compressed: what a
// stranger wrote and a secret would share a window (CRIME), and on loopback nothing is won.

import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type RawData, WebSocket, WebSocketServer } from 'ws'
import type { PageLimits } from './page-limits.ts'
import { pageProtocol } from './page-token.ts'

/** What the other side of a connection may do to it. */
export interface PageSession {
  /** One whole message. After the end of the connection it does nothing. */
  readonly send: (text: string) => void
  /** Ends the connection; `reason` at most 123 bytes. */
  readonly close: (reason: string) => void
}

/** What a connection does to whoever serves it. */
export interface PageReceiver {
  /** One whole message. Must not throw. */
  receive(text: string): void
  /** The connection is over; nothing is received after it. */
  close(): void
}

export type ConnectPage = (session: PageSession) => PageReceiver

/** Close codes of RFC 6455, section 7.4.1. */
const closeCodes = { ended: 1000, goingAway: 1001, notText: 1003 } as const

export class PageSockets {
  readonly #limits: PageLimits
  readonly #connect: ConnectPage
  readonly #server: WebSocketServer
  readonly #answered = new WeakSet<WebSocket>()
  readonly #pinging: NodeJS.Timeout

  constructor(connect: ConnectPage, limits: PageLimits) {
    this.#connect = connect
    this.#limits = limits
    this.#server = new WebSocketServer({
      noServer: true,
      perMessageDeflate: false,
      maxPayload: limits.messageBytesMax,
      handleProtocols: () => pageProtocol,
    })
    this.#pinging = setInterval(() => this.#ping(), limits.pingMs).unref()
  }

  /** Takes over a connection whose request passed all guards. A handshake that is no good is answered with 400. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, socket, head, (webSocket) => this.#open(webSocket))
  }

  /** Tells every page that this server is going, and resolves once every receiver is told. */
  async close(): Promise<void> {
    clearInterval(this.#pinging)
    const closed = [...this.#server.clients].map(async (webSocket) => {
      const over = new Promise((resolve) => webSocket.once('close', resolve))
      webSocket.close(closeCodes.goingAway, 'the server ends')
      const timer = setTimeout(() => webSocket.terminate(), this.#limits.lingerMs)
      await over
      clearTimeout(timer)
    })
    this.#server.close()
    await Promise.all(closed)
  }

  #open(webSocket: WebSocket): void {
    this.#answered.add(webSocket)
    const receiver = this.#connect({
      send: (text) => this.#send(webSocket, text),
      close: (reason) => webSocket.close(closeCodes.ended, reason),
    })
    webSocket.on('message', (data: RawData, isBinary: boolean) => {
      if (isBinary) webSocket.close(closeCodes.notText, 'text only')
      else if (webSocket.readyState === WebSocket.OPEN) receiver.receive((data as Buffer).toString('utf8'))
    })
    webSocket.on('pong', () => this.#answered.add(webSocket))
    // Too long, not UTF-8, a broken frame: ws closes with the right code, and `close` follows.
    webSocket.on('error', () => undefined)
    webSocket.on('close', () => receiver.close())
  }

  #send(webSocket: WebSocket, text: string): void {
    if (webSocket.readyState !== WebSocket.OPEN) return
    webSocket.send(text, () => undefined)
    if (webSocket.bufferedAmount > this.#limits.backlogBytesMax) webSocket.terminate()
  }

  #ping(): void {
    for (const webSocket of this.#server.clients) {
      if (!this.#answered.delete(webSocket)) webSocket.terminate()
      else if (webSocket.readyState === WebSocket.OPEN) webSocket.ping()
    }
  }
}

// The server of a page, on loopback: the page's files, one call by POST, and WebSockets. It routes and does nothing else;
// each rule of who may ask stands in a file of its own. Invariant: nothing is routed before the Host is right, nothing is
// changed without the right origin and the token, and every answer carries the security headers. docs/threat-model.md,
// "The pages".

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { checkContentType } from './content-type-guard.ts'
import { allowedHosts, checkHost, headerValues } from './host-guard.ts'
import { listen } from './listening.ts'
import { OpenLink } from './open-link.ts'
import { OpenRequests } from './open-requests.ts'
import { checkOrigin } from './origin-guard.ts'
import { type PageAssets, type PageName, readAssets } from './page-assets.ts'
import { answerCall } from './page-call.ts'
import { defaultPageLimits, type PageLimits } from './page-limits.ts'
import { type ConnectPage, PageSockets } from './page-sockets.ts'
import { PageToken } from './page-token.ts'
import { refuseRaw, type Refusal, refusal } from './refusal.ts'
import { readBody } from './request-body.ts'
import { securityHeaders } from './security-headers.ts'

export interface RouteAnswer {
  /** Absent: 200. */
  readonly status?: number
  readonly type: string
  readonly body: string
}

/** `hasToken`: the request carries the token as a bearer. */
export type PageRoute = (asked: { readonly hasToken: boolean }) => Promise<RouteAnswer>

export interface PageServerOptions {
  /** The address to listen on; absent: 127.0.0.1. */
  readonly host?: string
  /** 0: any that is free. */
  readonly port: number
  readonly page: PageName
  /** The folder of the built pages. */
  readonly assets: URL
  /** Called for each WebSocket and each POST that showed the token. */
  readonly connect: ConnectPage
  /** More paths to read: figures and health. Each is told whether its request showed the token, and may refuse by it. */
  readonly routes?: Readonly<Record<string, PageRoute>>
  readonly limits?: Partial<PageLimits>
}

/** Where calls are posted and WebSockets opened. */
const callPath = '/rpc'

type Headers = Readonly<Record<string, string>>

export class PageServer implements AsyncDisposable {
  readonly token = new PageToken()
  readonly #limits: PageLimits
  readonly #assets: PageAssets
  readonly #routes: ReadonlyMap<string, PageRoute>
  readonly #connect: ConnectPage
  readonly #sockets: PageSockets
  readonly #server: Server
  readonly #open: OpenRequests
  #hosts: ReadonlySet<string> = new Set()
  #origin = ''
  #link: { readonly once: OpenLink; readonly onReused: () => void } | undefined

  /**
   * Rejects with ParleyError `pageMissing` where the pages are not built, `pagePortInUse`, `pagePortForbidden`, `hostNotLocal`.
   */
  static async open(options: PageServerOptions): Promise<PageServer> {
    const server = new PageServer(options)
    const { host = '127.0.0.1' } = options
    const port = await listen(server.#server, host, options.port)
    server.#hosts = allowedHosts(host, port)
    server.#origin = `http://${host.includes(':') ? `[${host}]` : host}:${port}`
    return server
  }

  private constructor({ page, assets, connect, routes = {}, limits }: PageServerOptions) {
    this.#limits = { ...defaultPageLimits, ...limits }
    this.#open = new OpenRequests(this.#limits.lingerMs)
    this.#assets = readAssets(assets, page)
    this.#routes = new Map(Object.entries({ '/healthz': healthy, ...routes }))
    this.#connect = connect
    this.#sockets = new PageSockets(connect, this.#limits)
    this.#server = this.#createServer()
  }

  /** The page's address, the token in its fragment. */
  get url(): string {
    return `${this.#origin}/#token=${this.token.text}`
  }
  /** The same without the token: `http://HOST:PORT`. */
  get origin(): string {
    return this.#origin
  }
  get port(): number {
    return Number(new URL(this.#origin).port)
  }

  /**
   * A link to the page without the token in it, good for one request within a minute; a later one replaces it. `onReused`:
   * somebody asked a second time, so that the first may have been somebody else.
   */
  linkOnce(onReused: () => void): string {
    this.#link = { once: new OpenLink(() => performance.now()), onReused }
    return `${this.#origin}${this.#link.once.path}`
  }

  /** Ends every connection. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    this.#server.closeAllConnections()
    await Promise.all([this.#sockets.close(), closed])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #createServer(): Server {
    const { headerTimeoutMs, requestTimeoutMs, timeoutCheckMs, keepAliveMs, headerBytesMax, stallMs } = this.#limits
    const server = createServer({
      headersTimeout: headerTimeoutMs,
      requestTimeout: requestTimeoutMs,
      connectionsCheckingInterval: timeoutCheckMs,
      keepAliveTimeout: keepAliveMs,
      maxHeaderSize: headerBytesMax,
      // Ours to refuse, with 403 as any other wrong Host.
      requireHostHeader: false,
      insecureHTTPParser: false,
      noDelay: true,
    })
    server.maxConnections = this.#limits.connectionsMax
    // Whoever does not read an answer does not keep its connection for ever.
    server.timeout = stallMs
    // A connection that cannot be taken (no more files, say) is no reason to end a chat.
    server.on('error', () => undefined)
    server.on('request', (request, response) => void this.#answer(request, response))
    server.on('checkContinue', (request, response) => void this.#answer(request, response))
    server.on('checkExpectation', (request, response) => void this.#answer(request, response))
    server.on('upgrade', (request, socket, head: Buffer) => this.#upgrade(request, socket, head))
    server.on('connect', (request, socket) => this.#upgrade(request, socket, Buffer.alloc(0)))
    server.on('clientError', (error, socket) => this.#open.refuseUnread(error, socket))
    return server
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#open.add(request, response)
    try {
      const refused = this.#checkTarget(request)
      if (refused !== undefined) return this.#refuse(request, response, refused)
      const path = pathOf(request)
      if (path === callPath) return await this.#call(request, response)
      if (request.method === 'GET' && this.#follow(path, request, response)) return
      const route = this.#routes.get(path)
      const asset = this.#assets.get(path)
      if (route === undefined && asset === undefined) {
        return this.#refuse(request, response, refusal(404, 'There is nothing here.'))
      }
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        return this.#refuse(request, response, refusal(405, 'Only GET and HEAD.', { allow: 'GET, HEAD' }))
      }
      if (route !== undefined) {
        const {
          status = 200,
          type,
          body,
        } = await route({ hasToken: this.token.checkBearer(request.rawHeaders) === undefined })
        return this.#send(request, response, status, { 'content-type': type }, Buffer.from(body))
      }
      if (asset !== undefined) this.#send(request, response, 200, assetHeaders(asset), asset.bytes)
    } catch {
      this.#refuse(request, response, refusal(503, 'That did not work.'))
    }
  }

  /** The guards that hold whatever the path is. */
  #checkTarget(request: IncomingMessage): Refusal | undefined {
    const { rawHeaders, url, method } = request
    const refused = checkHost(url, rawHeaders, this.#hosts)
    if (refused !== undefined) return refused
    if (method === 'POST' && checkOrigin(rawHeaders) !== undefined) return checkOrigin(rawHeaders)
    const expectation = request.headers.expect
    const isKnown = expectation === undefined || expectation.toLowerCase() === '100-continue'
    return isKnown ? undefined : refusal(417, 'This expectation is not met.')
  }

  /** Whether the path was that of the link. */
  #follow(path: string, request: IncomingMessage, response: ServerResponse): boolean {
    const outcome = this.#link?.once.take(path)
    if (outcome === undefined) return false
    if (outcome === 'used') this.#link?.onReused()
    if (outcome === 'shown') this.#send(request, response, 303, { location: `/#token=${this.token.text}` })
    else this.#refuse(request, response, refusal(404, 'This link is used up. Open the address that parley printed.'))
    return true
  }

  async #call(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { rawHeaders, method } = request
    const refused =
      method === 'POST'
        ? (this.token.checkBearer(rawHeaders) ?? checkContentType(rawHeaders))
        : refusal(405, 'Only POST, and WebSockets.', { allow: 'POST' })
    if (refused !== undefined) return this.#refuse(request, response, refused)
    const read = await readBody(request, this.#limits.messageBytesMax, () => {
      if (request.headers.expect !== undefined) response.writeContinue()
    })
    if (read === 'gone') return
    if ('refused' in read) return this.#refuse(request, response, read.refused)
    // The answer may take as long as what is asked for.
    request.setTimeout(0)
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    const text = await answerCall(this.#connect, read.body.toString('utf8'), gone.signal)
    if (text === undefined) this.#send(request, response, 204, {}, undefined)
    else this.#send(request, response, 200, { 'content-type': 'application/json' }, Buffer.from(text))
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy())
    const { rawHeaders, url, method } = request
    const refused =
      checkHost(url, rawHeaders, this.#hosts) ??
      checkOrigin(rawHeaders) ??
      (pathOf(request) === callPath ? undefined : refusal(404, 'There is no WebSocket here.')) ??
      this.token.checkProtocols(rawHeaders) ??
      (method === 'GET' ? undefined : refusal(405, 'Only GET.', { allow: 'GET' }))
    if (refused === undefined) this.#sockets.accept(request, socket, head)
    else refuseRaw(socket, refused, securityHeaders(undefined), this.#limits.lingerMs)
  }

  #send(request: IncomingMessage, response: ServerResponse, status: number, headers: Headers, body?: Buffer): void {
    if (response.destroyed || response.headersSent) return
    const [host] = headerValues(request.rawHeaders, 'host')
    const length = body === undefined ? {} : { 'content-length': String(body.length) }
    response.writeHead(status, { ...securityHeaders(host), ...headers, ...length })
    response.end(body)
  }

  /** Says no and ends the connection; what the other side still sends is read and thrown away for a moment. */
  #refuse(request: IncomingMessage, response: ServerResponse, { status, text, headers }: Refusal): void {
    if (response.destroyed || response.headersSent) return
    const body = Buffer.from(`${text}\n`)
    response.writeHead(status, {
      ...securityHeaders(undefined),
      'content-type': 'text/plain; charset=utf-8',
      ...headers,
      'content-length': String(body.length),
      connection: 'close',
    })
    if (request.complete) return void response.end(body)
    // Closing at once would reset the connection, and a sender in the middle of its body would never read why.
    response.write(body)
    request.resume()
    const end = (): void => void response.end()
    const timer = setTimeout(end, this.#limits.lingerMs)
    request.once('end', end)
    response.once('close', () => clearTimeout(timer))
  }
}

function pathOf({ url = '' }: IncomingMessage): string {
  return url.split('?', 1)[0] as string
}

function assetHeaders({ type, isHashed }: { readonly type: string; readonly isHashed: boolean }): Headers {
  const cache = isHashed ? { 'cache-control': 'public, max-age=31536000, immutable' } : {}
  return { 'content-type': type, ...cache }
}

async function healthy(): Promise<RouteAnswer> {
  return { type: 'text/plain; charset=utf-8', body: 'ok\n' }
}

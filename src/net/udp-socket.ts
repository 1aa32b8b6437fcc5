// The UDP socket: datagrams in and out, for IPv4 and IPv6 alike. Invariants: nothing that the network or a peer does makes
// it throw (a datagram that could not be sent is a lost datagram, and the link recovers); addresses above it are literals,
// an IPv4 one always in its own form.

import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { ParleyError, type Address } from '../base/index.ts'

/** Asked of the kernel for both directions, so that a burst of a whole window survives a busy turn of the loop. */
const bufferBytes = 4 * 1_024 * 1_024
const mappedPrefix = '::ffff:'

export interface UdpSocketOptions {
  /** The literal to bind; absent: every address of the machine, both families where there are two. */
  readonly host?: string | undefined
  /** 0: any free one. */
  readonly port: number
}

/** A datagram came. The bytes belong to the receiver. */
type DatagramHandler = (bytes: Uint8Array, from: Address) => void

export class UdpSocket {
  readonly #socket: Socket
  readonly #isIPv6: boolean
  #onDatagram: DatagramHandler = () => undefined
  /** The last sender, because the next datagram mostly comes from the same. */
  #from: Address = { host: '', port: 0 }
  #fromText = ''
  #isOpen = true
  /** Errors that the platform told of datagrams, here or on the way; none of them stops anything. */
  errors = 0

  private constructor(socket: Socket, isV6: boolean) {
    this.#socket = socket
    this.#isIPv6 = isV6
    socket.on('message', (bytes, remote) => this.#receive(bytes, remote))
    socket.on('error', () => this.errors++)
  }

  /**
   * Binds a socket.
   * @throws ParleyError `portInUse`, `portForbidden` or `hostNotLocal`, each with `host` and `port` in its details.
   */
  static async open(options: UdpSocketOptions): Promise<UdpSocket> {
    const { host, port } = options
    if (host !== undefined) return new UdpSocket(await bind(host, port), isIPv6(host))
    try {
      return new UdpSocket(await bind('::', port), true)
    } catch (error) {
      // A machine without IPv6 refuses the address, whatever the port.
      if (!(error instanceof ParleyError) || error.code !== 'hostNotLocal') throw error
      return new UdpSocket(await bind('0.0.0.0', port), false)
    }
  }

  /** Hands every datagram from now on to `handler`. */
  listen(handler: DatagramHandler): void {
    this.#onDatagram = handler
  }

  /** Where the socket is bound. */
  get address(): Address {
    const { address, port } = this.#socket.address()
    return { host: address, port }
  }

  /** Whether the kernel did not take the last datagram at once; its bytes must stay as they are until it did. */
  get isBlocked(): boolean {
    return this.#isOpen && this.#socket.getSendQueueCount() > 0
  }

  /** Sends the bytes, or loses them. They may be changed once {@link isBlocked} is false. */
  send(to: Address, bytes: Uint8Array): void {
    if (!this.#isOpen) return
    let { host } = to
    if (this.#isIPv6 && !host.includes(':')) host = mappedPrefix + host
    try {
      // Without a callback: the platform then tells no failures, and none of them would be news to the link.
      this.#socket.send(bytes, to.port, host)
    } catch {
      // A port 0, or a literal of the other family: nobody can be reached there.
      this.errors++
    }
  }

  /** Closes the socket; what it has not sent is lost. */
  async close(): Promise<void> {
    if (!this.#isOpen) return
    this.#isOpen = false
    await new Promise<void>((resolve) => this.#socket.close(resolve))
  }

  #receive(bytes: Uint8Array, remote: RemoteInfo): void {
    if (!this.#isOpen) return
    if (remote.port !== this.#from.port || remote.address !== this.#fromText) {
      const { address, port } = remote
      const isMapped = address.startsWith(mappedPrefix) && address.includes('.')
      this.#fromText = address
      this.#from = { host: isMapped ? address.slice(mappedPrefix.length) : address, port }
    }
    // A Buffer's slice shares its memory: what the core keeps of a datagram would keep the datagram.
    this.#onDatagram(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length), this.#from)
  }
}

async function bind(host: string, port: number): Promise<Socket> {
  const socket = createSocket({
    type: isIPv6(host) ? 'udp6' : 'udp4',
    recvBufferSize: bufferBytes,
    sendBufferSize: bufferBytes,
    lookup: literalLookup,
  })
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject)
      socket.bind({ address: host, port, exclusive: true }, () => {
        socket.off('error', reject)
        resolve()
      })
    })
  } catch (cause) {
    socket.close()
    throw bindError(cause as NodeJS.ErrnoException, host, port)
  }
  return socket
}

function bindError(cause: NodeJS.ErrnoException, host: string, port: number): ParleyError {
  const details = { host, port }
  switch (cause.code) {
    case 'EADDRINUSE':
      return new ParleyError('portInUse', { message: `UDP port ${port} is in use`, retryable: true, details, cause })
    case 'EACCES':
      return new ParleyError('portForbidden', { message: `UDP port ${port} may not be used`, details, cause })
    case undefined:
    default:
      return new ParleyError('hostNotLocal', { message: `${host} is no address of this machine`, details, cause })
  }
}

/** Addresses are literals by now: the platform's own lookup would cost a turn of the loop for each datagram. */
function literalLookup(
  host: string,
  family: unknown,
  callback: (error: NodeJS.ErrnoException | null, address: string, family: number) => void,
): void {
  callback(null, host, family === 6 ? 6 : 4)
}

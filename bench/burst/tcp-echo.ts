// The reference: the same lines through a plain TCP connection to an echo and back, in one process, nothing kept.

import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'

/** Lines a second. */
export async function echoRate(lines: number): Promise<number> {
  const server = createServer((socket) => void socket.pipe(socket)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  await once(client, 'connect')
  const bytes = Buffer.from(Array.from({ length: lines }, (_, i) => `/send bob message ${i}\n`).join(''))
  const at = performance.now()
  const done = new Promise<void>((resolve) => {
    let left = bytes.length
    client.on('data', (chunk) => {
      left -= chunk.length
      if (left === 0) resolve()
    })
  })
  client.write(bytes)
  await done
  const ms = performance.now() - at
  client.destroy()
  server.close()
  return (lines / ms) * 1_000
}

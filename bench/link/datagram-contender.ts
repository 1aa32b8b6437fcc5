// Reference: a bare `node:dgram` loop, one message in one datagram, plain text. A credit window keeps it from losing
// most of them in the socket's buffer: the receiver tells its count every 32 messages, the sender stays 512 ahead of it.

import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import type { Contender, Receiver, Sender } from './contender.ts'

const aheadMax = 512
const creditEvery = 32
const creditBytes = 5
const bufferBytes = 4 * 1024 * 1024

async function open(): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: bufferBytes, sendBufferSize: bufferBytes })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return socket
}

function close(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.close(() => resolve()))
}

export const datagram: Contender = {
  async receive(_job, onMessage): Promise<Receiver> {
    const socket = await open()
    let count = 0
    socket.on('message', (bytes, from) => {
      const answer = onMessage(bytes)
      if (answer) socket.send(answer, from.port, from.address)
      else if (++count % creditEvery === 0) {
        const credit = Buffer.alloc(creditBytes)
        credit.writeUInt32BE(count, 1)
        socket.send(credit, from.port, from.address)
      }
    })
    return { target: { port: socket.address().port, key: '' }, close: () => close(socket) }
  },

  async connect(target, _job, on): Promise<Sender> {
    const socket = await open()
    // Connected, as a busy sender should be: half the cost of each send.
    socket.connect(target.port, '127.0.0.1')
    await once(socket, 'connect')
    let sent = 0
    let credited = 0
    let moved = 0
    socket.on('message', (bytes) => {
      if (bytes.length !== creditBytes) return on.message(bytes)
      credited = Math.max(credited, bytes.readUInt32BE(1))
      moved = performance.now()
      on.writable()
    })
    // A lost datagram would close the window for good: reopen it when nothing has moved for a while.
    const rescue = setInterval(() => {
      if (performance.now() - moved < 50) return
      credited = sent
      on.writable()
    }, 25)
    return {
      send(message) {
        if (sent - credited >= aheadMax) return false
        sent++
        socket.send(message)
        return true
      },
      flush: () => undefined,
      close: () => {
        clearInterval(rescue)
        return close(socket)
      },
    }
  },
}

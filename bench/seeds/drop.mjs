// Preloaded into a real program: drops a share of the datagrams that its sockets receive, and nothing else.
import { Socket } from 'node:dgram'

const share = Number(process.env.PARLEY_BENCH_LOSS ?? 0)
const { emit } = Socket.prototype
Socket.prototype.emit = function (event, ...rest) {
  if (event === 'message' && Math.random() < share) return true
  return emit.call(this, event, ...rest)
}

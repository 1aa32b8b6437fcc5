// One call by one POST, for scripts: a connection of its own that lasts for one answer. What the call is about is none of
// this file's business; it only knows a JSON-RPC answer from a notification (JSON-RPC 2.0, sections 4.1 and 5).

import type { ConnectPage } from './page-sockets.ts'

/** The answer's text, or undefined where none is due: of a notification, or when `gone` came first. */
export async function answerCall(connect: ConnectPage, text: string, gone: AbortSignal): Promise<string | undefined> {
  if (isNotification(text)) {
    const receiver = connect({ send: () => undefined, close: () => undefined })
    receiver.receive(text)
    receiver.close()
    return undefined
  }
  const { promise, resolve } = Promise.withResolvers<string | undefined>()
  gone.addEventListener('abort', () => resolve(undefined), { once: true })
  const receiver = connect({
    send: (sent) => void (isNotification(sent) || resolve(sent)),
    close: () => resolve(undefined),
  })
  receiver.receive(text)
  try {
    return await promise
  } finally {
    receiver.close()
  }
}

/** A request or an event that wants no answer: it has a method and no id. */
function isNotification(text: string): boolean {
  try {
    const message: unknown = JSON.parse(text)
    return typeof message === 'object' && message !== null && 'method' in message && !('id' in message)
  } catch {
    return false
  }
}

// The password worker: the client's part of OPAQUE (RFC 9807), whose key stretching (Argon2id with the library's
// memory-constrained parameters) takes nearly half a second, away from the loop that serves the socket. It keeps nothing
// between two calls. docs/protocol/registry.md, "Passwords".

import { parentPort } from 'node:worker_threads'
import { client, ready } from '@serenity-kit/opaque'
import { assert, fromBase64Url, toBase64Url, unreachable } from '../base/index.ts'
import type { PasswordCall, PasswordReply, PasswordWork } from './password-message.ts'

const keyStretching = 'memory-constrained'

function replyTo(work: PasswordWork): Omit<PasswordReply, 'id'> {
  const { password } = work
  switch (work.kind) {
    case 'startLogin': {
      const { clientLoginState, startLoginRequest } = client.startLogin({ password })
      return { state: clientLoginState, message: fromBase64Url(startLoginRequest) }
    }
    case 'finishLogin': {
      const loginResponse = toBase64Url(work.answer)
      const finished = client.finishLogin({ password, clientLoginState: work.state, loginResponse, keyStretching })
      return { message: finished && fromBase64Url(finished.finishLoginRequest) }
    }
    case 'startRecord': {
      const { clientRegistrationState, registrationRequest } = client.startRegistration({ password })
      return { state: clientRegistrationState, message: fromBase64Url(registrationRequest) }
    }
    case 'finishRecord': {
      const registrationResponse = toBase64Url(work.answer)
      const start = { password, clientRegistrationState: work.state, registrationResponse }
      return { message: fromBase64Url(client.finishRegistration({ ...start, keyStretching }).registrationRecord) }
    }
    default:
      return unreachable(work)
  }
}

const port = parentPort
assert(port, 'the password worker runs in a thread')
await ready
port.on('message', ({ id, work }: PasswordCall) => {
  let reply: PasswordReply
  try {
    reply = { id, ...replyTo(work) }
  } catch (cause) {
    // A message of the registry that is none of OPAQUE.
    reply = { id, failure: cause instanceof Error ? cause.message : String(cause) }
  }
  port.postMessage(reply)
})

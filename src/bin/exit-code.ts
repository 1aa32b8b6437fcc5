// The exit codes of every command: one table, the same as in docs/operating.md (a test compares them).

import { unreachable } from '../base/index.ts'
import type { FaceResult } from '../terminal/index.ts'

export const exitCodes = {
  done: 0,
  /** Something failed that none of the others tells. */
  failed: 1,
  /** The command line or a line of input was not understood. */
  usage: 2,
  /** A name of a host has no address, or nothing answers where the command cannot go on without. */
  unreachable: 3,
  /** A key changed, or is not known and was not trusted. */
  untrusted: 4,
  rateLimited: 5,
  /** No such account or room, or not let in: the name belongs to somebody else, or a password or code is missing. */
  noSuchName: 6,
  /** Accepted, and not as far as waited for: kept here, in the mailbox, or without an answer. */
  undelivered: 7,
  /** The recipient refused the message. */
  rejected: 8,
  /** Ended by Ctrl-C. */
  interrupted: 130,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

const exitCodeOfError: Readonly<Record<string, ExitCode>> = {
  usage: exitCodes.usage,
  unknownVerb: exitCodes.usage,
  badName: exitCodes.usage,
  badRegistry: exitCodes.usage,
  badConfig: exitCodes.usage,
  noConfig: exitCodes.usage,
  noConversation: exitCodes.usage,
  noRegistry: exitCodes.usage,
  textTooLong: exitCodes.usage,
  lineTooLong: exitCodes.usage,
  emptyText: exitCodes.usage,
  notText: exitCodes.usage,
  badEventType: exitCodes.usage,
  badImport: exitCodes.usage,
  badSearch: exitCodes.usage,
  whichRoom: exitCodes.usage,
  noProfile: exitCodes.usage,
  whichProfile: exitCodes.usage,
  toOneself: exitCodes.usage,
  selfRefused: exitCodes.usage,
  nameNotFound: exitCodes.unreachable,
  registryUnreachable: exitCodes.unreachable,
  nobodyToAsk: exitCodes.unreachable,
  peerLost: exitCodes.unreachable,
  wrongRegistryKey: exitCodes.untrusted,
  registryNotTrusted: exitCodes.untrusted,
  identityChanged: exitCodes.untrusted,
  rateLimited: exitCodes.rateLimited,
  unknownName: exitCodes.noSuchName,
  nameTaken: exitCodes.noSuchName,
  nameRefused: exitCodes.noSuchName,
  passwordNeeded: exitCodes.noSuchName,
  passwordWrong: exitCodes.noSuchName,
  inviteNeeded: exitCodes.noSuchName,
  inviteWrong: exitCodes.noSuchName,
  suspended: exitCodes.noSuchName,
  unknownRoom: exitCodes.noSuchName,
  noRoomNamed: exitCodes.noSuchName,
  undelivered: exitCodes.undelivered,
  refusedByRecipient: exitCodes.rejected,
  interrupted: exitCodes.interrupted,
}

/** The exit code of an error's code. */
export function exitCodeOf(errorCode: string): ExitCode {
  return Object.hasOwn(exitCodeOfError, errorCode) ? (exitCodeOfError[errorCode] as ExitCode) : exitCodes.failed
}

/**
 * The exit code of a face that ended. `attended`: a person saw every error as it happened, so that leaving is no
 * failure. `signal`: what ended it from outside.
 */
export function exitCodeOfFace(result: FaceResult, attended: boolean, signal: string | undefined): ExitCode {
  switch (result.departure) {
    case 'interrupted':
      return signal === 'SIGINT' ? exitCodes.interrupted : exitCodes.done
    case 'outputClosed':
      return exitCodes.done
    case 'refused':
    case 'wrongKey':
      return result.failure === undefined ? exitCodes.failed : exitCodeOf(result.failure)
    case 'quit':
    case 'inputEnded':
      if (attended) return exitCodes.done
      if (result.failure !== undefined) return exitCodeOf(result.failure)
      return result.unsettled > 0 ? exitCodes.undelivered : exitCodes.done
    default:
      return unreachable(result.departure)
  }
}

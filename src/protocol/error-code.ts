// The errors a registry answers with: one table, the same as in docs/protocol/registry.md (a test compares them).
// Codes travel as numbers; a number that this version does not know is shown as it is and treated as not retryable.

interface ErrorRow {
  readonly code: number
  readonly retryable: boolean
  readonly sentence: string
}

export const registryErrors = {
  badRequest: { code: 1, retryable: false, sentence: 'The request does not have the form of its type.' },
  unknownRequest: { code: 2, retryable: false, sentence: 'This registry does not know the request.' },
  notLoggedIn: { code: 3, retryable: false, sentence: 'The request needs a login first.' },
  versionUnsupported: { code: 4, retryable: false, sentence: 'This registry speaks another protocol version.' },
  nameRefused: { code: 5, retryable: false, sentence: 'The name does not follow the rule for names.' },
  nameTaken: { code: 6, retryable: false, sentence: 'The name belongs to another identity.' },
  deviceNotListed: { code: 7, retryable: false, sentence: 'The link key is not in the signed device list.' },
  badSignature: { code: 8, retryable: false, sentence: 'A signature does not verify.' },
  staleDeviceList: { code: 9, retryable: false, sentence: 'A newer device list is known.' },
  unknownName: { code: 10, retryable: false, sentence: 'No account has this name.' },
  away: { code: 11, retryable: true, sentence: 'The account has no device on line.' },
  noPrekey: { code: 12, retryable: true, sentence: 'The account has no prekey at the registry.' },
  tooLarge: { code: 13, retryable: false, sentence: 'The message is larger than the limit.' },
  mailboxFull: { code: 14, retryable: true, sentence: 'The mailbox of the recipient is full.' },
  senderQuota: { code: 15, retryable: true, sentence: 'Too many messages of this sender wait there.' },
  rateLimited: { code: 16, retryable: true, sentence: 'Too many requests; wait a little.' },
  foreignRow: { code: 17, retryable: false, sentence: 'The row belongs to another account.' },
  registryFull: { code: 18, retryable: true, sentence: 'A limit of the registry is reached.' },
  storeFailed: { code: 19, retryable: true, sentence: 'The registry could not keep it.' },
  shuttingDown: { code: 20, retryable: true, sentence: 'The registry is going down.' },
  passwordNeeded: { code: 21, retryable: false, sentence: 'This registry asks for a password.' },
  passwordWrong: { code: 22, retryable: false, sentence: 'No account has this name and password.' },
  inviteNeeded: { code: 23, retryable: false, sentence: 'A new name needs an invite code here.' },
  inviteWrong: { code: 24, retryable: false, sentence: 'The invite code is unknown, used or out of date.' },
  unknownRoom: { code: 25, retryable: false, sentence: 'The account is in no room of this number.' },
  roomFull: { code: 26, retryable: false, sentence: 'The room, or the list of rooms, is full.' },
  notMaker: { code: 27, retryable: false, sentence: 'Only the maker of the room may do this.' },
  notInRoom: { code: 28, retryable: false, sentence: 'This person is not in the room.' },
  suspended: { code: 29, retryable: false, sentence: 'The administrator has suspended the account.' },
} as const satisfies Record<string, ErrorRow>

export type RegistryErrorName = keyof typeof registryErrors

const nameOfCode = new Map(
  Object.entries(registryErrors).map(([name, row]) => [row.code as number, name as RegistryErrorName]),
)

/** The name of a wire code, or undefined for one that this version does not know. */
export function registryErrorName(code: number): RegistryErrorName | undefined {
  return nameOfCode.get(code)
}

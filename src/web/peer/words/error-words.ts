// What went wrong, in people's words, and what to do about it: one table from code to sentence. A code without a row is
// still shown, with its own word, because hiding an error is worse than an ugly one.

import { ParleyError } from '../../../base/index.ts'
import { registryErrors, type RegistryErrorName } from '../../../protocol/index.ts'
import { accountRows } from './account-error-words.ts'
import { type Details, type ErrorRow, type ErrorWords, number, word } from './error-row.ts'
import { plainText } from './plain-text.ts'

const messageRows: Readonly<Record<string, ErrorRow>> = {
  unknownName: (d) => ({ text: `Nobody here is called ${word(d, 'name', 'that')}.`, hint: nearest(d) }),
  textTooLong: (d) => ({
    text: `The message is too long: ${number(d, 'bytes')} bytes of at most ${number(d, 'limit', 65_536)}.`,
    hint: 'Nothing was sent. Shorten it, or send it in parts.',
  }),
  emptyText: () => ({ text: 'There is nothing to send.' }),
  toOneself: () => ({ text: 'Messages go to somebody else.' }),
  selfRefused: () => ({ text: 'Notes to oneself are switched off here.' }),
  identityChanged: (d) => ({
    text: `${word(d, 'name', 'This person')} shows another key than before; nothing is sent until you accept it.`,
  }),
  tooManyWaiting: (d) => ({
    text: `${number(d, 'limit')} messages wait to be sent already.`,
    hint: 'Nothing was sent. Wait until some of them have gone out.',
  }),
  noPrekey: (d) => ({
    text: `${word(d, 'name', 'The recipient')} has no mailbox yet; it stays here and goes out when they are back.`,
  }),
  mailboxFull: (d) => ({
    text: `The mailbox of ${word(d, 'name', 'the recipient')} is full; it stays here and is tried again.`,
  }),
  senderQuota: (d) => ({
    text: `Too many messages of yours wait for ${word(d, 'name', 'the recipient')}; it stays here and is tried again.`,
  }),
  refusedByRecipient: (d) => ({
    text: `${word(d, 'name', 'The recipient')} did not take it.`,
    hint: 'Do they not want to hear from you? Or was a copy of this profile used? Only one may send.',
  }),
  unreadable: (d) => ({
    text: `${word(d, 'name', 'The recipient')} could not open it, also after it was sealed anew.`,
  }),
  unknownMessage: () => ({ text: 'This message is not known here.' }),
  badSearch: () => ({ text: 'There is no word to search for.' }),
}

const machineRows: Readonly<Record<string, ErrorRow>> = {
  peerLost: () => ({ text: 'The connection to your own peer was lost.', hint: 'Parley tries again by itself.' }),
  noPeer: () => ({ text: 'No peer is open here yet.' }),
  closed: () => ({ text: 'The peer is closing.' }),
  notRunning: () => ({ text: 'The peer is not running.' }),
  portInUse: (d) => ({
    text: `UDP port ${number(d, 'port')} is in use by another program.`,
    hint: 'Choose another, or leave it empty for any that is free.',
  }),
  portForbidden: (d) => ({
    text: `UDP port ${number(d, 'port')} may not be used.`,
    hint: 'Ports below 1024 need rights. Choose another, or leave it empty.',
  }),
  otherRegistry: (d) => ({
    text: `This profile is running already, at ${word(d, 'running', 'another registry')}.`,
    hint: 'Go on without a registry here, or end the running one first.',
  }),
  otherPort: (d) => ({
    text: `This profile is running already, on UDP port ${number(d, 'running')}.`,
    hint: 'Leave the port empty, or end the running one first.',
  }),
  notOwner: () => ({ text: 'This page belongs to a terminal, which holds the account.', hint: 'Change it there.' }),
  noQuestion: () => ({ text: 'This has been answered already, in another window.' }),
  folderLocked: (d) => ({
    text: `This profile is in use by ${word(d, 'program', 'another Parley')}.`,
    hint: 'End that one first, or choose another name.',
  }),
  privateFileOpen: (d) => ({
    text: `${word(d, 'path', 'A file')} holds a secret, and others on this machine may read it.`,
    hint: `Close it: chmod 600 ${word(d, 'path', 'FILE')}`,
  }),
  notReadable: (d) => ({ text: `Cannot read ${word(d, 'path', 'a file')}: ${word(d, 'reason', 'no reason given')}.` }),
  notWritable: (d) => ({ text: `Cannot write ${word(d, 'path', 'a file')}: ${word(d, 'reason', 'no reason given')}.` }),
  storeNewer: () => ({
    text: 'The history was written by a newer Parley; this one leaves it alone.',
    hint: 'Install that version again.',
  }),
  storeDamaged: (d) => ({
    text: `${word(d, 'file', 'The history')} is damaged; nothing was changed in it.`,
    hint: 'Restore it from a backup, or move it away to start afresh; keep a copy.',
  }),
  storeFailed: () => ({ text: 'The history could not be written.', hint: 'Is the disk full?' }),
  storeFull: () => ({ text: 'The disk is full: nothing more can be kept.' }),
  keyDamaged: (d) => ({
    text: `${word(d, 'path', 'A file')} should hold a key and does not; it was left as it is.`,
    hint: 'Restore it from a backup. A new key would be another person to everybody.',
  }),
  fileDamaged: (d) => ({ text: `${word(d, 'path', 'A file')} is damaged; it was left as it is.` }),
  requestTooLong: () => ({ text: 'That is too much at once.' }),
  noAnswer: () => ({ text: 'There was no answer in time.', hint: 'Try again.' }),
}

const rows: Readonly<Record<string, ErrorRow>> = { ...accountRows, ...messageRows, ...machineRows }

/** The sentence for a reason of the peer, or a code with its details. */
export function reasonWords(reason: { readonly code: string; readonly details: Details }): ErrorWords {
  const row = Object.hasOwn(rows, reason.code) ? rows[reason.code] : undefined
  if (row !== undefined) return row(reason.details)
  if (Object.hasOwn(registryErrors, reason.code)) {
    return { text: registryErrors[reason.code as RegistryErrorName].sentence }
  }
  const detail = word(reason.details, 'detail', word(reason.details, 'reason', ''))
  const text = `That did not work: ${plainText(reason.code)}${detail === '' ? '' : ` (${detail})`}.`
  return { text }
}

/** The same for anything that was thrown. What is no ParleyError is a bug, and says so. */
export function errorWords(error: unknown): ErrorWords {
  if (error instanceof ParleyError) return reasonWords(error)
  const message = error instanceof Error ? error.message : String(error)
  return { text: `Unexpected: ${plainText(message)}.`, hint: 'This is a bug of Parley; please report it.' }
}

/** Sentence and hint as one text. */
export function errorLine(error: unknown): string {
  const { text, hint } = errorWords(error)
  return hint === undefined ? text : `${text} ${hint}`
}

/** The code of what was thrown; empty where it is no ParleyError. */
export function codeOf(error: unknown): string {
  return error instanceof ParleyError ? error.code : ''
}

function nearest(details: Details): string | undefined {
  const near = details['nearest']
  const names = Array.isArray(near) ? near.filter((name) => typeof name === 'string') : []
  return names.length === 0 ? undefined : `Did you mean ${names.map((name) => plainText(name)).join(' or ')}?`
}

// Errors in people's words: one table from code to sentence, for every face and for the command line. A code without a
// row is still shown, with its own word, because hiding an error is worse than an ugly one.

import { ParleyError } from '../base/index.ts'
import {
  type InviteProblem,
  type NameProblem,
  registryErrors,
  type RegistryErrorName,
  textBytesMax,
} from '../protocol/index.ts'
import { commandRows } from './command-error-rows.ts'
import { type Details, has, listOf, names, type Row, word } from './error-row.ts'
import { meetingRows } from './meeting-error-rows.ts'
import { pageRows } from './page-error-rows.ts'
import { sharingRows } from './sharing-error-rows.ts'
import type { LineProblem } from './verb/verb.ts'
import { visibleLine } from './visible-text.ts'

export interface ErrorText {
  readonly code: string
  /** One sentence: what is wrong. */
  readonly text: string
  /** What to do about it, a line each. */
  readonly hints: readonly string[]
}

const nameRule =
  'A name has 1 to 32 letters (a-z), digits, dots, hyphens or underscores, and begins with a letter or digit.'
const keyHint = 'Ask whoever runs the registry for its fingerprint before you trust a new one.'

const rows: Readonly<Record<string, Row>> = {
  ...meetingRows,
  ...commandRows,
  ...pageRows,
  ...sharingRows,
  unknownName: (d) => {
    const near = names(d, 'nearest')
    return {
      text: `no such account: ${word(d, 'name')}`,
      hints: [near.length > 0 && `Did you mean ${listOf(near)}?`, '/clients shows who is known here.'],
    }
  },
  nameTaken: (d) => ({
    text: `the name ${word(d, 'name')} belongs to somebody else${has(d, 'fingerprint') ? `: ${word(d, 'fingerprint')}` : ''}`,
    hints: [
      'Choose another name: parley chat OTHERNAME.',
      `If it is you, use the profile that first took it: --home DIR${has(d, 'own') ? ` (this profile is ${word(d, 'own')})` : ''}.`,
    ],
  }),
  badName: (d) => ({
    text: `${word(d, 'name')} cannot be a name: ${nameProblemText(d['problem'])}`,
    hints: [nameRule],
  }),
  nameRefused: (d) => ({ text: `the registry refuses the name ${word(d, 'name')}`, hints: [nameRule] }),
  textTooLong: (d) => ({
    text: `the message has ${word(d, 'bytes')} bytes; the limit is ${word(d, 'limit', String(textBytesMax))} bytes (64 KiB)`,
    hints: ['Nothing was sent. Shorten it or send it in parts.'],
  }),
  lineTooLong: (d) => ({
    text: `the line has more than ${word(d, 'limit')} bytes; the limit of a message is ${textBytesMax} bytes (64 KiB)`,
    hints: ['Nothing was sent.'],
  }),
  emptyText: () => ({ text: 'there is nothing to send' }),
  toOneself: () => ({ text: 'that is you: messages go to somebody else' }),
  identityChanged: (d) => ({
    text: `${word(d, 'name')} shows another identity than before; nothing is sent until you accept it`,
    hints: [
      has(d, 'pinned') && `before: ${word(d, 'pinned')}`,
      has(d, 'offered') && `now:    ${word(d, 'offered')}`,
      `Compare by another road (call them), then /accept ${word(d, 'name', 'NAME')}.`,
    ],
  }),
  noRegistry: () => ({
    text: 'this profile knows no registry yet',
    hints: [
      'Name one: --registry parley://KEY@HOST:PORT (or HOST:PORT).',
      'No registry at hand? Start one: parley registry.',
    ],
  }),
  registryUnreachable: (d) => ({
    text: `the registry ${word(d, 'registry', '')} does not answer`.replace('  ', ' '),
    hints: ['What you send is kept here and goes out when it returns.'],
  }),
  wrongRegistryKey: (d) => ({
    text: `the registry ${word(d, 'registry', '')} shows another key than the one we know; refused`.replace('  ', ' '),
    hints: [
      has(d, 'expected') && `expected: ${word(d, 'expected')}`,
      has(d, 'offered') && `offered:  ${word(d, 'offered')}`,
      keyHint,
    ],
  }),
  registryNotTrusted: (d) => ({
    text: `the key of the registry is not known and was not trusted${has(d, 'fingerprint') ? `: ${word(d, 'fingerprint')}` : ''}`,
    hints: ['Use its invite link (it carries the key), or --trust to trust the key that it shows.'],
  }),
  badRegistry: (d) => ({
    text: `${word(d, 'registry')} does not name a registry: ${inviteProblemText(d['problem'])}`,
    hints: ['Give an invite link, parley://KEY@HOST:PORT, or HOST:PORT, such as 192.0.2.1:4747.'],
  }),
  nameNotFound: (d) => ({
    text: `there is no address for the host ${word(d, 'host')}`,
    hints: ['Check its spelling, or give an IP address.'],
  }),
  replaced: () => ({
    text: 'this account has logged in somewhere else with the same device key; this peer is off line now',
    hints: ['A profile belongs to one machine: do not copy it.'],
  }),
  portInUse: (d) => ({
    text: `UDP port ${word(d, 'port')} is in use by another program`,
    hints: [`Choose another with --port, or --port 0 for any that is free.`],
  }),
  portForbidden: (d) => ({
    text: `UDP port ${word(d, 'port')} may not be used`,
    hints: ['Ports below 1024 need rights; choose another with --port.'],
  }),
  hostNotLocal: (d) => ({
    text: `${word(d, 'host')} is not an address of this machine`,
    hints: ['Choose another with --host.'],
  }),
  folderLocked: (d) => ({
    text: `${word(d, 'folder')} is in use by ${word(d, 'program', 'another Parley')}${has(d, 'pid') ? ` (process ${word(d, 'pid')}, since ${word(d, 'since')})` : ''}`,
    hints: ['End that one first, or choose another folder with --home (chat) or --data (registry).'],
  }),
  privateFileOpen: (d) => ({
    text: `${word(d, 'path')} holds a secret, and others may read it (mode ${word(d, 'mode')})`,
    hints: [`Close it: chmod 600 ${word(d, 'path')}`, 'If somebody may have read it, make a new profile.'],
  }),
  notReadable: (d) => ({
    text: `cannot read ${word(d, 'path')}: ${word(d, 'reason', 'no reason given')}`,
    hints: [`What it is and whose: ls -ld '${word(d, 'path')}'. chown or chmod mends it; or move it away.`],
  }),
  notWritable: (d) => ({
    text: `cannot write ${word(d, 'path')}: ${word(d, 'reason', 'no reason given')}`,
    hints: [
      `Whose it is: ls -ld '${word(d, 'path')}'. Is the disk full, or mounted for reading only? df '${word(d, 'path')}'`,
    ],
  }),
  fileExists: (d) => ({ text: `${word(d, 'path')} is there already`, hints: ['It stays as it is.'] }),
  storeNewer: (d) => ({
    text: `${word(d, 'file', 'the store')} was written by a newer Parley; this one leaves it alone`,
    hints: ['Install that version again, or use another folder.'],
  }),
  storeDamaged: (d) => ({
    text: `${word(d, 'file', 'the store')} is damaged; nothing was changed in it`,
    hints: ['Restore it from a backup, or move it away to start afresh; keep a copy.'],
  }),
  storeFailed: (d) => ({
    text: `the store could not write: ${word(d, 'detail', 'no reason given')}`,
    hints: ['Is the disk full?'],
  }),
  storeFull: () => ({ text: 'the disk is full: nothing more can be kept' }),
  storeClosed: () => ({ text: 'the store is closed' }),
  keyDamaged: (d) => ({
    text: `${word(d, 'path')} should hold a key and does not; it was left as it is`,
    hints: ['Restore it from a backup. A new key would be another person, or another registry, to everybody.'],
  }),
  fileDamaged: (d) => ({ text: `${word(d, 'path')} is damaged; it was left as it is` }),
  badConfig: (d) => ({
    text: `${word(d, 'place')}: ${word(d, 'problem')}`,
    hints: [
      has(d, 'mend') && word(d, 'mend'),
      '`parley config check` looks through every file; --config none reads none.',
    ],
  }),
  noConfig: (d) => ({
    text: `there is no file ${word(d, 'path')}, which ${word(d, 'origin')} names`,
    hints: [
      `\`parley config init --config ${word(d, 'path')}\` makes one; without ${word(d, 'origin')} the usual files are read.`,
    ],
  }),
  noPrekey: (d) => ({
    text: `${word(d, 'name', 'the recipient')} has no mailbox yet; it stays here and goes out when they are back`,
  }),
  mailboxFull: (d) => ({
    text: `the mailbox of ${word(d, 'name', 'the recipient')} is full; it stays here and is tried again`,
  }),
  senderQuota: (d) => ({
    text: `too many messages of yours wait for ${word(d, 'name', 'the recipient')} already; it stays here and is tried again`,
  }),
  tooManyWaiting: (d) => ({ text: `${word(d, 'limit')} messages wait to be sent already; nothing more is taken` }),
  nothingToAccept: (d) => ({ text: `${word(d, 'name')} shows the identity that we know; there is nothing to accept` }),
  closed: () => ({ text: 'this peer is closing' }),
  notPinned: (d) => ({ text: `the key of the registry could not be kept: ${word(d, 'reason')}` }),
  badPrekey: (d) => ({ text: `the registry offers a false mailbox key for ${word(d, 'name')}; not used` }),
  badDeviceList: (d) => ({ text: `a device list for ${word(d, 'name')} does not hold; not used` }),
  wrongAccount: (d) => ({ text: `the registry answered for another account than ${word(d, 'name')}; not used` }),
  senderError: (d) => ({ text: `${word(d, 'name')} sent two different messages under one id; the second was refused` }),
  refusedByRecipient: (d) => ({
    text: `${word(d, 'name')} did not take it`,
    hints: ['Do they not want to hear from you? Or was a copy of this profile used? Only one may send.'],
  }),
  unreadable: (d) => ({ text: `${word(d, 'name')} could not open it, also after it was sealed anew` }),
  registryJunk: () => ({
    text: 'the registry answers what no registry should; the link was closed',
    hints: ['Parley tries again by itself. Is it a newer version?'],
  }),
  notRunning: () => ({ text: 'this peer is not running' }),
  badReceipt: (d) => ({
    text: `the registry says that ${word(d, 'name')} has a message, without proof; it is not marked as stored`,
  }),
  unknownVerb: (d) => ({
    text: `unknown verb /${word(d, 'verb')}`,
    hints: [
      has(d, 'nearest')
        ? `Did you mean /${word(d, 'nearest')}? Nothing was sent.`
        : '/help lists the verbs. Nothing was sent.',
    ],
  }),
  usage: (d) => ({ text: `usage: ${word(d, 'usage')}` }),
  badRoom: (d) => ({
    text: `${word(d, 'room')} is not the number of a room`,
    hints: [`usage: ${word(d, 'usage')}`, '/rooms lists yours.'],
  }),
  labelTooLong: (d) => ({ text: `a name of a room, or an alias, has at most ${word(d, 'limit')} characters` }),
  noConversation: (d) => ({
    text: 'no conversation is open, so this went to nobody',
    hints: [
      has(d, 'verb') && `As a verb it wants the slash: ${word(d, 'verb')}`,
      '/open NAME, then write; or /send NAME text. /clients shows who is there.',
    ],
  }),
}

/** The sentence and the hints for a code. */
export function reasonText(reason: { readonly code: string; readonly details: Details }): ErrorText {
  const row = Object.hasOwn(rows, reason.code) ? rows[reason.code] : undefined
  if (row !== undefined) {
    const { text, hints = [] } = row(reason.details)
    return { code: reason.code, text, hints: hints.filter((hint) => hint !== false) }
  }
  const wire = Object.hasOwn(registryErrors, reason.code) ? registryErrors[reason.code as RegistryErrorName] : undefined
  const detail = word(reason.details, 'detail', word(reason.details, 'reason', ''))
  const text = wire?.sentence.replace(/\.$/, '') ?? `error: ${visibleLine(reason.code)}`
  return { code: reason.code, text: detail === '' ? text : `${text} (${detail})`, hints: [] }
}

/** The same for anything that was thrown. What is no ParleyError is a bug, and says so. */
export function errorText(error: unknown): ErrorText {
  if (error instanceof ParleyError) {
    const known = reasonText(error)
    const hasOwnWords = error.message !== error.code && known.text.startsWith('error: ')
    return hasOwnWords ? { ...known, text: visibleLine(error.message) } : known
  }
  const message = error instanceof Error ? error.message : String(error)
  return {
    code: 'bug',
    text: `unexpected: ${visibleLine(message)}`,
    hints: ['This is a bug of Parley; please report it.'],
  }
}

/** The same for a line that could not be read. */
export function problemText(problem: LineProblem): ErrorText {
  const { code, ...details } = problem
  return reasonText({ code, details })
}

/** What is wrong with a name, as the end of a sentence. */
export function nameProblemText(problem: unknown): string {
  const texts: Record<NameProblem, string> = {
    empty: 'it is empty',
    tooLong: 'it has more than 32 characters',
    characters: 'it holds characters that names do not have',
    reserved: 'the word is reserved',
  }
  return typeof problem === 'string' && Object.hasOwn(texts, problem)
    ? texts[problem as NameProblem]
    : 'it is not allowed'
}

function inviteProblemText(problem: unknown): string {
  const texts: Record<InviteProblem, string> = {
    empty: 'it is empty',
    tooLong: 'it is too long',
    scheme: 'an invite link begins with parley://',
    key: 'its key is damaged (43 characters of letters, digits, - and _ before the @)',
    host: 'the host is not a host name or IP address',
    port: 'the port is not a number from 1 to 65535',
  }
  return typeof problem === 'string' && Object.hasOwn(texts, problem)
    ? texts[problem as InviteProblem]
    : 'it has another form'
}

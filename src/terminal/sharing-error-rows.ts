// Errors about a peer that several programs share, and about its archive, in people's words.

import { has, names, type Row, word } from './error-row.ts'

const bug = 'This is a fault of Parley. Please report it, with what you did.'

/** Which profile, and whose peer. */
const profileRows: Readonly<Record<string, Row>> = {
  peerLost: (d) => ({
    text: 'the program that ran this account ended, and the answer is not known',
    hints: [
      d['reason'] === 'tooSlow' && 'This window read so slowly that it was let go of.',
      'Look whether it was done before you do it again.',
    ],
  }),
  otherRegistry: (d) => ({
    text: `this account is running already, at ${word(d, 'running')} and not at ${word(d, 'registry')}`,
    hints: ['End the running one first, or leave the registry out to join it.'],
  }),
  otherPort: (d) => ({
    text: `this account is running already, on UDP port ${word(d, 'running')} and not on ${word(d, 'port')}`,
    hints: ['End the running one first, or leave the port out to join it.'],
  }),
  noProfile: (d) =>
    has(d, 'name')
      ? {
          text: `there is no account ${word(d, 'name')} on this machine`,
          hints: [
            names(d, 'names').length > 0 && `Here are: ${names(d, 'names').join(', ')}.`,
            `parley chat ${word(d, 'name')} --registry INVITE makes it.`,
          ],
        }
      : {
          text: `there is no account on this machine yet (in ${word(d, 'folder')})`,
          hints: ['parley chat NAME --registry INVITE makes one.'],
        },
  whichProfile: (d) => ({
    text: `there are several accounts here: ${names(d, 'names').join(', ')}`,
    hints: ['Say which: --profile NAME, or PARLEY_PROFILE=NAME.'],
  }),
  socketNotPrivate: (d) => ({
    text: `${word(d, 'path')} is open to others (mode ${word(d, 'mode')}), or is somebody else's`,
    hints: [`Close it: chmod go= ${word(d, 'path')}`],
  }),
  notShared: (d) => ({
    text: `other windows and commands cannot join this one: ${word(d, 'path')}: ${word(d, 'reason', 'no reason given')}`,
    hints: ['This window itself works. A folder on a local disk has no such trouble.'],
  }),
}

/** What whoever runs a registry asks of it. */
const registryRows: Readonly<Record<string, Row>> = {
  tooManyInvites: (d) => ({
    text: `no more codes are made: ${word(d, 'detail', 'too many are unused')}`,
    hints: ['Unused codes end after a week.'],
  }),
  empty: () => ({ text: 'nothing was said: there is no text', hints: ['Type one.'] }),
  tooLarge: () => ({ text: 'the text is too long for everybody', hints: ['Say it in several parts.'] }),
}

/** The connection between two programs of one profile. */
const lineRows: Readonly<Record<string, Row>> = {
  requestTooLong: (d) => ({
    text: `that is too much for one call: at most ${word(d, 'bytesMax')} bytes`,
    hints: ['Do it in several parts.'],
  }),
  answerTooLong: (d) => ({
    text: `the answer has more than ${word(d, 'bytesMax')} bytes`,
    hints: ['Ask for fewer.'],
  }),
  tooManyCalls: (d) => ({ text: `more than ${word(d, 'max')} calls at once`, hints: ['Wait for some of them.'] }),
  tooManyConnections: (d) => ({ text: `more than ${word(d, 'max')} programs at one account`, hints: ['End some.'] }),
  tooSlow: () => ({ text: 'this program read so slowly that it was let go of', hints: ['Read all that is told.'] }),
  badAnswer: (d) => ({ text: `the running Parley answered what is no answer: ${word(d, 'reason')}`, hints: [bug] }),
  notJson: (d) => ({ text: `a request is no JSON: ${word(d, 'reason')}`, hints: [bug] }),
  notRequest: (d) => ({ text: `a request has not the form of one: ${word(d, 'reason')}`, hints: [bug] }),
  unknownMethod: (d) => ({
    text: `the running Parley knows no ${word(d, 'method', 'such call')}`,
    hints: ['It is an older one: end it and start it again.'],
  }),
  badParams: (d) => ({
    text: `the running Parley does not take this: ${names(d, 'problems').join('; ')}`,
    hints: ['It may be of another version: end it and start it again.'],
  }),
  internal: (d) => ({
    text: `something went wrong inside${has(d, 'reason') ? `: ${word(d, 'reason')}` : ''}`,
    hints: [bug],
  }),
}

const archiveRows: Readonly<Record<string, Row>> = {
  badSearch: () => ({
    text: 'there is no word to search for',
    hints: ['search WORDS; "two words" finds them together.'],
  }),
  unknownMessage: (d) => ({
    text: has(d, 'id') ? `there is no message ${word(d, 'id')}` : 'there is no such message',
    hints: ['/history NAME shows those there are.'],
  }),
  tooManyMessages: (d) => ({
    text: `more than ${word(d, 'limit')} messages at once`,
    hints: ['Do it in several parts.'],
  }),
  badQuery: (d) => ({
    text: `the ${word(d, 'field', 'question')} cannot be that`,
    hints: ['A count is 1 or more; a position is one of a page.'],
  }),
  badMessageId: () => ({
    text: 'a message id is 32 hexadecimal digits, and belongs to one text for one recipient',
    hints: ['Leave it out, and one is made.'],
  }),
}

export const sharingRows: Readonly<Record<string, Row>> = {
  ...profileRows,
  ...registryRows,
  ...lineRows,
  ...archiveRows,
}

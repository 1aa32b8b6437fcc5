// Sentences for what goes wrong around accounts, private chats and rooms: what is wrong, and what to type.

import { type Details, has, listOf, names, type Row, word } from './error-row.ts'
import { duration } from './moment.ts'

const loginHint = '/login logs in; /reg NAME takes another name.'
const roomsHint = '/rooms lists your rooms and invitations.'

function withName(details: Details, before: string, after: string, without: string): string {
  return has(details, 'name') ? `${before}${word(details, 'name')}${after}` : without
}

const accountRows: Readonly<Record<string, Row>> = {
  passwordNeeded: () => ({
    text: 'this registry asks for a password',
    hints: ['Type login; the password is asked for.'],
  }),
  passwordWrong: (d) =>
    d['known'] === true
      ? { text: 'Wrong password!', hints: ['Type it again; an empty line or Ctrl-C ends the question.'] }
      : { text: 'Wrong password! Or nobody has the name.', hints: ['login tries again, and offers to sign up.'] },
  inviteNeeded: () => ({
    text: 'a new name needs an invite code here',
    hints: ['Ask whoever runs the registry for one, then type login: the code is asked for.'],
  }),
  inviteWrong: () => ({
    text: 'the invite code is unknown, used or out of date',
    hints: ['Ask whoever runs the registry for a new one.'],
  }),
  suspended: (d) => ({
    text: `whoever runs the registry has suspended ${word(d, 'name', 'this account')}`,
    hints: ['What others write is kept for you meanwhile. Ask whoever runs the registry; then login tries again.'],
  }),
  removed: () => ({
    text: 'whoever runs the registry took the name away, with all that was kept under it',
    hints: ['Ask them why; login asks for the name again.'],
  }),
  disconnected: () => ({
    text: 'whoever runs the registry ended the session',
    hints: ['Parley logs in again by itself.'],
  }),
  alreadyLoggedIn: (d) => ({
    text: `already logged in... as ${word(d, 'name')}`,
    hints: ['logout first, or reg OTHERNAME to change.'],
  }),
  notLoggedIn: () => ({ text: 'not logged in', hints: [loginHint] }),
  byRequest: () => ({ text: 'you are off line, as you asked', hints: [loginHint] }),
  noPasswords: () => ({ text: 'this registry knows no passwords: your profile is what proves who you are' }),
  rateLimited: (d) => ({
    text:
      typeof d['retryMs'] === 'number'
        ? `too many tries; the next one is taken in ${duration(d['retryMs'])}`
        : 'too many requests; wait a little',
    hints: ['Nothing was done. Type it again later.'],
  }),
  notYourName: (d) => ({
    text: `you are ${word(d, 'own')}, not ${word(d, 'name')}`,
    hints: ['dereg takes off line whoever you are; nobody can do it to others.'],
  }),
  notSignedUp: (d) => ({ text: `${word(d, 'name')} was not signed up`, hints: [loginHint] }),
  passwordsDiffer: () => ({
    text: 'the two passwords are not the same; nothing was changed',
    hints: ['Type it again.'],
  }),
  emptySecret: () => ({ text: 'nothing was typed; nothing was changed' }),
  noAnswer: () => ({ text: 'the question was not answered; nothing was changed' }),
  dialogOpen: () => ({ text: 'a question is open already', hints: ['Answer it first.'] }),
  passwordFailed: (d) => ({
    text: `the password could not be worked on: ${word(d, 'detail', 'no reason given')}`,
    hints: ['Nothing was changed. login tries again.'],
  }),
  loginUnderWay: (d) => ({
    text: withName(d, 'a login as ', ' is under way', 'a login is under way'),
    hints: ['Wait for its end.'],
  }),
  badPassword: (d) =>
    d['problem'] === 'tooLong'
      ? { text: `a password has at most ${word(d, 'limit')} bytes`, hints: ['Take a shorter one.'] }
      : { text: 'a password cannot be empty', hints: ['Type login and a password at its question.'] },
  badAlias: (d) => ({ text: `an alias is one line of at most ${word(d, 'limit')} characters` }),
  tooManyFriends: (d) => ({
    text: `your list has ${word(d, 'limit')} people, and takes no more`,
    hints: ['/remove NAME makes room.'],
  }),
  selfRefused: () => ({
    text: 'messages to oneself not allowed!',
    hints: ['Notes to oneself are switched off here. /send NAME text writes to somebody else.'],
  }),
}

const chatRows: Readonly<Record<string, Row>> = {
  away: (d) => ({
    text: `${word(d, 'name', 'the user')} is not there`,
    hints: [`A message waits for them: /send ${word(d, 'name', 'NAME')} text.`],
  }),
  inSession: (d) => ({
    text: withName(d, 'you are in a private chat with ', ' already', 'you are in a private chat already'),
    hints: ['EXIT leaves it.'],
  }),
  leaveFirst: (d) => ({
    text: withName(d, 'you are in a private chat with ', ': not logged out', 'not logged out: a conversation is open'),
    hints: ['Type EXIT (or EXIT GROUP) first, then LOGOUT. /say LOGOUT sends the word.'],
  }),
  self: () => ({ text: 'that is you: ask somebody else', hints: ['/clients shows who is there.'] }),
  blocked: (d) => ({
    text: `${word(d, 'name', 'this person')} is blocked`,
    hints: [`/unblock ${word(d, 'name', 'NAME')} first.`],
  }),
  noRequest: (d) => ({
    text: withName(d, 'there is no open chat request of ', '', 'there is no open chat request'),
    hints: ['CHAT REQUEST NAME asks for a private chat.'],
  }),
  whichRequest: (d) => ({
    text: `several people ask: ${listOf(names(d, 'names'))}`,
    hints: ['Say whom: OK NAME, REJECT NAME.'],
  }),
  noSession: () => ({ text: 'you are in no private chat', hints: ['CHAT REQUEST NAME asks for one.'] }),
  nothingOpen: () => ({ text: 'nothing is open that you could leave', hints: ['/quit ends the program.'] }),
}

const roomRows: Readonly<Record<string, Row>> = {
  unknownRoom: (d) => ({
    text: has(d, 'room') ? `you are not in a room ${word(d, 'room')}` : 'you are in no such room',
    hints: [roomsHint],
  }),
  noInvitation: (d) => ({
    text: has(d, 'room') ? `there is no open invitation to room ${word(d, 'room')}` : 'there is no open invitation',
    hints: [roomsHint],
  }),
  onlyInvited: (d) => ({
    text: `you are invited to room ${word(d, 'room')}, and not in it yet`,
    hints: [`OK GROUP ${word(d, 'room')} joins it.`],
  }),
  noRoomOpen: () => ({ text: 'no room is open', hints: ['Say which: /leave N, /members N. /rooms lists yours.'] }),
  roomFull: () => ({
    text: 'the room is full, or you are in too many rooms',
    hints: ['/leave N leaves one; a smaller GROUP CHAT may still fit.'],
  }),
  badRoomName: (d) => ({ text: `the name of a room is one line of at most ${word(d, 'limit')} characters` }),
  memberAlready: (d) => ({ text: `${word(d, 'name', 'this person')} is in the room, or invited, already` }),
  notMaker: () => ({ text: 'only the maker of the room may do this', hints: ['/rooms shows who made it.'] }),
  notInRoom: (d) => ({
    text: `${word(d, 'name', 'this person')} is not in the room`,
    hints: ['/members N shows who is.'],
  }),
}

export const meetingRows: Readonly<Record<string, Row>> = { ...accountRows, ...chatRows, ...roomRows }

// Sentences for what goes wrong around names, registries, passwords, private chats and rooms.

import { type ErrorRow, number, word } from './error-row.ts'
import { span } from './plain-text.ts'
import { nameWords, targetWords } from './typed-words.ts'
import type { InviteProblem, NameProblem } from '../../../protocol/index.ts'

const registryRows: Readonly<Record<string, ErrorRow>> = {
  noRegistry: () => ({ text: 'This profile knows no registry yet.', hint: 'Give its invite link, or its address.' }),
  badRegistry: (d) => ({
    text: targetWords((d['problem'] as InviteProblem | undefined) ?? 'host'),
    hint: 'An invite link looks like parley://KEY@HOST:PORT; an address like 192.0.2.1:4747.',
  }),
  registryUnreachable: (d) => ({
    text: `The registry ${word(d, 'registry', '')} does not answer.`.replace('  ', ' '),
    hint: 'Parley keeps trying. What you send is kept here and goes out when it returns.',
  }),
  nameNotFound: (d) => ({
    text: `There is no address for the host ${word(d, 'host', 'given')}.`,
    hint: 'Check its spelling, or give an IP address.',
  }),
  wrongRegistryKey: () => ({
    text: 'The registry shows another key than the one you know, so Parley does not talk to it.',
    hint: 'Ask whoever runs the registry, by another road, before you use a new invite link.',
  }),
  registryNotTrusted: () => ({
    text: "The registry's key is not known, and you did not trust it.",
    hint: 'Use its invite link, which carries the key, or try again and compare the words.',
  }),
  replaced: () => ({
    text: 'This account has logged in somewhere else with the same key; this peer is off line now.',
    hint: 'A profile belongs to one machine: do not copy it.',
  }),
  registryJunk: () => ({ text: 'The registry answers what no registry should.', hint: 'Is it of a newer version?' }),
  nameTaken: (d) => ({
    text: `The name ${word(d, 'name', 'you chose')} belongs to somebody else.`,
    hint: 'Choose another one. If it is you, use the machine and profile that first took it.',
  }),
  nameRefused: (d) => ({ text: `The registry does not take the name ${word(d, 'name', 'you chose')}.` }),
  badName: (d) => ({ text: nameWords((d['problem'] as NameProblem | undefined) ?? 'characters') }),
}

const loginRows: Readonly<Record<string, ErrorRow>> = {
  passwordNeeded: () => ({ text: 'This registry asks for a password.' }),
  passwordWrong: (d) =>
    d['known'] === true
      ? { text: 'Wrong password.' }
      : { text: 'Wrong password, or nobody has this name.', hint: 'Try again, or sign up with this name.' },
  inviteNeeded: () => ({
    text: 'A new name needs an invite code here.',
    hint: 'Ask whoever runs the registry for one.',
  }),
  inviteWrong: () => ({
    text: 'The invite code is unknown, used or out of date.',
    hint: 'Ask whoever runs the registry for a new one.',
  }),
  alreadyLoggedIn: (d) => ({ text: `You are logged in as ${word(d, 'name', 'somebody')} already.` }),
  loginUnderWay: () => ({ text: 'A login is under way.', hint: 'Wait for its end.' }),
  notLoggedIn: () => ({ text: 'You are not logged in.' }),
  byRequest: () => ({ text: 'You are off line, as you asked.' }),
  noPasswords: () => ({ text: 'This registry knows no passwords: your profile is what proves who you are.' }),
  badPassword: (d) =>
    d['problem'] === 'tooLong'
      ? { text: `A password has at most ${number(d, 'limit')} bytes.` }
      : { text: 'A password cannot be empty.' },
  passwordFailed: () => ({ text: 'The password could not be worked on.', hint: 'Nothing was changed. Try again.' }),
  rateLimited: (d) =>
    typeof d['retryMs'] === 'number'
      ? { text: `Too many tries; the next one is taken in ${span(d['retryMs'])}.` }
      : { text: 'Too many requests; wait a little.' },
  suspended: () => ({ text: 'This account is suspended.', hint: 'Ask whoever runs the registry.' }),
}

const meetingRows: Readonly<Record<string, ErrorRow>> = {
  away: (d) => ({ text: `${word(d, 'name', 'This person')} is not there.`, hint: 'A message waits for them.' }),
  inSession: (d) => ({
    text: `You are in a private chat with ${word(d, 'name', 'somebody')} already.`,
    hint: 'Leave it first.',
  }),
  leaveFirst: (d) => ({
    text: `You are in a private chat with ${word(d, 'name', 'somebody')}.`,
    hint: 'Leave it first.',
  }),
  self: () => ({ text: 'That is you.', hint: 'Ask somebody else.' }),
  blocked: (d) => ({ text: `You have blocked ${word(d, 'name', 'this person')}.`, hint: 'Unblock them first.' }),
  noRequest: (d) => ({ text: `The chat request of ${word(d, 'name', 'this person')} is not open any more.` }),
  noSession: () => ({ text: 'You are in no private chat.' }),
  unknownRoom: () => ({ text: 'You are in no such room.' }),
  noInvitation: () => ({ text: 'This invitation is not open any more.' }),
  roomFull: () => ({ text: 'The room is full, or you are in too many rooms.' }),
  badRoomName: (d) => ({ text: `The name of a room is one line of at most ${number(d, 'limit', 64)} characters.` }),
  memberAlready: (d) => ({ text: `${word(d, 'name', 'This person')} is in the room, or invited, already.` }),
  notMaker: () => ({ text: 'Only the maker of the room may do this.' }),
  notInRoom: (d) => ({ text: `${word(d, 'name', 'This person')} is not in the room.` }),
  badAlias: (d) => ({ text: `An alias is one line of at most ${number(d, 'limit', 64)} characters.` }),
  tooManyFriends: (d) => ({ text: `Your list has ${number(d, 'limit')} people, and takes no more.` }),
  nothingToAccept: (d) => ({ text: `${word(d, 'name', 'This person')} shows the key that you know.` }),
}

export const accountRows: Readonly<Record<string, ErrorRow>> = { ...registryRows, ...loginRows, ...meetingRows }

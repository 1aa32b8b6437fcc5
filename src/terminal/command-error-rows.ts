// Sentences for what goes wrong in commands that do one thing: what is wrong, and what to type.

import { listOf, names, type Row, word } from './error-row.ts'

export const commandRows: Readonly<Record<string, Row>> = {
  nobodyToAsk: (d) => ({
    text: `the registry ${word(d, 'registry', '')} does not answer, and this profile does not know ${word(d, 'name')} yet`,
    hints: ['Nothing was kept. Try again when the registry is there: parley doctor looks why it is not.'],
  }),
  outputFailed: (d) => ({
    text: `the results could not be written: ${word(d, 'reason')}`,
    hints: ['Is the disk full? What was written so far is not all.'],
  }),
  notText: () => ({
    text: 'that is no text: it holds bytes that are no UTF-8',
    hints: ['Nothing was sent.'],
  }),
  noRoomNamed: (d) => ({
    text: `no room of yours is named ${word(d, 'name')}`,
    hints: ['A room is its number or its name behind #, in quotes: "#3".'],
  }),
  whichRoom: (d) => ({
    text: `several rooms are named ${word(d, 'name')}: ${listOf(names(d, 'rooms'))}`,
    hints: ['Take the number.'],
  }),
  badEventType: (d) => ({
    text: `there is no event of type ${word(d, 'type')}`,
    hints: [`Types: ${names(d, 'known').join(', ')}.`],
  }),
  badImport: (d) => ({
    text: `line ${word(d, 'line')}: ${word(d, 'problem')}`,
    hints: ['Nothing was imported. The file must be one of parley export --format jsonl.'],
  }),
  importOfOther: (d) => ({
    text: `this is an export of ${word(d, 'name')}, and this profile is ${word(d, 'own')}`,
    hints: [`Nothing was imported. parley import --profile ${word(d, 'name')} takes it.`],
  }),
}

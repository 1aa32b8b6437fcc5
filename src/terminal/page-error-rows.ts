// Errors about the pages that Parley serves, in people's words.

import { type Row, word } from './error-row.ts'

export const pageRows: Readonly<Record<string, Row>> = {
  pageMissing: (d) => ({
    text: `the pages are not built: there is nothing usable in ${word(d, 'folder')}`,
    hints: [`Build them: ${word(d, 'command', 'npm run build:web')}`],
  }),
  pagePortInUse: (d) => ({
    text: `TCP port ${word(d, 'port')} is in use by another program`,
    hints: [
      'Choose another for the page, or 0 for any that is free.',
      'Where a page is open already, its address was printed there.',
    ],
  }),
  pagePortForbidden: (d) => ({
    text: `TCP port ${word(d, 'port')} may not be used`,
    hints: ['Ports below 1024 need rights; choose another for the page.'],
  }),
  noPeer: () => ({ text: 'no account is open yet' }),
  notOwner: () => ({ text: 'this account is open in a terminal, and the page beside it cannot change to another' }),
  noQuestion: () => ({ text: 'the question about the key is open no more: it was answered elsewhere' }),
}

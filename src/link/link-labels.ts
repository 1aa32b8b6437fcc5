// Every text that keeps one use of a hash or MAC of the link apart from another: one label, one purpose.
// docs/protocol/link.md 3.3, 3.4, 6.

import { encodeUtf8 } from '../base/index.ts'

export const linkLabels = {
  mac1: encodeUtf8('parley link 1 mac1'),
  cookieKey: encodeUtf8('parley link 1 cookie key'),
  cookie: encodeUtf8('parley link 1 cookie'),
  reset: encodeUtf8('parley link 1 reset'),
  /** Stands for the responder's key in the MACs of a first contact, where that key is not known. */
  firstContact: encodeUtf8('parley link 1 first contact'),
} as const

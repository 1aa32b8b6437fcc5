// Scenarios that take seconds each and whose rule has a quicker test too: `npm test` leaves them out, aloud, to stay under
// two minutes; `.ci/run` runs them all.

export const slow: { skip?: string } =
  process.env['PARLEY_FULL'] === '1' ? {} : { skip: 'slow: `PARLEY_FULL=1 npm test` runs it' }

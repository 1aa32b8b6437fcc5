// For the processes of `npm test` that many files share: properties which do not say how many cases they are worth try
// forty, to keep the run short; `.ci/run` tries a thousand, and a single file by itself a hundred.

import { configureGlobal } from 'fast-check'

if (process.env['PARLEY_FUZZ'] === undefined && process.env['PARLEY_SEED'] === undefined)
  configureGlobal({ numRuns: 40 })

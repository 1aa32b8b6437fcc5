// Loaded before every test file. Property tests print the seed of a failure by themselves; PARLEY_SEED repeats it, and
// PARLEY_FUZZ makes every property run deeper than its hundred cases. Properties that set their own number of runs
// read PARLEY_FUZZ themselves: those are the campaigns with a promised size.

const fuzz = process.env['PARLEY_FUZZ']
const seed = process.env['PARLEY_SEED']

/** Where a property does not say how many runs it is worth: enough to go deeper, few enough for slow ones. */
const runsMax = 5_000

// Imported only on demand, because it would cost each test process a tenth of a second.
if (fuzz !== undefined || seed !== undefined) {
  const { configureGlobal } = await import('fast-check')
  configureGlobal({
    ...(fuzz === undefined ? {} : { numRuns: Math.min(Number(fuzz), runsMax) }),
    ...(seed === undefined ? {} : { seed: Number(seed) }),
  })
}
